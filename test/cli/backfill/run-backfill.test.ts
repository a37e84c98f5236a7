import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { test, type TestContext } from "node:test";

import { runBackfill, type BackfillOptions } from "../../../cli/backfill/run-backfill.ts";
import { fixSelection, surveyObjects, type Selection } from "../../../cli/backfill/survey.ts";
import { parseTarget } from "../../../cli/backfill/target.ts";
import { createSkip } from "../../../functions/objects/skip.ts";
import { RefusedError } from "../../../cli/google/rest.ts";
import type { Connection } from "../../../cli/stack/connect.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import {
  connectionTo,
  startOperatorCloud,
  type OperatorCloud,
} from "../../support/operator-cloud.ts";
import { startReceiptWriter, type ReceiptWriterOptions } from "../../support/receipt-writer.ts";

const { landingBucket, receiptsBucket, objectsSubscription } = CLOUD_NAMES;
const WINDOW = 10;

/** A clock that moves only when somebody waits, and then a hundred times as fast. */
function virtualPause() {
  let time = 0;
  return {
    now: () => time,
    sleep: async (ms: number) => {
      time += ms;
      await setTimeout(ms / 100);
    },
  };
}

function selectionOf(more: Partial<Selection> = {}): Selection {
  const target = parseTarget(`gs://${landingBucket}/`);
  return { target, skip: createSkip([], []), again: false, since: undefined, ...more };
}

async function backfill(
  connection: Connection,
  selection: Selection,
  more: Partial<BackfillOptions> = {},
) {
  const survey = await surveyObjects(connection, selection, WINDOW);
  const result = await runBackfill(connection, {
    ...virtualPause(),
    selection: fixSelection(selection, survey),
    until: survey.newestObject,
    quarantineOff: false,
    window: WINDOW,
    subscription: objectsSubscription,
    ...more,
  });
  return { survey, result };
}

async function startCloud(
  t: TestContext,
  options: ReceiptWriterOptions = {},
  names: string[] = [],
) {
  const interruption = new AbortController();
  const cloud = await startOperatorCloud(t, { signal: interruption.signal });
  await Promise.all(names.map((name) => cloud.bucket.put(landingBucket, name, Buffer.from("{}"))));
  const writer = startReceiptWriter(t, cloud, options);
  return { ...cloud, writer, interruption };
}

function freshConnection({ services }: OperatorCloud): Connection {
  return connectionTo(services, new AbortController().signal);
}

function countOf(counts: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const name of counts) times.set(name, (times.get(name) ?? 0) + 1);
  return times;
}

test("1,000 objects, interrupted and continued: each has a receipt, few are announced twice", async (t) => {
  const names = Array.from({ length: 1000 }, (_, index) => `history/${index}.ndjson`);
  const cloud = await startCloud(t, {}, names);
  const first = await backfill(cloud.connection, selectionOf(), {
    onProgress: ({ finished }) => {
      if (finished >= 300) cloud.interruption.abort();
    },
  });
  assert.ok(first.result.isInterrupted);
  assert.equal(first.result.failure, undefined);
  assert.ok(first.result.announced - first.result.finished <= WINDOW);
  assert.ok(cloud.writer.maxWaiting() <= WINDOW, `${cloud.writer.maxWaiting()} waited`);

  await cloud.pubsub.idle([objectsSubscription]);
  const second = await backfill(freshConnection(cloud), selectionOf());
  assert.ok(second.survey.imported >= first.result.finished);
  assert.equal(second.result.finished, second.survey.estimate.objects);
  assert.equal(cloud.bucket.list(receiptsBucket).length, 1000);
  const times = countOf(cloud.writer.requests.map(({ object }) => object.object));
  assert.equal(times.size, 1000);
  assert.ok([...times.values()].filter((count) => count > 1).length <= WINDOW);

  const third = await backfill(freshConnection(cloud), selectionOf());
  assert.deepEqual([third.survey.imported, third.result.announced], [1000, 0]);
});

test("a second import goes on where it was interrupted, told by the receipts alone", async (t) => {
  const names = Array.from({ length: 60 }, (_, index) => `${index}.ndjson`);
  const cloud = await startCloud(t, {}, names);
  await backfill(freshConnection(cloud), selectionOf());
  const selection = selectionOf({ again: true });
  const survey = await surveyObjects(freshConnection(cloud), selection, WINDOW);
  assert.equal(survey.again, 60);
  const { since } = fixSelection(selection, survey);

  const first = await backfill(cloud.connection, selection, {
    quarantineOff: true,
    onProgress: ({ finished }) => {
      if (finished >= 20) cloud.interruption.abort();
    },
  });
  assert.ok(first.result.isInterrupted);
  await cloud.pubsub.idle([objectsSubscription]);
  const second = await backfill(freshConnection(cloud), selectionOf({ again: true, since }));
  assert.ok(second.survey.imported >= first.result.finished);
  assert.equal(second.survey.imported + second.result.finished, 60);

  const again = cloud.writer.requests.slice(60);
  assert.deepEqual(new Set(again.map(({ importId }) => importId)), new Set([`backfill-${since}`]));
  assert.equal(new Set(again.map(({ object }) => object.object)).size, 60);
  assert.ok(again.length <= 60 + WINDOW);
  assert.ok(again[0]?.isQuarantineOff);
});

test("nothing waits for objects that the function leaves out; what is not in order is told", async (t) => {
  const stateOf: ReceiptWriterOptions["stateOf"] = ({ object }) =>
    object.object.startsWith("skip")
      ? undefined
      : object.object === "bad"
        ? "quarantined"
        : "complete";
  const names = ["bad", "good", ...Array.from({ length: 25 }, (_, index) => `skip-${index}`)];
  const cloud = await startCloud(t, { stateOf }, names);
  const { result } = await backfill(cloud.connection, selectionOf());
  assert.deepEqual(
    [result.announced, result.finished, result.withoutReceipt, result.failure],
    [27, 2, 25, undefined],
  );
  assert.deepEqual(result.receipts.states, { quarantined: 1, complete: 1 });
  assert.deepEqual(result.receipts.records, { read: 20, dropped: 0, unusable: 10, used: 10 });
  const { count, first } = result.receipts.notInOrder;
  assert.deepEqual([count, first.length], [26, 20]);
  assert.ok(first.some(({ object, state }) => object === "bad" && state === "quarantined"));
  assert.ok(first.some(({ object, state }) => object === "skip-0" && state === "no receipt"));
});

test("where neither log nor figures may be read it ends, and says what is not known", async (t) => {
  const stateOf: ReceiptWriterOptions["stateOf"] = ({ object }) =>
    object.object === "good" ? "complete" : undefined;
  const cloud = await startCloud(t, { stateOf }, ["good", "a", "b"]);
  const { rest, monitoringUrl } = cloud.connection;
  const refuse = <T>(url: string, send: () => Promise<T>): Promise<T> =>
    url.startsWith(monitoringUrl)
      ? Promise.reject(new RefusedError("looking was refused (403).\nA remedy.", 403))
      : send();
  const blind: Connection["rest"] = {
    ...rest,
    get: (what, url) => refuse(url, () => rest.get(what, url)),
    post: (what, url, body) => refuse(url, () => rest.post(what, url, body)),
  };
  let time = 0;
  const { result } = await backfill({ ...cloud.connection, rest: blind }, selectionOf(), {
    now: () => time,
    sleep: async (ms) => {
      time += ms / 3;
      await setTimeout(2);
    },
  });
  assert.deepEqual(
    [result.announced, result.finished, result.unknown, result.withoutReceipt, result.failure],
    [3, 1, 2, 0, undefined],
  );
  assert.equal(result.unknownWhy, "looking was refused (403). A remedy.");
  assert.deepEqual(
    result.receipts.notInOrder.first.map(({ object, state }) => [object, state]).sort(),
    [
      ["a", "not known"],
      ["b", "not known"],
    ],
  );
});

test("what was replaced, deleted or uploaded since it was listed is not announced", async (t) => {
  const cloud = await startCloud(t, {}, ["deleted", "kept", "replaced"]);
  let isChanged = false;
  const rest: Connection["rest"] = {
    ...cloud.connection.rest,
    get: async (what, url) => {
      const response = await cloud.connection.rest.get(what, url);
      if (what.startsWith(`listing gs://${CLOUD_NAMES.receiptsBucket}`) && !isChanged) {
        isChanged = true;
        await cloud.bucket.delete(landingBucket, "deleted");
        await cloud.bucket.put(landingBucket, "replaced", Buffer.from("{ }"));
      }
      return response;
    },
  };
  const result = await runBackfill(
    { ...cloud.connection, rest },
    {
      ...virtualPause(),
      ...{ selection: selectionOf(), until: undefined, quarantineOff: false, window: 1 },
      subscription: objectsSubscription,
    },
  );
  assert.deepEqual([result.announced, result.finished, result.gone], [1, 1, 2]);
  assert.equal(cloud.writer.requests[0]?.object.object, "kept");

  await cloud.bucket.put(landingBucket, "zz-new", Buffer.from("{}"));
  const next = await runBackfill(freshConnection(cloud), {
    ...virtualPause(),
    ...{ selection: selectionOf(), until: "2020-01-01T00:00:00Z", quarantineOff: false, window: 1 },
    subscription: objectsSubscription,
  });
  assert.equal(next.announced, 0);
});

test("a service that refuses ends it, with what was done by then", async (t) => {
  const cloud = await startCloud(t, {}, ["a", "b", "c"]);
  let published = 0;
  const publish: Connection["publish"] = async (...args) => {
    if (++published > 2) throw new Error("refused");
    await cloud.connection.publish(...args);
  };
  const { result } = await backfill({ ...cloud.connection, publish }, selectionOf(), { window: 1 });
  assert.deepEqual([result.finished, result.isInterrupted], [2, false]);
  assert.match(String(result.failure), /refused/);
});
