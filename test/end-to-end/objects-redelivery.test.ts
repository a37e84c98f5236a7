import assert from "node:assert/strict";
import { test } from "node:test";

import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { startObjectCloud, type TestCloud } from "../support/local-cloud.ts";
import {
  assertComplete,
  eventLines,
  importObject,
  inShort,
  linesWith,
  mixpanelOf,
  publishTask,
  receiptOf,
  shownOf,
  until,
} from "./object-scenario.ts";

const EVENTS = 3000;

function completions(cloud: TestCloud, object: string): number {
  return linesWith(cloud, "Import complete").filter((line) => line["object"] === object).length;
}

test("an import that is killed at any moment is complete after its redelivery", async (t) => {
  const cloud = await startObjectCloud(t, {
    environment: { importObject: { BATCH_EVENTS: "100", MAX_IN_FLIGHT: "4" } },
    mixpanel: { keepEvents: 0, latencyMs: 20 },
  });

  // Before the first request is answered, in the gate, after it, at the end.
  for (const stored of [0, 1, 700, 1500, 2900]) {
    const name = `Killed after ${stored}`;
    await cloud.upload(name, eventLines(EVENTS, name));
    await until(() => shownOf(cloud, name).stored >= stored, name);
    cloud.functions.importObject.kill();
    await cloud.idle();

    await assertComplete(cloud, name, name, EVENTS);
    assert.equal(completions(cloud, name), 1);
  }
  assert.equal(cloud.functions.importObject.restarts(), 5);
  assert.deepEqual(cloud.deadLetters(), []);
});

test("a notification delivered twice at once has one receipt and shows no event twice", async (t) => {
  const cloud = await startObjectCloud(t, {
    environment: { importObject: { BATCH_EVENTS: "100" } },
    mixpanel: { keepEvents: 0, latencyMs: 20 },
    delivery: { importObject: { duplicates: "together" } },
  });

  await importObject(cloud, "twice", eventLines(EVENTS, "Twice"));

  await assertComplete(cloud, "twice", "Twice", EVENTS);
  assert.equal(cloud.bucket.list(CLOUD_NAMES.receiptsBucket).length, 1);
  assert.equal(completions(cloud, "twice"), 1);
});

test("continuations delivered twice cost requests, never counts", async (t) => {
  const cloud = await startObjectCloud(t, {
    environment: {
      importObject: { BATCH_EVENTS: "50", TIME_BUDGET_SECONDS: "1", TIMEOUT_SECONDS: "30" },
    },
    mixpanel: { keepEvents: 0, latencyMs: 60 },
    delivery: { importObject: { duplicates: "together" } },
  });

  await importObject(cloud, "chained", `{\n${eventLines(EVENTS, "Chained")}`);

  const receipt = await receiptOf(cloud, "chained");
  assert.ok(receipt.runs > 1);
  assert.deepEqual(receipt.records, { read: EVENTS + 1, dropped: 0, unusable: 1, used: EVENTS });
  assert.equal(receipt.events.imported, EVENTS);
  assert.equal(shownOf(cloud, "Chained").distinct, EVENTS);
  assert.equal(completions(cloud, "chained"), 1);
});

test("later messages about an object", async (t) => {
  const cloud = await startObjectCloud(t, {
    delivery: { importObject: { duplicates: "afterwards" } },
  });
  const mixpanel = mixpanelOf(cloud);

  await t.test("a notification delivered again later costs no request", async () => {
    await importObject(cloud, "later", eventLines(10, "Later"));

    await assertComplete(cloud, "later", "Later", 10);
    assert.equal(mixpanel.stats().requests, 1);
    assert.equal(cloud.pubsub.stats(CLOUD_NAMES.objectsSubscription).acknowledged, 2);
  });

  await t.test("an object overwritten before its import is imported all the same", async () => {
    cloud.pubsub.setPushEndpoint(CLOUD_NAMES.objectsSubscription, "");
    await cloud.upload("overwritten", eventLines(10, "Old"));
    const old = String(cloud.bucket.stat(CLOUD_NAMES.landingBucket, "overwritten")?.generation);
    await cloud.upload("overwritten", eventLines(20, "New"));

    resume(cloud);
    await cloud.idle();

    assert.equal(shownOf(cloud, "Old").distinct, 10);
    assert.equal(shownOf(cloud, "New").distinct, 20);
    const names = cloud.bucket.list(CLOUD_NAMES.receiptsBucket).map(({ name }) => name);
    assert.ok(names.includes(`${CLOUD_NAMES.landingBucket}/overwritten/${old}.json`));
    assert.equal(names.filter((name) => name.includes("overwritten")).length, 2);
  });

  await t.test("a generation that is gone is superseded when there is a newer one", async () => {
    cloud.pubsub.setPushEndpoint(CLOUD_NAMES.objectsSubscription, "");
    await cloud.upload("purged", eventLines(10, "Purged"));
    const old = String(cloud.bucket.stat(CLOUD_NAMES.landingBucket, "purged")?.generation);
    await cloud.bucket.delete(CLOUD_NAMES.landingBucket, "purged", old);
    await cloud.upload("purged", eventLines(20, "Newer"));

    resume(cloud);
    await cloud.idle();

    assert.equal(await stateOf(cloud, `purged/${old}.json`), "superseded");
    assert.equal(shownOf(cloud, "Newer").distinct, 20);
    assert.deepEqual(cloud.deadLetters(), []);
  });

  await t.test(
    "a generation that is gone for good is deleted, and a dead letter says so",
    async () => {
      cloud.pubsub.setPushEndpoint(CLOUD_NAMES.objectsSubscription, "");
      await cloud.upload("deleted", eventLines(10, "Deleted"));
      const generation = String(
        cloud.bucket.stat(CLOUD_NAMES.landingBucket, "deleted")?.generation,
      );
      await cloud.bucket.delete(CLOUD_NAMES.landingBucket, "deleted", generation);

      resume(cloud);
      await cloud.idle();

      assert.equal((await receiptOf(cloud, "deleted")).state, "deleted");
      const [dead] = inShort(cloud.deadLetters());
      assert.equal(dead?.["reason"], "unreadable");
      assert.match(dead["error"] ?? "", /deleted before it was imported/);
      const [line] = linesWith(cloud, "Import complete").filter(
        (one) => one["object"] === "deleted",
      );
      assert.equal(line?.severity, "WARNING");
    },
  );

  await t.test("IMPORT_AGAIN imports once more and replaces the receipt", async () => {
    const before = await receiptOf(cloud, "later");
    const name = `${CLOUD_NAMES.landingBucket}/later/${before.generation}.json`;
    const generationBefore = cloud.bucket.stat(CLOUD_NAMES.receiptsBucket, name)?.generation;

    publishTask(cloud, "later", { eventType: "IMPORT_AGAIN", importId: "again-1" });
    await cloud.idle();

    const after = await assertComplete(cloud, "later", "Later", 10);
    assert.ok(Date.parse(after.startedAt) >= Date.parse(before.finishedAt));
    assert.notEqual(
      cloud.bucket.stat(CLOUD_NAMES.receiptsBucket, name)?.generation,
      generationBefore,
    );
    assert.deepEqual(shownOf(cloud, "Later"), { distinct: 10, stored: 30 });
  });

  await t.test("IMPORT_AGAIN without an id is no less meant", async () => {
    mixpanel.clear();

    publishTask(cloud, "later", { eventType: "IMPORT_AGAIN" });
    await cloud.idle();

    assert.equal(shownOf(cloud, "Later").distinct, 10);
  });

  await t.test("events of other types are acknowledged and ignored", async () => {
    mixpanel.clear();

    for (const eventType of ["OBJECT_DELETE", "OBJECT_ARCHIVE", "OBJECT_METADATA_UPDATE", ""])
      publishTask(cloud, "later", { eventType });
    await cloud.idle();

    assert.equal(mixpanel.stats().requests, 0);
    assert.deepEqual(cloud.deadLetters(), []);
  });
});

async function stateOf(cloud: TestCloud, suffix: string): Promise<unknown> {
  const name = `${CLOUD_NAMES.landingBucket}/${suffix}`;
  const bytes = await cloud.bucket.read(CLOUD_NAMES.receiptsBucket, name);
  const receipt: unknown = JSON.parse(bytes.toString("utf8"));
  return typeof receipt === "object" && receipt !== null && "state" in receipt && receipt.state;
}

function resume({ pubsub, functions }: TestCloud): void {
  pubsub.setPushEndpoint(CLOUD_NAMES.objectsSubscription, functions.importObject.url);
}
