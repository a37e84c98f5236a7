import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { CredentialsError, UnavailableError } from "../../../functions/platform/errors.ts";
import { createPublisher, type OutgoingMessage } from "../../../functions/google/publisher.ts";
import type { HttpRequest } from "../../../functions/http/http-request.ts";
import { deadline } from "../../support/deadlines.ts";
import { createTestApi } from "../support/google.ts";

const TOPIC = "projects/p/topics/t";
const DEADLINE = deadline(1000, 2000);

function message(
  bytes: number | string = 10,
  attributes: Readonly<Record<string, string>> = {},
): OutgoingMessage {
  return { data: typeof bytes === "string" ? Buffer.from(bytes) : Buffer.alloc(bytes), attributes };
}

/** Publishes to a Pub/Sub that responses with these statuses, the last one for ever. */
async function publish(messages: readonly OutgoingMessage[], ...statuses: readonly number[]) {
  const requests: HttpRequest[] = [];
  const google = createTestApi({
    send: async (request) => {
      requests.push(request);
      await Promise.resolve();
      const status = statuses[Math.min(requests.length, statuses.length) - 1] ?? 200;
      return { status, headers: {}, body: Buffer.from("{}"), attempts: 1 };
    },
  });
  const done = await createPublisher(google)(TOPIC, messages, DEADLINE).then(
    () => undefined,
    (error: unknown) => error,
  );
  const bodies = requests.map(
    ({ body }) => JSON.parse(String(body)) as { messages: { data: string; attributes: object }[] },
  );
  return { requests, bodies, error: done };
}

describe("publishing", () => {
  it("is one request for what fits in one", async () => {
    const { requests, bodies, error } = await publish([
      message("é", { a: "ü" }),
      message("", { b: "" }),
    ]);
    assert.equal(error, undefined);
    assert.equal(requests[0]?.url, "http://pubsub.test/v1/projects/p/topics/t:publish");
    assert.equal(requests[0].headers["Content-Type"], "application/json");
    assert.equal(requests[0].deadline, DEADLINE);
    assert.deepEqual(bodies, [
      {
        messages: [
          { data: Buffer.from("é").toString("base64"), attributes: { a: "ü" } },
          { data: "", attributes: { b: "" } },
        ],
      },
    ]);
  });

  it("is none for nothing", async () => {
    assert.equal((await publish([])).requests.length, 0);
  });

  it("is several requests of at most 1,000 messages, in order", async () => {
    const { bodies } = await publish(
      Array.from({ length: 2001 }, (_, index) => message(String(index))),
    );
    assert.deepEqual(
      bodies.map(({ messages }) => messages.length),
      [1000, 1000, 1],
    );
    const texts = bodies.flatMap(({ messages }) =>
      messages.map(({ data }) => Number(Buffer.from(data, "base64"))),
    );
    assert.deepEqual(
      texts,
      Array.from({ length: 2001 }, (_, index) => index),
    );
  });

  it("is several requests of at most 9 MB, base64 and attributes in any alphabet counted", async () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 80 }, (_, index) => [`original.${index}`, "日".repeat(341)]),
    );
    const { requests } = await publish(
      Array.from({ length: 300 }, () => message(10_000, attributes)),
    );
    assert.ok(requests.length > 2);
    for (const { body } of requests) assert.ok(Buffer.byteLength(String(body)) <= 9_000_100);
  });

  it("fails before it asks when a message fits no request", async () => {
    const { requests, error } = await publish([message(), message(7_000_000)]);
    assert.ok(error instanceof UnavailableError);
    assert.equal(requests.length, 0);
    assert.equal((await publish([message(6_700_000), message(6_700_000)])).requests.length, 2);
  });

  it("fails when Pub/Sub does not take it", async () => {
    for (const status of [401, 403]) {
      const { error, requests } = await publish([message()], status);
      assert.ok(error instanceof CredentialsError);
      assert.equal(error.status, status);
      assert.equal(requests.length, 1);
    }
    for (const status of [400, 404, 413]) {
      const { error } = await publish([message()], status);
      assert.ok(error instanceof UnavailableError);
      assert.equal(error.message, `publishing to ${TOPIC} answered ${status}`);
    }
  });

  it("has happened when there is a different id for each message", async () => {
    const { requests } = await publish([message("a"), message("b")]);
    const contradiction = (ids: unknown): string | undefined =>
      requests[0]?.contradiction?.({
        status: 200,
        headers: {},
        body: Buffer.from(JSON.stringify({ messageIds: ids })),
        attempts: 1,
      });
    assert.equal(contradiction(["1", "2"]), undefined);
    for (const ids of [undefined, [], ["1"], ["1", "1"], ["1", ""], ["1", 2], ["1", "2", "3"]])
      assert.notEqual(contradiction(ids), undefined, JSON.stringify(ids));
    assert.notEqual(contradiction(["1", "2", ""]), undefined);
  });

  it("stops at the first request that fails", async () => {
    const messages = Array.from({ length: 3000 }, () => message());
    const { requests, error } = await publish(messages, 200, 404);
    assert.equal(requests.length, 2);
    assert.ok(error instanceof UnavailableError);
  });
});
