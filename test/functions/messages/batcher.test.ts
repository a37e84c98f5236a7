import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { CountMismatchError } from "../../../functions/platform/errors.ts";
import { createBatcher } from "../../../functions/messages/batcher.ts";
import type { SubmissionOutcome } from "../../../functions/messages/submission.ts";
import type { Delivery } from "../../../functions/mixpanel/deliver-batch.ts";
import { createBatchBuilders } from "../../../functions/mixpanel/event-batch.ts";
import type { EventBytes } from "../../../functions/event/record.ts";
import { deadline } from "../../support/deadlines.ts";

const LINGER_MS = 50;
const DEADLINE = deadline(60_000, 90_000);

function event(text: string, isIdentity = false): EventBytes {
  const bytes = Buffer.from(text);
  const record = { bytes, start: 0, end: bytes.length, offset: 0, line: 1, hasLineBreaks: false };
  // What it takes to send `text` as it is.
  return {
    bytes,
    start: 0,
    end: bytes.length,
    insertAt: 0,
    insertion: "",
    isIdentity,
    record,
  };
}

/** A batch that was sent, and how to answer it. */
interface Sent {
  readonly events: readonly string[];
  readonly response: (delivery?: Partial<Delivery>) => void;
  readonly fail: (error: Error) => void;
}

/** A batcher whose clock stands still, and whose deliveries wait to be answered. */
function start(t: TestContext, maxInFlight = 10, lingerMs = LINGER_MS) {
  const limits = { events: 4, bytes: 100 };
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  const sent: Sent[] = [];
  const batcher = createBatcher({
    newBuilder: createBatchBuilders(limits, 2),
    lingerMs,
    maxEvents: limits.events,
    maxInFlight,
    onDelivered: () => undefined,
    now: Date.now,
    deliver: ({ bytes, ends }) =>
      new Promise((resolve, reject) => {
        const nothing = {
          imported: ends.length,
          rejected: [],
          pending: [],
          retryReason: undefined,
        };
        sent.push({
          events: bytes.toString().split("\n"),
          response: (delivery) => {
            resolve({ ...nothing, requests: 1, retries: 0, ...delivery });
          },
          fail: reject,
        });
      }),
  });
  return {
    ...batcher,
    sent,
    batches: () => sent.map(({ events }) => events),
    submit: (...texts: string[]) =>
      batcher.submit(
        texts.map((text) => event(text)),
        DEADLINE,
        1,
      ),
    submitIdentity: (text: string) => batcher.submit([event(text, true)], DEADLINE, 1),
    tick: async (ms: number) => {
      t.mock.timers.tick(ms);
      await turn();
    },
  };
}

const imported = (count: number): SubmissionOutcome => ({
  imported: count,
  rejected: [],
  retryReason: undefined,
});

test("a lone message goes at once", async (t) => {
  const { submit, sent, batches, tick } = start(t);

  const outcome = submit("a");
  await tick(1);
  assert.deepEqual(batches(), [["a"]]);
  sent[0]?.response();

  assert.deepEqual(await outcome, imported(1));
});

test("no events are settled at once, without a request", async (t) => {
  const { submit, batches } = start(t);

  assert.deepEqual(await submit(), imported(0));
  assert.deepEqual(batches(), []);
});

test("messages that are here at the same moment share a request", async (t) => {
  const { submit, batches, tick } = start(t);

  void submit("a");
  void submit("b", "c");
  await tick(1);

  assert.deepEqual(batches(), [["a", "b", "c"]]);
});

test("while a request is under way others wait for company for as long as lingerMs", async (t) => {
  const { submit, batches, tick } = start(t);

  void submit("a");
  await tick(1);
  void submit("b");
  await tick(LINGER_MS - 1);
  void submit("c");
  assert.deepEqual(batches(), [["a"]]);
  await tick(1);

  assert.deepEqual(batches(), [["a"], ["b", "c"]]);
});

test("what waits for company goes when nothing is under way any more", async (t) => {
  const { submit, sent, batches, tick } = start(t);

  void submit("a");
  await tick(1);
  void submit("b");
  sent[0]?.response();
  await tick(0);

  assert.deepEqual(batches(), [["a"], ["b"]]);
});

test("a batch that is full of events or of bytes goes at once", (t) => {
  const { submit, batches } = start(t);

  void submit("a", "b", "c", "d", "e");
  void submit("x".repeat(70));
  void submit("y".repeat(70));

  assert.deepEqual(batches(), [
    ["a", "b", "c", "d"],
    ["e", "x".repeat(70)],
  ]);
});

test("a message that is split over batches is done when all of them are", async (t) => {
  const { submit, sent, tick } = start(t);
  let isDone = false;

  const outcome = submit("a", "b", "c", "d", "e", "f").then((result) => {
    isDone = true;
    return result;
  });
  await tick(LINGER_MS);
  sent[1]?.response();
  await tick(0);
  assert.equal(isDone, false);
  sent[0]?.response();

  assert.deepEqual(await outcome, imported(6));
});

test("a batch whose linger is over goes with the next message, however late the timers are", async (t) => {
  const { submit, batches, tick } = start(t);
  void submit("a");
  await tick(1);
  void submit("b");

  t.mock.timers.setTime(2 + LINGER_MS);
  void submit("c");

  assert.deepEqual(batches(), [["a"], ["b", "c"]]);
});

test("without linger what arrives together still goes together", async (t) => {
  const { submit, batches, tick } = start(t, 10, 0);
  void submit("a");
  await tick(1);

  void submit("b");
  void submit("c");
  await tick(1);

  assert.deepEqual(batches(), [["a"], ["b", "c"]]);
});

test("identity events travel apart", async (t) => {
  const { submit, submitIdentity, batches, tick } = start(t);

  void submit("a");
  void submitIdentity("$identify");
  void submit("b");
  await tick(LINGER_MS);

  assert.deepEqual(batches(), [["a", "b"], ["$identify"]]);
});

test("at most maxInFlight batches are under way; full ones wait in their order", async (t) => {
  const { submit, sent, batches, tick } = start(t, 1);

  void submit("a1", "a2", "a3", "a4");
  void submit("b1", "b2", "b3", "b4");
  void submit("c1", "c2", "c3", "c4");
  await tick(LINGER_MS);
  assert.equal(batches().length, 1);
  sent[0]?.response();
  await tick(0);
  assert.equal(batches().length, 2);
  sent[1]?.response();
  await tick(0);

  assert.deepEqual(
    batches().map(([first]) => first),
    ["a1", "b1", "c1"],
  );
});

test("what is due while there is no room gathers more", async (t) => {
  const { submit, sent, batches, tick } = start(t, 1);

  void submit("a");
  await tick(1);
  void submit("b");
  await tick(10 * LINGER_MS);
  void submit("c");
  sent[0]?.response();
  await tick(0);

  assert.deepEqual(batches(), [["a"], ["b", "c"]]);
});

test("what finds no room until its time is up is not settled, and never sent", async (t) => {
  const { submit, sent, batches, tick } = start(t, 1);

  void submit("a");
  await tick(1);
  const full = submit("b1", "b2", "b3", "b4");
  const filling = submit("c");
  await tick(60_000);
  assert.equal((await full).retryReason, "the time is up");
  assert.equal((await filling).retryReason, "the time is up");
  sent[0]?.response();
  await tick(0);

  assert.deepEqual(batches(), [["a"]]);
});

test("each message has its own verdict", async (t) => {
  const { submit, sent, tick } = start(t);
  const problem = { reason: "rejected", field: "f", error: "e" } as const;

  const outcomes = Promise.all([submit("good"), submit("bad"), submit("late", "good too")]);
  await tick(1);
  sent[0]?.response({
    imported: 2,
    rejected: [{ index: 1, problem }],
    pending: [2],
    retryReason: "Mixpanel answered 503",
  });

  const [good, bad, late] = await outcomes;
  assert.deepEqual(good, imported(1));
  assert.deepEqual(
    bad.rejected.map(({ record, problem: why }) => [record.bytes.toString(), why]),
    [["bad", problem]],
  );
  assert.deepEqual([late.imported, late.retryReason], [1, "Mixpanel answered 503"]);
});

const incomplete: readonly { name: string; delivery: Partial<Delivery> }[] = [
  { name: "loses an event", delivery: { imported: 1 } },
  { name: "finds one too many", delivery: { imported: 3 } },
  { name: "settles one twice", delivery: { imported: 0, pending: [0, 0] } },
  { name: "names one that is not there", delivery: { imported: 1, pending: [2] } },
];
for (const { name, delivery } of incomplete)
  test(`a delivery that ${name} settles nothing`, async (t) => {
    const { submit, sent, tick } = start(t);

    const outcomes = Promise.allSettled([submit("a"), submit("b")]);
    await tick(1);
    sent[0]?.response(delivery);

    for (const outcome of await outcomes) {
      assert.equal(outcome.status, "rejected");
      assert.ok(outcome.reason instanceof CountMismatchError);
    }
  });

test("a bug in one batch fails its messages, and no others", async (t) => {
  const { submit, sent, tick } = start(t);
  const bug = new TypeError("bug");

  const outcomes = Promise.allSettled([submit("a", "b", "c", "d"), submit("e")]);
  await tick(LINGER_MS);
  sent[0]?.fail(bug);
  sent[1]?.response();

  assert.deepEqual(await outcomes, [
    { status: "rejected", reason: bug },
    { status: "fulfilled", value: imported(1) },
  ]);
});

test("flush sends what waits for company", async (t) => {
  const { submit, flush, batches, tick } = start(t);
  void submit("a");
  await tick(1);
  void submit("b");

  flush();

  assert.deepEqual(batches(), [["a"], ["b"]]);
});
