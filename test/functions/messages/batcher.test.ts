import assert from "node:assert/strict";
import { test } from "node:test";

import { imported, LINGER_MS, startBatcher } from "../support/batcher.ts";

test("a lone message goes at once", async (t) => {
  const { submit, sent, batches, tick } = startBatcher(t);

  const outcome = submit("a");
  await tick(1);
  assert.deepEqual(batches(), [["a"]]);
  sent[0]?.response();

  assert.deepEqual(await outcome, imported(1));
});

test("no events are settled at once, without a request", async (t) => {
  const { submit, batches } = startBatcher(t);

  assert.deepEqual(await submit(), imported(0));
  assert.deepEqual(batches(), []);
});

test("messages that are here at the same moment share a request", async (t) => {
  const { submit, batches, tick } = startBatcher(t);

  void submit("a");
  void submit("b", "c");
  await tick(1);

  assert.deepEqual(batches(), [["a", "b", "c"]]);
});

test("while a request is under way others wait for company for as long as lingerMs", async (t) => {
  const { submit, batches, tick } = startBatcher(t);

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
  const { submit, sent, batches, tick } = startBatcher(t);

  void submit("a");
  await tick(1);
  void submit("b");
  sent[0]?.response();
  await tick(0);

  assert.deepEqual(batches(), [["a"], ["b"]]);
});

test("a batch that is full of events or of bytes goes at once", (t) => {
  const { submit, batches } = startBatcher(t);

  void submit("a", "b", "c", "d", "e");
  void submit("x".repeat(70));
  void submit("y".repeat(70));

  assert.deepEqual(batches(), [
    ["a", "b", "c", "d"],
    ["e", "x".repeat(70)],
  ]);
});

test("a message that is split over batches is done when all of them are", async (t) => {
  const { submit, sent, tick } = startBatcher(t);
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
  const { submit, batches, tick } = startBatcher(t);
  void submit("a");
  await tick(1);
  void submit("b");

  t.mock.timers.setTime(2 + LINGER_MS);
  void submit("c");

  assert.deepEqual(batches(), [["a"], ["b", "c"]]);
});

test("without linger what arrives together still goes together", async (t) => {
  const { submit, batches, tick } = startBatcher(t, 10, 0);
  void submit("a");
  await tick(1);

  void submit("b");
  void submit("c");
  await tick(1);

  assert.deepEqual(batches(), [["a"], ["b", "c"]]);
});

test("identity events travel apart", async (t) => {
  const { submit, submitIdentity, batches, tick } = startBatcher(t);

  void submit("a");
  void submitIdentity("$identify");
  void submit("b");
  await tick(LINGER_MS);

  assert.deepEqual(batches(), [["a", "b"], ["$identify"]]);
});

test("at most maxInFlight batches are under way; full ones wait in their order", async (t) => {
  const { submit, sent, batches, tick } = startBatcher(t, 1);

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
  const { submit, sent, batches, tick } = startBatcher(t, 1);

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
  const { submit, sent, batches, tick } = startBatcher(t, 1);

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

test("flush sends what waits for company", async (t) => {
  const { submit, flush, batches, tick } = startBatcher(t);
  void submit("a");
  await tick(1);
  void submit("b");

  flush();

  assert.deepEqual(batches(), [["a"], ["b"]]);
});
