import assert from "node:assert/strict";
import { test } from "node:test";

import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { functionSource } from "../../support/function-source.ts";
import { startMessageCloud, startTestCloud } from "../../support/local-cloud.ts";
import { processEnd } from "../../support/process-end.ts";

/** Responds as its environment and the message tell it, and logs what it got. */
const STUB = `const handler = (request, response) => {
  const { message, deliveryAttempt } = request.body;
  console.log(JSON.stringify({ severity: "INFO", message: "Called", target: process.env.FUNCTION_TARGET,
    text: Buffer.from(message.data, "base64").toString(), attributes: message.attributes, deliveryAttempt }));
  if (message.attributes?.crash && deliveryAttempt === 1) process.kill(process.pid, "SIGKILL");
  response.status(Number(process.env.STATUS ?? 204)).end();
};
console.log(JSON.stringify({ severity: "INFO", message: "Started", environment: process.env }));
exports.importObject = handler;
exports.importMessages = handler;`;

test("a cloud whose functions are stubs", async (t) => {
  const cloud = await startTestCloud(t, {
    functionSource: await functionSource(t, STUB),
    environment: { importObject: { BATCH_EVENTS: "7", MIXPANEL_REGION: "" } },
  });

  await t.test("an upload reaches importObject, a message reaches importMessages", async () => {
    await cloud.upload("folder/a.json", "{}");
    cloud.publish("hello");
    await cloud.idle();

    const calls = cloud.lines.filter(({ message }) => message === "Called");
    const forObject = calls.find((line) => line["target"] === "importObject");
    const forMessage = calls.find((line) => line["target"] === "importMessages");
    assert.equal(calls.length, 2);
    assert.equal(forMessage?.["text"], "hello");
    assert.match(
      JSON.stringify(forObject?.["attributes"]),
      /"eventType":"OBJECT_FINALIZE".*"bucketId":"local-landing","objectId":"folder\/a.json"/,
    );
  });

  await t.test("a receipt does not set off an import", async () => {
    const { received } = cloud.pubsub.stats(CLOUD_NAMES.objectsSubscription);
    await cloud.bucket.put(CLOUD_NAMES.receiptsBucket, "a.json", Buffer.from("{}"));
    assert.equal(cloud.pubsub.stats(CLOUD_NAMES.objectsSubscription).received, received);
  });

  await t.test("functions have the token, and overrides of a test win", () => {
    const started = cloud.lines.filter(({ message }) => message === "Started");
    const environments = started.map((line) => new Map(Object.entries(line["environment"] ?? {})));
    const of = (target: string) =>
      environments.find((one) => one.get("FUNCTION_TARGET") === target) ?? new Map();
    for (const target of ["importObject", "importMessages"]) {
      assert.equal(of(target).get("MIXPANEL_URL"), cloud.simulator.url);
      assert.equal(of(target).get("MIXPANEL_TOKEN"), cloud.simulator.token);
    }
    assert.equal(of("importObject").get("BATCH_EVENTS"), "7");
    assert.equal(of("importObject").get("MIXPANEL_REGION"), "");
    assert.equal(of("importMessages").get("MIXPANEL_REGION"), "us");
  });

  await t.test("stopping leaves no process behind", async () => {
    const pids = Object.values(cloud.functions).map((supervised) => supervised.current().pid);

    await cloud.stop();

    for (const pid of pids) await processEnd(pid);
  });
});

test("a message whose delivery crashes the function is delivered again to the next instance", async (t) => {
  const crashes: string[] = [];
  const cloud = await startMessageCloud(t, {
    functionSource: await functionSource(t, STUB),
    onCrash: (_entryPoint, reason) => crashes.push(reason),
  });

  cloud.pubsub.publish(CLOUD_NAMES.eventsTopic, [{ data: "YQ==", attributes: { crash: "yes" } }]);
  await cloud.idle();

  assert.deepEqual(crashes, ["importMessages ended with signal SIGKILL"]);
  assert.equal(cloud.functions.importMessages.restarts(), 1);
  assert.deepEqual(cloud.deadLetters(), []);
});

test("a message that is refused to the end is among the dead letters", async (t) => {
  const cloud = await startMessageCloud(t, {
    functionSource: await functionSource(t, STUB),
    environment: { importMessages: JSON.parse('{"STATUS":"503"}') as object },
    delivery: {
      importMessages: {
        maxDeliveryAttempts: 5,
        retryPolicy: { minimumBackoffMs: 1, maximumBackoffMs: 2 },
      },
    },
  });

  cloud.publish("never");
  await cloud.idle();

  const [dead] = cloud.deadLetters();
  assert.equal(dead?.data.toString(), "never");
  assert.equal(dead.attributes["CloudPubSubDeadLetterSourceDeliveryCount"], "5");
});

test("when one function cannot start, its message is told and nothing is left running", async (t) => {
  const code = `if (process.env.FUNCTION_TARGET === "importObject") throw new Error("no token");
    exports.importMessages = () => {};`;

  await assert.rejects(
    startTestCloud(t, { functionSource: await functionSource(t, code) }),
    /importObject did not start. no token/,
  );
});
