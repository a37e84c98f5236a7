import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { UnavailableError } from "../../../functions/platform/errors.ts";
import { createBatchingPublisher } from "../../../functions/google/batching-publisher.ts";
import type { Deadline } from "../../../functions/platform/deadline.ts";
import type { OutgoingMessage } from "../../../functions/google/publisher.ts";
import { deadline } from "../../support/deadlines.ts";

const TOPIC = "projects/p/topics/t";
const DEADLINE = deadline(1000, 2000);

function message(text: string): OutgoingMessage {
  return { data: Buffer.from(text), attributes: {} };
}

/** Requests wait until `release` is called; `refuse` decides which fail, with which error. */
function start(refuse: (texts: readonly string[]) => Error | undefined = () => undefined) {
  const requests: { topic: string; texts: string[]; deadline: Deadline }[] = [];
  let held: (() => void)[] | undefined;
  const publish = createBatchingPublisher(async (topic, messages, deadline) => {
    const texts = messages.map(({ data }) => data.toString().slice(0, 10));
    requests.push({ topic, texts, deadline });
    if (held !== undefined) await new Promise<void>((resolve) => held?.push(resolve));
    const error = refuse(texts);
    if (error !== undefined) throw error;
  });
  return {
    publish,
    requests,
    texts: () => requests.map(({ texts }) => texts),
    hold: () => (held = []),
    release: () => {
      for (const resolve of held?.splice(0) ?? []) resolve();
    },
  };
}

test("what is published in one turn of the event loop goes together", async () => {
  const { publish, requests } = start();

  await Promise.all([
    publish(TOPIC, [message("a"), message("b")], DEADLINE),
    publish(TOPIC, [message("c")], deadline(900, 3000)),
  ]);

  assert.deepEqual(
    requests.map(({ topic, texts, deadline: { startBy, endBy } }) => [
      topic,
      texts,
      startBy,
      endBy,
    ]),
    [[TOPIC, ["a", "b", "c"], 900, 2000]],
  );
});

test("topics do not mix", async () => {
  const { publish, texts } = start();

  await Promise.all([
    publish("projects/p/topics/one", [message("a")], DEADLINE),
    publish("projects/p/topics/two", [message("b")], DEADLINE),
  ]);

  assert.deepEqual(texts(), [["a"], ["b"]]);
});

test("with enough requests under way the others gather", async () => {
  const { publish, texts, hold, release } = start();
  hold();

  const calls: Promise<void>[] = [];
  for (const text of ["a", "b", "c", "d", "e", "f"]) {
    calls.push(publish(TOPIC, [message(text)], DEADLINE));
    await turn();
    await turn();
  }
  assert.deepEqual(texts(), [["a"], ["b"], ["c"], ["d"]]);
  release();
  await turn();
  await turn();
  release();
  await Promise.all(calls);

  assert.deepEqual(texts().at(-1), ["e", "f"]);
});

test("a request holds at most 1,000 messages, and a call is never torn", async () => {
  const { publish, texts } = start();
  const of = (count: number) => Array.from({ length: count }, (_, index) => message(`${index}`));

  await Promise.all([600, 400, 1, 999, 2].map((count) => publish(TOPIC, of(count), DEADLINE)));

  assert.deepEqual(
    texts().map(({ length }) => length),
    [1000, 1000, 2],
  );
});

test("a request holds at most 9 MB encoded", async () => {
  const { publish, texts } = start();
  const large = message("x".repeat(3_000_000));

  await Promise.all([1, 2, 3, 4].map(() => publish(TOPIC, [large], DEADLINE)));

  assert.deepEqual(
    texts().map(({ length }) => length),
    [2, 2],
  );
});

test("a message that no request has room for fails alone, without a request", async () => {
  const { publish, texts } = start();

  const results = await Promise.allSettled([
    publish(TOPIC, [message("x".repeat(7_000_000))], DEADLINE),
    publish(TOPIC, [message("a")], DEADLINE),
  ]);

  assert.deepEqual(
    results.map(({ status }) => status),
    ["rejected", "fulfilled"],
  );
  assert.deepEqual(texts(), [["a"]]);
});

test("a call of more than a request holds travels alone", async () => {
  const { publish, texts } = start();
  const many = Array.from({ length: 1001 }, () => message("m"));

  await Promise.all([publish(TOPIC, many, DEADLINE), publish(TOPIC, [message("a")], DEADLINE)]);

  assert.deepEqual(
    texts()
      .map(({ length }) => length)
      .sort((a, b) => a - b),
    [1, 1001],
  );
});

for (const status of [400, 413])
  test(`a call that is refused with ${status} does not fail the others of its request`, async () => {
    const refused = new UnavailableError(`answered ${status}`, status);
    const { publish, texts } = start((sent) => (sent.includes("bad") ? refused : undefined));

    const results = await Promise.allSettled(
      ["a", "bad", "b"].map((text) => publish(TOPIC, [message(text)], DEADLINE)),
    );

    assert.deepEqual(
      results.map((result) => result.status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    assert.deepEqual(texts(), [["a", "bad", "b"], ["a"], ["bad"], ["b"]]);
  });

test("an outage fails the calls in the request and no later one", async () => {
  let isDown = true;
  const { publish, texts } = start(() =>
    isDown ? new UnavailableError("answered 503", 503) : undefined,
  );

  const results = await Promise.allSettled(
    ["a", "b"].map((text) => publish(TOPIC, [message(text)], DEADLINE)),
  );
  isDown = false;
  await publish(TOPIC, [message("c")], DEADLINE);

  assert.deepEqual(
    results.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  assert.deepEqual(texts(), [["a", "b"], ["c"]]);
});
