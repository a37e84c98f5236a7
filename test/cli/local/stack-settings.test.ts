import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, it, type TestContext } from "node:test";

import { UserError } from "../../../functions/platform/user-error.ts";
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
      notes: [
        "Left out, for a local run has its own: gcp:project, mixpanel-gcp:mixpanelToken, " +
          "mixpanel-gcp:paused, mixpanel-gcp:transformSecret. See docs/local.md.",
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
    for (const text of ["config:\n", "config: {}\n"])
      assert.deepEqual((await readStackSettings(await stackFile(t, text), [])).settings, {});
  });

  it("keep all digits of integers", async (t) => {
    const text = `config:
  mixpanel-gcp:bucketName: 12345678901234567891
  mixpanel-gcp:labels: { build: 12345678901234567891, list: [-9007199254740993, 1.5, null, "a"] }
`;
    const { settings } = await readStackSettings(await stackFile(t, text), []);
    assert.deepEqual(settings, {
      "mixpanel-gcp:bucketName": "12345678901234567891",
      "mixpanel-gcp:labels":
        '{"build":12345678901234567891,"list":[-9007199254740993,1.5,null,"a"]}',
    });
  });

  it("tell what is not taken, and why, each once", async (t) => {
    const text = `environment: [acme/prod]
config:
  mixpanel-gcp:transformSecret: plain
  mixpanel-gcp:mixpanelToken: plain
  mixpanel-gcp:uploaders: [{ secure: v1:abc }]
  mixpanel-gcp:publishers: { secure: v1:abc }
  gcp:zone: a
  pulumi:tags: { a: b }
  other:includeObjects: ["x"]
`;
    const { settings, notes } = await readStackSettings(await stackFile(t, text), [
      "mixpanelToken=x",
      "publishers=[]",
      "other:batchEvents=5",
    ]);
    assert.deepEqual(settings, { "gcp:zone": "a", "mixpanel-gcp:publishers": "[]" });
    assert.deepEqual(notes, [
      "Left out, for a local run has its own: mixpanel-gcp:transformSecret, " +
        "mixpanel-gcp:mixpanelToken. See docs/local.md.",
      "Left out, for they are encrypted: mixpanel-gcp:uploaders. See docs/local.md.",
      "Left out, for they are settings of other programs: pulumi:tags, " +
        "other:includeObjects, other:batchEvents. See docs/local.md.",
      'Not looked at: what the file takes from Pulumi ESC ("environment"). ' +
        "--config sets it here.",
    ]);
  });
});

describe("what is no setting of a stack is wrong usage", () => {
  const files: Readonly<Record<string, readonly [string, RegExp]>> = {
    "no YAML": ["config: [a, b", /--stack .*Pulumi\.dev\.yaml: it is not YAML: .*line 1/],
    "an empty file": ["", /it has to be a mapping with "config" in it/],
    "a list": ["- 1\n", /it has to be a mapping with "config" in it/],
    "another file": ['{"name":"a"}', /it has no "config", the mapping of settings/],
    "a file of Pulumi ESC": ["environment: [a]\n", /"environment" \(Pulumi ESC\) is not looked at/],
    "a file of a project": ["name: a\nruntime: nodejs\nconfig: {}\n", /the file of a project/],
    "a list of settings": ["config: [a, b]", /its "config" has to be a mapping/],
    "a text": ["config: hello", /its "config" has to be a mapping/],
    "a misspelt setting": [
      'config: { "mixpanel-gcp:includeObject": ["*.csv"] }',
      /^UserError: --stack .*dev\.yaml: there is no setting includeObject\. They are in docs/,
    ],
    "one without a namespace": ["config: { bare: 2 }", /there is no setting bare\./],
  };
  for (const [what, [text, message]] of Object.entries(files))
    it(what, async (t) => {
      const read = readStackSettings(await stackFile(t, text), []);
      await assert.rejects(read, (error: unknown) => isUsageError(error, message));
    });

  const assignments: Readonly<Record<string, RegExp>> = {
    paused: /has to be KEY=VALUE/,
    "=true": /has to be KEY=VALUE/,
    "batchByte=1": /--config: there is no setting batchByte\./,
    "includeObjects[0]=a": /give all of includeObjects, as JSON/,
    "labels.team=a": /give all of labels, as JSON/,
    "transformSecret=x": /transforms get TRANSFORM_SECRET of the environment/,
    "mixpanel-gcp:transformSecret=x": /transforms get TRANSFORM_SECRET of the environment/,
  };
  for (const [assignment, message] of Object.entries(assignments))
    it(`--config ${assignment}`, () =>
      assert.rejects(readStackSettings(undefined, [assignment]), (error: unknown) =>
        isUsageError(error, message),
      ));

  it("a file that is not there", () =>
    assert.rejects(readStackSettings("nowhere.yaml", []), /it cannot be read: ENOENT/));
});

function isUsageError(error: unknown, message: RegExp): boolean {
  assert.ok(error instanceof UserError);
  assert.match(String(error), message);
  assert.equal(error.exitCode, 2);
  return true;
}
