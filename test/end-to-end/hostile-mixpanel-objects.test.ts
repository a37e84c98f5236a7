import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import { startObjectCloud, type TestCloud } from "../support/local-cloud.ts";
import { firstTimes, say, startLyingProxy, type LyingProxy } from "./lying-proxy.ts";
import { ENCODED_RESPONSES, ENDLESS_RESPONSES, PASSING_LIES } from "./mixpanel-lies.ts";
import {
  assertComplete,
  eventLines,
  importObject,
  mixpanelOf,
  receiptOf,
  shownOf,
} from "./object-scenario.ts";

/**
 * Within one second there is no second attempt: what is not settled is handed over or redelivered.
 */
const SHORT_BUDGET = { TIME_BUDGET_SECONDS: "1", TIMEOUT_SECONDS: "25", BATCH_EVENTS: "20" };

async function startLiedTo(
  t: TestContext,
  environment: Readonly<Record<string, string>> = SHORT_BUDGET,
): Promise<{ readonly cloud: TestCloud; readonly proxy: LyingProxy }> {
  const proxy = await startLyingProxy();
  t.after(() => proxy.stop());
  const cloud = await startObjectCloud(t, {
    environment: { importObject: { ...environment, MIXPANEL_URL: proxy.url } },
  });
  proxy.forward(mixpanelOf(cloud).url);
  return { cloud, proxy };
}

test("a response of Mixpanel that is almost right costs an object no record", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  for (const [name, lie] of Object.entries(PASSING_LIES))
    await t.test(name, async () => {
      proxy.lie(firstTimes(2, lie));

      await importObject(cloud, name, eventLines(100, name));

      await assertComplete(cloud, name, name, 100);
      assert.deepEqual(cloud.deadLetters(), []);
    });
});

test("an object is imported once when every response is encoded", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  for (const [encoding, lie] of Object.entries(ENCODED_RESPONSES)) {
    proxy.lie(() => lie);

    await importObject(cloud, encoding, eventLines(100, encoding));

    await assertComplete(cloud, encoding, encoding, 100);
    assert.equal(shownOf(cloud, encoding).stored, 100);
  }
});

test("a response that never ends costs a run, not the object", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  for (const [name, lie] of Object.entries(ENDLESS_RESPONSES)) {
    proxy.lie(firstTimes(1, lie));

    await importObject(cloud, name, eventLines(100, name));

    await assertComplete(cloud, name, name, 100);
  }
  const peak = cloud.functions.importObject.usage()?.peakMemoryBytes ?? 0;
  assert.ok(peak < 300 * 1024 * 1024, `${peak} bytes`);
  assert.equal(cloud.functions.importObject.restarts(), 0);
});

/** Whatever it is sent is refused so; nothing says which event it means. */
const REFUSALS = {
  "413 to everything": say(413, "too large", { "content-type": "text/plain" }),
  "413 to everything, with a limit that cannot be": say(
    413,
    '{"error":"request exceeds max limit of 0 bytes"}',
  ),
  "400 without rows to everything": say(400, '{"code":400,"error":"some data is invalid"}'),
  "400 with no row at all to everything": say(
    400,
    '{"code":400,"num_records_imported":0,"failed_records":[]}',
  ),
  "422 to everything": say(422, '{"code":422}'),
  "404 to everything": say(404, "<html></html>", { "content-type": "text/html" }),
} as const;

test("refusals of everything are an outage: a good object waits, and nothing of it is given up", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  for (const [name, lie] of Object.entries(REFUSALS))
    await t.test(name, async () => {
      proxy.lie(() => lie);
      const before = proxy.requests();
      const sizes = [1, 31, 200];
      const objectOf = (events: number): string => `${name}: ${events}`;

      for (const events of sizes)
        await cloud.upload(objectOf(events), eventLines(events, objectOf(events)));
      await untilRefused(cloud, proxy, before);
      assert.deepEqual(cloud.deadLetters(), []);
      const receipts = await cloud.receipts();
      assert.ok(sizes.every((events) => !receipts.has(objectOf(events))));
      proxy.lie(() => undefined);
      // Another instance has no circuit breaker that is still open.
      cloud.functions.importObject.kill();
      await cloud.idle();

      for (const events of sizes)
        await assertComplete(cloud, objectOf(events), objectOf(events), events);
      assert.deepEqual(cloud.deadLetters(), []);
    });
});

test("events refused without rows cost only themselves, however many there are", async (t) => {
  const { cloud } = await startLiedTo(t, { BATCH_EVENTS: "2000" });
  mixpanelOf(cloud).setFaults([
    { kind: "refuseBatch", records: "none", match: { event: "Culprit" } },
  ]);
  const lines = Array.from({ length: 4000 }, (_, index) =>
    eventLines(1, index % 57 === 3 && index < 57 * 70 ? "Culprit" : "Innocent", index),
  );

  await importObject(cloud, "culprits", lines.join(""));

  const receipt = await receiptOf(cloud, "culprits");
  assert.equal(receipt.state, "complete");
  assert.deepEqual(receipt.events, { produced: 4000, imported: 3930, rejected: 70, idsAdded: 0 });
  assert.equal(shownOf(cloud, "Innocent").distinct, 3930);
  const dead = cloud.deadLetters();
  const records = dead.flatMap(({ data }) => data.toString("utf8").split("\n"));
  assert.equal(records.length, 70);
  assert.ok(records.every((record) => record.includes('"Culprit"')));
  // Logarithmic in the batch: bisecting 70 of 4,000 takes about 70 * 2 * log2(2000 / 35) +
  // confirming each.
  t.diagnostic(`${receipt.requests} requests for 70 culprits of 4,000`);
  assert.ok(receipt.requests < 1400, `${receipt.requests} requests`);
});

/** Until a run has come to its end without anything to show for it. */
async function untilRefused(cloud: TestCloud, proxy: LyingProxy, before: number): Promise<void> {
  const logged = cloud.lines.length;
  const giveUpAt = performance.now() + 30_000;
  const isRefused = (): boolean =>
    proxy.requests() > before &&
    cloud.lines.slice(logged).some(({ message }) => message === "Import postponed");
  while (!isRefused()) {
    if (performance.now() > giveUpAt) throw new Error("No run was refused.");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
