import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";

import { ndjson } from "../support/factories.ts";
import { startObjectCloud } from "../support/local-cloud.ts";
import {
  assertComplete,
  eventLines,
  importObject,
  inShort,
  linesWith,
  mixpanelOf,
  noise,
  numbered,
  receiptOf,
  shownOf,
  until,
} from "./object-scenario.ts";

/** Objects are read in ranges of 4 MiB. */
const RANGE = 4 * 1024 * 1024;

test("a bucket that is slow without any error makes no gzip object too large", async (t) => {
  const cloud = await startObjectCloud(t, {
    mixpanel: { keepEvents: 0 },
    environment: { importObject: { TIMEOUT_SECONDS: "25", TIME_BUDGET_SECONDS: "2" } },
    delivery: { importObject: { maxDeliveryAttempts: 50 } },
  });
  const events = 9000;
  const lines = Array.from({ length: events }, (_, index) =>
    eventLines(1, "Slow", index).replace('"pro"', JSON.stringify(noise(900, index))),
  );
  const layouts = {
    "one member": zlib.gzipSync(lines.join(""), { level: 1 }),
    "a member for each record": Buffer.concat(lines.map((line) => zlib.gzipSync(line))),
  };
  for (const [name, content] of Object.entries(layouts))
    await t.test(name, async () => {
      mixpanelOf(cloud).clear();
      assert.ok(content.length > RANGE);
      const postponed = linesWith(cloud, "Import postponed").length;
      const continued = linesWith(cloud, "Import continues").length;
      cloud.bucket.faults.set([{ fault: { kind: "slow", bytesPerSecond: 1_500_000 } }]);

      await cloud.upload(name, content);
      const unfinished = (): number =>
        linesWith(cloud, "Import postponed").length -
        postponed +
        linesWith(cloud, "Import continues").length -
        continued;
      await until(() => unfinished() >= 2, "two runs that did not get to the end");
      assert.equal((await cloud.receipts()).has(name), false);
      cloud.bucket.faults.set([]);
      await cloud.idle();

      await assertComplete(cloud, name, "Slow", events);
      assert.deepEqual(cloud.deadLetters(), []);
    });
});

test("what can be read of damaged gzip is imported, up to the last record, and everything is counted", async (t) => {
  const cloud = await startObjectCloud(t);
  const lines = Array.from({ length: 500 }, (_, index) =>
    JSON.stringify(numbered("Damaged", index)),
  );
  const whole = lines.join("\n");
  // Flushed where the last record is complete, or in the middle of it; what follows is missing.
  const cases = [
    { name: "behind a record", text: whole, imported: 500, unusable: 0 },
    { name: "within a record", text: whole.slice(0, -30), imported: 499, unusable: 1 },
  ];
  for (const { name, text, imported, unusable } of cases)
    await t.test(name, async () => {
      mixpanelOf(cloud).clear();
      // A full flush ends on a byte: what is before it can be read. https://www.zlib.net/manual.html
      const cut = zlib.gzipSync(text, { finishFlush: zlib.constants.Z_FULL_FLUSH });

      await importObject(cloud, name, cut);

      const { state, records } = await receiptOf(cloud, name);
      assert.equal(state, "truncated");
      assert.deepEqual(records, { read: 500, dropped: 0, unusable, used: imported });
      assert.equal(shownOf(cloud, "Damaged").distinct, imported);
      const dead = inShort(cloud.deadLetters());
      assert.deepEqual(
        dead.filter(({ reason }) => reason === "malformed").map(({ data }) => data),
        unusable === 0 ? [] : [lines.at(-1)?.slice(0, -30)],
      );
      assert.equal(dead.filter(({ reason }) => reason === "unreadable").length, 1);
    });
});

test("a quarantine that takes several runs says what one in one run says", async (t) => {
  const rows = ndjson(Array.from({ length: 900 }, (_, index) => ({ id: index })));
  const content = `${rows.slice(0, rows.length / 2)}\n${eventLines(99, "Few")}${rows}`;
  const told = async (environment: Readonly<Record<string, string>>, latencyMs: number) => {
    const cloud = await startObjectCloud(t, {
      environment: { importObject: environment },
      mixpanel: { latencyMs },
    });
    await importObject(cloud, "rows", content);
    const { runs, state, records, events, firstError, bytes } = await receiptOf(cloud, "rows");
    // What was settled in the runs before has dead letters of its own.
    const deadLetters = inShort(cloud.deadLetters()).filter(
      ({ reason }) => reason === "quarantined",
    );
    return { runs, told: { state, records, events, firstError, bytes, deadLetters } };
  };

  const inOne = await told({}, 0);
  const inSeveral = await told(
    { TIME_BUDGET_SECONDS: "1", TIMEOUT_SECONDS: "25", BATCH_EVENTS: "10" },
    200,
  );

  assert.equal(inOne.runs, 1);
  assert.ok(inSeveral.runs > 1, `${inSeveral.runs} runs`);
  assert.equal(inOne.told.state, "quarantined");
  assert.deepEqual(inSeveral.told, inOne.told);
});
