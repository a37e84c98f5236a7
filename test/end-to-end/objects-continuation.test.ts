import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";

import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { event, ndjson } from "../support/factories.ts";
import { startObjectCloud, type TestCloud } from "../support/local-cloud.ts";
import {
  assertComplete,
  eventLines,
  importObject,
  inShort,
  linesWith,
  mixpanelOf,
  noise,
  publishTask,
  receiptOf,
  shownOf,
  until,
} from "./object-scenario.ts";

/** A budget that a few dozen slow requests use up. Everything is aborted after three seconds. */
const SHORT_RUNS = {
  TIME_BUDGET_SECONDS: "2",
  TIMEOUT_SECONDS: "18",
  BATCH_EVENTS: "50",
  MAX_IN_FLIGHT: "16",
} as const;

const EVENTS = 3000;

/** Gzip of `content` as members of `bytes` bytes each, which end in the middle of lines. */
function membersOf(content: Buffer, bytes: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length; at += bytes)
    pieces.push(zlib.gzipSync(content.subarray(at, at + bytes), { level: 1 }));
  return Buffer.concat(pieces);
}

function members(text: string, bytes: number): Buffer {
  return membersOf(Buffer.from(text), bytes);
}

function countContinued(cloud: TestCloud, object: string): number {
  return linesWith(cloud, "Import continues").filter((line) => line["object"] === object).length;
}

test("objects that take more than one run", async (t) => {
  const cloud = await startObjectCloud(t, {
    environment: { importObject: SHORT_RUNS },
    mixpanel: { keepEvents: 0 },
    delivery: { importObject: { maxOutstanding: 8, maxDeliveryAttempts: 20 } },
  });
  const mixpanel = mixpanelOf(cloud);
  const { faults } = cloud.bucket;

  await t.test(
    "plain and gzip objects go on where they stopped, and the counts stay exact",
    async () => {
      const bad = "{\n";
      const text = (name: string): string => {
        const half = EVENTS / 2;
        return eventLines(half, name) + bad + eventLines(half, name, half);
      };
      const objects = new Map([
        ["plain", Buffer.from(text("plain"))],
        ["members", members(text("members"), 50_000)],
        ["tiny-members", members(text("tiny-members"), 700)],
        ["single-member", zlib.gzipSync(text("single-member"))],
        ["double", zlib.gzipSync(members(text("double"), 50_000))],
        ["double-members", membersOf(members(text("double-members"), 50_000), 3000)],
      ]);
      mixpanel.setFaults([{ kind: "latency", ms: 100 }]);

      await Promise.all([...objects].map(([name, content]) => cloud.upload(name, content)));
      await cloud.idle();

      mixpanel.setFaults([]);
      for (const name of objects.keys()) {
        const receipt = await receiptOf(cloud, name);
        assert.equal(receipt.state, "complete", name);
        assert.equal(receipt.records.used, EVENTS, name);
        assert.equal(receipt.records.unusable, 1, name);
        assert.equal(receipt.bytes, text(name).length, name);
        assert.equal(shownOf(cloud, name).distinct, EVENTS, name);
        assert.ok(receipt.runs > 1, `${name} took ${receipt.runs} run`);
        assert.equal(countContinued(cloud, name), receipt.runs - 1, name);
        assert.deepEqual(receipt.firstError, {
          reason: "malformed",
          field: "",
          error: "not valid JSON: cut off",
          line: EVENTS / 2 + 1,
        });
      }
      // A run that a busy machine cuts off is done again, and its dead letter with it.
      const places = cloud
        .deadLetters()
        .map(({ attributes }) => `${attributes["objectId"]} ${attributes["lines"]}`);
      assert.deepEqual(
        [...new Set(places)].sort(),
        [...objects.keys()].map((name) => `${name} ${EVENTS / 2 + 1}`).sort(),
      );
    },
  );

  await t.test("IMPORT_AGAIN replaces the receipt, however many runs it takes", async () => {
    const before = await receiptOf(cloud, "members");
    mixpanel.setFaults([{ kind: "latency", ms: 100 }]);

    publishTask(cloud, "members", { eventType: "IMPORT_AGAIN" });
    await cloud.idle();

    mixpanel.setFaults([]);
    cloud.deadLetters();
    const after = await receiptOf(cloud, "members");
    assert.equal(after.state, "complete");
    assert.ok(after.runs > 1);
    assert.ok(after.startedAt >= before.finishedAt);
    assert.deepEqual(after.records, before.records);
    assert.equal(shownOf(cloud, "members").distinct, EVENTS);
  });

  await t.test("an object of which nothing is sent makes progress too", async () => {
    const ignored = event({ event: "Ignored", properties: { $ignore: true, text: noise(900, 1) } });
    const content = ndjson([ignored]).repeat(16_000);
    faults.set([{ object: "ignored", fault: { kind: "slow", bytesPerSecond: 6_000_000 } }]);

    await importObject(cloud, "ignored", content);

    faults.set([]);
    const receipt = await receiptOf(cloud, "ignored");
    assert.equal(receipt.state, "complete");
    assert.equal(receipt.records.dropped, 16_000);
    assert.ok(receipt.runs > 1, `${receipt.runs} run`);
  });

  await t.test(
    "a gzip member too large to get through is truncated, with advice, and no loop",
    async () => {
      const content = deepMember(eventLines(300, "Deep"));
      const continuation = JSON.stringify({
        ...progressAt(eventLines(300, "Deep").length + 8_000_000_000, 301),
        position: {
          offset: eventLines(300, "Deep").length + 8_000_000_000,
          line: 301,
          member: { compressed: 0, decompressed: 0 },
        },
      });
      cloud.pubsub.setPushEndpoint(CLOUD_NAMES.objectsSubscription, "");
      await cloud.upload("deep", content);
      discardNotifications(cloud);

      publishTask(cloud, "deep", { eventType: "IMPORT_CONTINUE" }, continuation);
      resume(cloud);
      await cloud.idle();

      const receipt = await receiptOf(cloud, "deep");
      assert.equal(receipt.state, "truncated");
      assert.equal(receipt.records.used, 300);
      const [dead] = inShort(cloud.deadLetters());
      assert.equal(dead?.["reason"], "unreadable");
      assert.match(dead["error"] ?? "", /gzip member: upload it plain/);
      assert.equal(cloud.functions.importObject.restarts(), 0);
    },
  );

  await t.test("a member whose beginning is read again in time goes on", async () => {
    const content = zlib.gzipSync(eventLines(300, "Shallow"));
    cloud.pubsub.setPushEndpoint(CLOUD_NAMES.objectsSubscription, "");
    await cloud.upload("shallow", content);
    discardNotifications(cloud);
    const offset = eventLines(200, "Shallow").length;
    const data = JSON.stringify({
      ...progressAt(offset, 201, 200),
      position: { offset, line: 201, member: { compressed: 0, decompressed: 0 } },
    });

    publishTask(cloud, "shallow", { eventType: "IMPORT_CONTINUE" }, data);
    resume(cloud);
    await cloud.idle();

    const receipt = await receiptOf(cloud, "shallow");
    assert.equal(receipt.state, "complete");
    assert.equal(receipt.records.used, 300);
    assert.equal(shownOf(cloud, "Shallow").distinct, 100);
  });

  await t.test(
    "storage in retryReason while a member is read again is no reason to give it up",
    async () => {
      const ahead = `${noise(2_000_000, 3)}\n`;
      const offset = ahead.length + eventLines(200, "Patient").length;
      cloud.pubsub.setPushEndpoint(CLOUD_NAMES.objectsSubscription, "");
      await cloud.upload("patient", zlib.gzipSync(ahead + eventLines(300, "Patient")));
      discardNotifications(cloud);
      const data = JSON.stringify({
        ...progressAt(offset, 202, 201),
        position: { offset, line: 202, member: { compressed: 0, decompressed: 0 } },
      });
      const busy = { kind: "status", status: 503, retryAfter: "1" } as const;
      faults.set([{ object: "patient", nth: 1, fault: busy }]);

      publishTask(cloud, "patient", { eventType: "IMPORT_CONTINUE" }, data);
      resume(cloud);
      await cloud.idle();

      const receipt = await receiptOf(cloud, "patient");
      assert.equal(receipt.state, "complete");
      assert.equal(receipt.records.used, 301);
      assert.equal(shownOf(cloud, "Patient").distinct, 100);
    },
  );

  await t.test(
    "gzip that is cut or damaged: what is readable is in, the rest is a dead letter",
    async () => {
      const text = eventLines(2000, "Damaged");
      const whole = members(text, 50_000);
      const damaged = Buffer.from(whole);
      const middle = Math.floor(whole.length / 2);
      damaged.fill(0x55, middle, middle + 64);
      const checksum = zlib.gzipSync(text);
      checksum.writeUInt32LE(1, checksum.length - 8);

      await importObject(cloud, "cut.gz", whole.subarray(0, middle));
      await importObject(cloud, "damaged.gz", damaged);
      await importObject(cloud, "checksum.gz", checksum);
      await importObject(cloud, "no-gzip.gz", Buffer.from([0x1f, 0x8b, 0, 0]));

      for (const name of ["cut.gz", "damaged.gz"]) {
        const { state, records } = await receiptOf(cloud, name);
        assert.equal(state, "truncated");
        assert.ok(records.used > 700 && records.used < 1300, `${name}: ${records.used}`);
      }
      assert.equal((await receiptOf(cloud, "checksum.gz")).records.used, 2000);
      assert.equal((await receiptOf(cloud, "checksum.gz")).state, "truncated");
      assert.equal((await receiptOf(cloud, "no-gzip.gz")).state, "truncated");
      const unreadable = cloud
        .deadLetters()
        .filter(({ attributes }) => attributes["reason"] === "unreadable");
      assert.deepEqual(unreadable.map(({ attributes }) => attributes["objectId"]).toSorted(), [
        "checksum.gz",
        "cut.gz",
        "damaged.gz",
        "no-gzip.gz",
      ]);
      for (const { attributes } of unreadable)
        assert.match(attributes["error"] ?? "", /upload the object again/);
    },
  );

  await t.test(
    "an outage in the middle is handed over, waited for and then completed",
    async () => {
      mixpanel.setFaults([{ kind: "status", status: 502, match: { nth: [8, 9, 10] } }]);

      await importObject(cloud, "outage", eventLines(2500, "Outage"));

      mixpanel.setFaults([]);
      const receipt = await assertComplete(cloud, "outage", "Outage", 2500);
      assert.ok(receipt.runs > 1);
    },
  );

  await t.test("a request that hangs is given up before the function's time is", async () => {
    mixpanel.setFaults([{ kind: "hang", match: { event: "Hanging", nth: 3 } }]);

    await importObject(cloud, "hanging", eventLines(700, "Hanging"));

    mixpanel.setFaults([]);
    await assertComplete(cloud, "hanging", "Hanging", 700);
  });

  await t.test("a receipt that cannot be written is handed over, not imported again", async () => {
    const busy = { kind: "status", status: 403 } as const;
    const bucket = CLOUD_NAMES.receiptsBucket;
    faults.set([{ bucket, operation: "write", nth: 1, fault: busy }]);

    await importObject(cloud, "unwritten", eventLines(300, "Unwritten"));

    faults.set([]);
    const receipt = await assertComplete(cloud, "unwritten", "Unwritten", 300);
    assert.equal(receipt.runs, 2);
    assert.equal(shownOf(cloud, "Unwritten").stored, 300);
    const [line] = cloud.lines.filter(({ severity }) => severity === "CRITICAL");
    assert.equal(line?.message, "Google refused the credentials");
  });

  await t.test("progress is handed over even when the receipts cannot be looked at", async () => {
    const bucket = CLOUD_NAMES.receiptsBucket;
    const forbidden = { kind: "status", status: 403 } as const;
    faults.set([
      { bucket, operation: "write", nth: 1, fault: forbidden },
      { bucket, operation: "stat", nth: 2, fault: forbidden },
    ]);

    await importObject(cloud, "unseen", eventLines(300, "Unseen"));

    faults.set([]);
    await assertComplete(cloud, "unseen", "Unseen", 300);
    assert.equal(shownOf(cloud, "Unseen").stored, 300);
  });

  await t.test(
    "a message that cannot be understood is a dead letter, and nothing is imported",
    async () => {
      mixpanel.clear();
      const beyond = JSON.stringify({ ...progressAt(5, 1), version: 2 });
      const tasks: readonly (readonly [Record<string, string>, string])[] = [
        [{ eventType: "IMPORT_CONTINUE" }, "no JSON"],
        [{ eventType: "IMPORT_CONTINUE" }, beyond],
        [{ eventType: "IMPORT_CONTINUE" }, JSON.stringify({ ...progressAt(-1, 1) })],
        [{ eventType: "OBJECT_FINALIZE", objectGeneration: "x" }, "{}"],
        [{ eventType: "OBJECT_FINALIZE", objectId: "" }, "{}"],
      ];

      for (const [attributes, data] of tasks) publishTask(cloud, "outage", attributes, data);
      publishTask(cloud, "outage", { eventType: "OBJECT_DELETE" });
      await cloud.idle();

      const deadLetters = cloud.deadLetters();
      assert.equal(deadLetters.length, tasks.length);
      for (const { attributes } of deadLetters) assert.equal(attributes["reason"], "malformed");
      const first = deadLetters.find(({ data }) => data.toString() === "no JSON");
      assert.equal(first?.attributes["original.objectId"], "outage");
      assert.equal(mixpanel.stats().requests, 0);
    },
  );

  await t.test("a continuation delivered after the end does nothing", async () => {
    mixpanel.clear();
    const data = JSON.stringify(progressAt(eventLines(1, "Outage").length, 2, 1));

    publishTask(cloud, "outage", { eventType: "IMPORT_CONTINUE" }, data);
    await cloud.idle();

    assert.equal(mixpanel.stats().requests, 0);
    assert.equal((await receiptOf(cloud, "outage")).records.used, 2500);
  });

  await t.test("an instance that is told to go hands over what it has done", async () => {
    mixpanel.setFaults([{ kind: "latency", ms: 100 }]);
    await cloud.upload("terminated", eventLines(EVENTS, "Terminated"));
    await until(() => shownOf(cloud, "Terminated").stored > 500, "the import to be under way");

    process.kill(cloud.functions.importObject.current().pid, "SIGTERM");
    await cloud.idle();

    await assertComplete(cloud, "terminated", "Terminated", EVENTS);
    const handedOver = linesWith(cloud, "Import continues").filter(
      (line) => line["object"] === "terminated" && line["reason"] === "the instance goes away",
    );
    assert.equal(handedOver.length, 1);
    assert.equal(shownOf(cloud, "Terminated").stored, EVENTS);
  });
});

/** A continuation's contents. */
function progressAt(offset: number, line: number, used = 300) {
  return {
    version: 1,
    position: { offset, line, member: null },
    counters: {
      records: { read: used, dropped: 0, unusable: 0, used },
      events: { produced: used, imported: used, rejected: 0, idsAdded: 0 },
      requests: 1,
      retries: 0,
    },
    firstError: null,
    run: 2,
    startedAt: "2026-01-01T00:00:00.000Z",
  };
}

/** Takes the notification of an upload away, so that only what the test publishes is delivered. */
function discardNotifications({ pubsub }: TestCloud): void {
  const received = pubsub.pull(CLOUD_NAMES.objectsSubscription, Infinity);
  pubsub.acknowledge(
    CLOUD_NAMES.objectsSubscription,
    received.map(({ ackId }) => ackId),
  );
}

function resume({ pubsub, functions }: TestCloud): void {
  pubsub.setPushEndpoint(CLOUD_NAMES.objectsSubscription, functions.importObject.url);
}

/**
 * The beginning of one gzip member: these lines, and 8 GiB that no run of two seconds gets through.
 */
function deepMember(lines: string): Buffer {
  const flushed = { finishFlush: zlib.constants.Z_FULL_FLUSH };
  const block = zlib.deflateRawSync(Buffer.alloc(1024 * 1024), flushed);
  return Buffer.concat([
    zlib.gzipSync("").subarray(0, 10),
    zlib.deflateRawSync(lines, flushed),
    ...Array.from({ length: 8192 }, () => block),
  ]);
}
