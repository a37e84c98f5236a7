import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, it, type TestContext } from "node:test";

import { readStackSettings } from "../../../cli/local/stack-settings.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

async function stackFile(t: TestContext, text: string): Promise<string> {
  const file = path.join(await temporaryFolder(t), "Pulumi.dev.yaml");
  await writeFile(file, text);
  return file;
}

const FILE = `encryptionsalt: v1:abc
config:
  gcp:project: acme
  gcp:region: europe-west1
  mixpanel-gcp:mixpanelToken:
    secure: v1:Xx/9
  mixpanel-gcp:includeObjects:
    - "*.csv"
    - day/**
  mixpanel-gcp:batchBytes: 1000000
  mixpanel-gcp:paused: false
  mixpanel-gcp:formats: { "*.txt": csv }
  mixpanel-gcp:transformSecret: { secure: abc }
`;

describe("the settings of a stack", () => {
  it("are those of its file, but for secrets and its project", async (t) => {
    assert.deepEqual(await readStackSettings(await stackFile(t, FILE), []), {
      settings: {
        "gcp:region": "europe-west1",
        "mixpanel-gcp:includeObjects": '["*.csv","day/**"]',
        "mixpanel-gcp:batchBytes": "1000000",
        "mixpanel-gcp:formats": '{"*.txt":"csv"}',
      },
      transform: undefined,
      leftOut: [
        "gcp:project",
        "mixpanel-gcp:mixpanelToken",
        "mixpanel-gcp:paused",
        "mixpanel-gcp:transformSecret",
      ],
    });
  });

  it("are overruled by --config, whose keys need no namespace", async (t) => {
    const { settings } = await readStackSettings(await stackFile(t, FILE), [
      "batchBytes=2000000",
      'messageFilter=attributes.kind = "a"',
      "mixpanel-gcp:bucketName=",
    ]);
    assert.equal(settings["mixpanel-gcp:batchBytes"], "2000000");
    assert.equal(settings["mixpanel-gcp:messageFilter"], 'attributes.kind = "a"');
    assert.equal(settings["mixpanel-gcp:bucketName"], "");
  });

  it("name a transform by its path from the repository", async () => {
    const { settings, transform = "" } = await readStackSettings(undefined, ["transform=a/b.ts"]);
    assert.deepEqual(settings, {});
    assert.ok(path.isAbsolute(transform) && transform.endsWith(path.join("a", "b.ts")));
  });

  it("are none where the file has none", async (t) => {
    for (const text of ["", "config:\n", "config: {}\n", "encryptionsalt: v1:abc\n"])
      assert.deepEqual((await readStackSettings(await stackFile(t, text), [])).settings, {});
  });

  it("say what cannot be read", async (t) => {
    const refused = async (text: string, expected: RegExp): Promise<void> => {
      await assert.rejects(readStackSettings(await stackFile(t, text), []), expected);
    };
    await refused("config: [a, b", /--stack .*Pulumi\.dev\.yaml: it is not YAML: .*line 1/);
    await refused("config: [a, b]", /its "config" has to be a list of settings/);
    await assert.rejects(readStackSettings("nowhere.yaml", []), /it cannot be read: ENOENT/);
    await assert.rejects(readStackSettings(undefined, ["paused"]), /has to be KEY=VALUE/);
    await assert.rejects(
      readStackSettings(undefined, ["batchByte=1"]),
      /there is no setting batchByte/,
    );
    await assert.rejects(readStackSettings(undefined, ["=true"]), /has to be KEY=VALUE/);
  });
});
