import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { adaptResource } from "../../local/deployment/adapt-resource.ts";
import { startDeployment } from "../../local/deployment/deployment.ts";
import { existingIn, makeExisting } from "../../local/deployment/existing.ts";
import { noteFailure, programError } from "../../local/deployment/program/deploy-program.ts";
import { localProgram } from "../../local/deployment/program/local-config.ts";
import { LOCAL_PROJECT } from "../../local/deployment/recorded-program.ts";
import { refusal } from "../../local/deployment/resource.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("a bucket and a topic that are there already", () => {
  it("are named without white space, as the program reads them", () => {
    const settings = {
      "mixpanel-gcp:existingBucket": " theirs ",
      "mixpanel-gcp:existingTopic": "events\n",
    };
    const { buckets, topics } = existingIn(settings);
    assert.deepEqual(
      { buckets, topics },
      { buckets: ["theirs"], topics: ["projects/local/topics/events"] },
    );
  });

  it("leave no name for an own bucket, which the program would refuse", () => {
    const nameWith = (existingBucket: string): unknown =>
      localProgram({ "mixpanel-gcp:existingBucket": existingBucket }).config[
        "mixpanel-gcp:bucketName"
      ];
    assert.equal(nameWith("theirs"), undefined);
    assert.equal(nameWith(" "), "local-landing");
  });

  it("are wrong usage when no service takes their names", async (t) => {
    const folder = await temporaryFolder(t);
    const deployment = await startDeployment({ ...LOCAL_PROJECT, folder });
    t.after(() => deployment.stop());
    for (const existing of [{ buckets: ["Bad_Bucket"] }, { topics: ["projects/p/topics/t"] }])
      await assert.rejects(makeExisting(existing, deployment), {
        name: "UserError",
        exitCode: 2,
        message: /^What the settings say exists cannot: .*(Bad_Bucket|topics\/t)/,
      });
  });
});

describe("a program that fails", () => {
  it("is wrong usage when it refuses its settings", () => {
    const refused = "The configuration of mixpanel-import is not usable:\n  - memory must be …";
    assert.equal(programError(`a warning\n${refused}\n`).exitCode, 2);
    assert.equal(programError("Running program failed with an unhandled exception").exitCode, 1);
  });

  it("is told by what the deployment refused first", async () => {
    const type = "gcp:pubsub/topic:Topic";
    const { target, failure } = noteFailure({
      deploy: (resource) => Promise.reject(refusal(resource, "it is planted.")),
      invoke: (token) => {
        throw refusal({ type: token, name: "A call" }, "it is planted, too.");
      },
    });
    assert.equal(failure(), undefined);
    await assert.rejects(target.deploy({ type, name: "events", inputs: {} }));
    assert.throws(() => target.invoke("gcp:a:b", {}));
    assert.equal(
      failure()?.message,
      "events (gcp:pubsub/topic:Topic) cannot be deployed: it is planted.",
    );
  });
});

describe("the secret of transforms", () => {
  const adapt = adaptResource({ archive: new Uint8Array(), token: "t", secret: "of the shell" });
  const variablesWith = (secrets: readonly unknown[]): unknown =>
    adapt({
      type: "gcp:cloudfunctionsv2/function:Function",
      name: "a-function",
      inputs: { serviceConfig: { secretEnvironmentVariables: secrets } },
    }).inputs["serviceConfig"];
  const token = { key: "MIXPANEL_TOKEN", secret: "token" };

  it("is a variable where the stack has none", () => {
    assert.deepEqual(variablesWith([token]), {
      environmentVariables: { TRANSFORM_SECRET: "of the shell" },
      secretEnvironmentVariables: [token],
    });
  });

  it("is the stack's own where it has one, and never in both lists", () => {
    const secrets = [token, { key: "TRANSFORM_SECRET", secret: "own" }];
    assert.deepEqual(variablesWith(secrets), {
      environmentVariables: {},
      secretEnvironmentVariables: secrets,
    });
  });
});
