import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

import { startPubSub } from "../../../local/pubsub/pubsub-server.ts";
import { isOnPath } from "../../support/on-path.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const run = promisify(execFile);

test(
  "gcloud creates a topic and a subscription, publishes, and pulls the message",
  { skip: isOnPath("gcloud") ? false : "gcloud is not installed" },
  async (t) => {
    const pubsub = await startPubSub();
    t.after(() => pubsub.stop());
    const env = {
      PATH: process.env["PATH"],
      CLOUDSDK_CONFIG: await temporaryFolder(t),
      CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB: `${pubsub.url}/`,
      CLOUDSDK_AUTH_DISABLE_CREDENTIALS: "true",
      CLOUDSDK_CORE_PROJECT: "local",
      CLOUDSDK_CORE_DISABLE_PROMPTS: "1",
    };
    const gcloud = (...command: string[]) => run("gcloud", ["pubsub", ...command], { env });

    await gcloud("topics", "create", "events");
    await gcloud("subscriptions", "create", "sub", "--topic=events");
    await gcloud("topics", "publish", "events", "--message=hello", "--attribute=k=v");
    const { stdout } = await gcloud("subscriptions", "pull", "sub", "--auto-ack", "--format=json");

    assert.match(stdout, new RegExp(Buffer.from("hello").toString("base64")));
    assert.match(stdout, /"k": "v"/);
    assert.equal(pubsub.stats("projects/local/subscriptions/sub").acknowledged, 1);
  },
);
