import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { inspect } from "node:util";

import { UnavailableError } from "../../../functions/platform/errors.ts";
import {
  createTestClient,
  requestTo,
  startService,
  TOKEN,
  type Service,
} from "../support/http-service.ts";

/** The error a request ends with. */
async function failureOf(request: Promise<unknown>): Promise<UnavailableError> {
  try {
    await request;
  } catch (error) {
    assert.ok(error instanceof UnavailableError, inspect(error));
    return error;
  }
  throw new Error("The request succeeded.");
}

/** A service that responses with these statuses, the last one for ever. */
function answering(...statuses: readonly number[]): Promise<Service> {
  return startService((attempt, response) => {
    response.writeHead(statuses[Math.min(attempt, statuses.length) - 1] ?? 200).end("{}");
  });
}

describe("the HTTP client", () => {
  it("gives back what is worth no other attempt, whatever the status", async () => {
    for (const status of [200, 204, 206, 302, 304, 400, 401, 403, 404, 413, 416]) {
      const service = await answering(status);
      const response = await createTestClient()(requestTo(service.url));
      assert.deepEqual([response.status, response.attempts], [status, 1]);
      assert.equal(service.received.length, 1);
    }
  });

  it("gives back headers and the bytes of the body as they came", async () => {
    const service = await startService((_, response) => {
      response
        .writeHead(200, { "content-encoding": "gzip", "x-a": "b" })
        .end(Buffer.from([0x1f, 0x8b, 0]));
    });
    const { headers, body } = await createTestClient()(requestTo(service.url, { method: "GET" }));
    assert.equal(headers["x-a"], "b");
    assert.deepEqual([...body], [0x1f, 0x8b, 0]);
  });

  it("tries again at 408, 429 and 5xx, with the same bytes over the same connection", async () => {
    const service = await answering(408, 429, 500, 502, 503, 504, 200);
    const response = await createTestClient()(requestTo(service.url));
    assert.deepEqual([response.status, response.attempts], [200, 7]);
    assert.equal(service.received.length, 7);
    const basic = `Basic ${Buffer.from(`${TOKEN}:`).toString("base64")}`;
    for (const { method, body, headers, port } of service.received) {
      assert.equal(method, "POST");
      assert.deepEqual([...body], [0, 1, 2, 255]);
      assert.equal(headers.authorization, basic);
      assert.equal(headers["content-type"], "application/x-ndjson");
      assert.equal(headers["content-length"], "4");
      assert.equal(port, service.received[0]?.port);
    }
  });

  it("asks the policy how long to wait, by the attempt that follows", async () => {
    const service = await answering(500, 503, 200);
    const asked: number[] = [];
    const refused: number[] = [];
    const send = createTestClient({
      delayMs: (attempt) => {
        asked.push(attempt);
        return attempt;
      },
      onThrottled: (delayMs) => refused.push(delayMs),
    });
    await send(requestTo(service.url));
    assert.deepEqual([asked, refused], [[2, 3], [3]]);
  });

  it("waits as long as Retry-After says, in seconds or as a date", async () => {
    const now = Date.UTC(2026, 0, 1);
    for (const [value, expected] of [
      ["3", 3000],
      [new Date(now + 5000).toUTCString(), 5000],
      [new Date(now - 5000).toUTCString(), 7],
      ["0", 7],
      ["soon", 7],
      ["-1", 7],
      ["1.5", 7],
    ] as const) {
      const service = await startService((_, response) => {
        response.writeHead(429, { "retry-after": value }).end();
      });
      const refused: number[] = [];
      const send = createTestClient({
        now: () => now,
        delayMs: () => 7,
        onThrottled: (ms) => refused.push(ms),
      });
      // The time ends before the wait does, so that nobody waits for it.
      await failureOf(send(requestTo(service.url, { startBy: now + 7, endBy: now + 60_000 })));
      assert.deepEqual(refused, [expected], value);
      assert.equal(service.received.length, 1);
    }
  });

  it("starts no attempt after its time", async () => {
    const service = await answering(503);
    let now = 0;
    const send = createTestClient({
      now: () => now,
      delayMs: () => {
        now += 100;
        return 1;
      },
    });
    const error = await failureOf(send(requestTo(service.url, { startBy: 450, endBy: 10_000 })));
    assert.equal(service.received.length, 5);
    assert.equal(error.status, 503);
    assert.equal(error.message, "the service answered 503");
  });

  it("starts none at all when its time is over, also while it waits for its turn", async () => {
    const service = await answering(200);
    const late = requestTo(service.url, { startBy: Date.now() - 1 });
    assert.match((await failureOf(createTestClient()(late))).message, /the time is up/);

    let now = 0;
    const left: number[] = [];
    const send = createTestClient({
      now: () => now,
      enter: (weight) => {
        now = 100;
        return Promise.resolve(() => left.push(weight));
      },
    });
    const request = requestTo(service.url, { startBy: 50, endBy: 1000, weight: 9 });
    assert.match((await failureOf(send(request))).message, /the time is up/);
    assert.equal(service.received.length, 0);
    assert.deepEqual(left, [9]);
  });

  it("tries again when the connection breaks before or after the headers", async () => {
    const service = await startService((attempt, response) => {
      if (attempt === 1) response.destroy();
      else if (attempt === 2) {
        response.writeHead(200, { "content-length": 10 });
        response.write("half");
        setImmediate(() => response.destroy());
      } else response.writeHead(200).end("whole");
    });
    const response = await createTestClient()(requestTo(service.url));
    assert.deepEqual([response.body.toString(), response.attempts], ["whole", 3]);
  });

  it("limits an attempt as a whole, though the body trickles on, and tries again", async () => {
    const service = await startService(async (attempt, response) => {
      if (attempt > 1) return void response.writeHead(200).end("whole");
      response.writeHead(200);
      const trickle = setInterval(() => response.write("x"), 20);
      await once(response, "close");
      clearInterval(trickle);
    });
    const response = await createTestClient({ attemptTimeoutMs: 300 })(requestTo(service.url));
    assert.deepEqual([response.body.toString(), response.attempts], ["whole", 2]);
  });

  it("tries again when there is no response at all within the limit", async () => {
    const service = await startService((attempt, response) => {
      if (attempt > 1) response.writeHead(200).end();
    });
    const response = await createTestClient({ attemptTimeoutMs: 100 })(requestTo(service.url));
    assert.equal(response.attempts, 2);
  });

  it("ends what is under way at its last moment", async () => {
    const service = await startService(() => undefined);
    const now = Date.now();
    const request = requestTo(service.url, { startBy: now + 150, endBy: now + 150 });
    const error = await failureOf(createTestClient()(request));
    assert.match(error.message, /did not answer in time|the time is up/);
  });

  it("tries again when there is an objection to the response", async () => {
    const service = await answering(200);
    const response = await createTestClient()(
      requestTo(service.url, {
        objection: ({ attempts, body }) =>
          attempts < 3 && body.length > 0 ? "too early" : undefined,
      }),
    );
    assert.equal(response.attempts, 3);
    const error = await failureOf(
      createTestClient({ delayMs: () => 60_000 })(
        requestTo(service.url, { objection: () => "no JSON" }),
      ),
    );
    assert.equal(error.message, "the service: no JSON");
  });

  it("refuses a response that is too large", async () => {
    const service = await startService((_, response) => {
      response.writeHead(200).end("x".repeat(2000));
    });
    const send = createTestClient({ delayMs: () => 60_000 });
    await failureOf(send(requestTo(service.url)));
  });

  it("lets a signal end a wait, a request and a request that has not begun", async () => {
    const controller = new AbortController();
    const waiting = await startService((_, response) => {
      response.writeHead(503).end();
      setImmediate(() => {
        controller.abort();
      });
    });
    const send = createTestClient({ delayMs: () => 8000 });
    await failureOf(send(requestTo(waiting.url, { signal: controller.signal })));
    assert.equal(waiting.received.length, 1);

    const second = new AbortController();
    const silent = await startService(() => {
      second.abort();
    });
    await failureOf(send(requestTo(silent.url, { signal: second.signal })));
    assert.equal(silent.received.length, 1);

    await failureOf(send(requestTo(silent.url, { signal: second.signal })));
    assert.equal(silent.received.length, 1);
  });

  it("enters and leaves once for every attempt, however it ends", async () => {
    const service = await startService((attempt, response) => {
      if (attempt === 1) response.destroy();
      else response.writeHead(attempt === 2 ? 503 : 200).end();
    });
    const events: string[] = [];
    const send = createTestClient({
      enter: (weight) => {
        events.push(`enter ${weight}`);
        return Promise.resolve(() => events.push("leave"));
      },
    });
    await send(requestTo(service.url, { weight: 5 }));
    assert.deepEqual(events, ["enter 5", "leave", "enter 5", "leave", "enter 5", "leave"]);
  });

  it("says that a service cannot be reached, and why", async () => {
    const service = await answering(200);
    await service.stop();
    const send = createTestClient({ delayMs: () => 60_000 });
    const refused = await failureOf(send(requestTo(service.url)));
    assert.equal(refused.message, "the service cannot be reached: ECONNREFUSED");
    const unknown = await failureOf(send(requestTo("http://nowhere.invalid/")));
    assert.match(unknown.message, /^the service cannot be reached: (ENOTFOUND|EAI_AGAIN)$/);
  });

  it("tries a URL that is none once only", async () => {
    let asked = 0;
    const send = createTestClient({ delayMs: () => ++asked });
    await assert.rejects(send(requestTo("http://")), TypeError);
    assert.equal(asked, 0);
  });

  it("keeps the token out of everything that can be seen of an error", async () => {
    const silent = await startService(() => undefined);
    const failing = await answering(503);
    const broken = await startService((_, response) => {
      response.destroy();
    });
    const gone = await answering(200);
    await gone.stop();
    const send = createTestClient({ delayMs: () => 60_000, attemptTimeoutMs: 100 });
    for (const { url } of [silent, failing, broken, gone]) {
      const error = await failureOf(send(requestTo(url)));
      const base64 = Buffer.from(`${TOKEN}:`).toString("base64");
      const seen = [
        String(error),
        error.stack,
        JSON.stringify(error),
        JSON.stringify(
          Object.getOwnPropertyNames(error).map((name) => Reflect.get(error, name) as unknown),
        ),
        inspect(error, { depth: Infinity, showHidden: true }),
        inspect(error.cause, { depth: Infinity, showHidden: true }),
      ].join("\n");
      assert.equal(seen.includes(TOKEN) || seen.includes(base64), false);
    }
  });
});
