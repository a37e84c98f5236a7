import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";

import { deadline, deadlineIn, NO_DEADLINE } from "../../support/deadlines.ts";
import {
  answering,
  createTestClient,
  failureOf,
  requestTo,
  startService,
  UNLIMITED,
} from "../support/http-service.ts";

describe("the time that the HTTP client takes", () => {
  it("asks the policy how long to wait, by the attempt that follows", async () => {
    const service = await answering(500, 503, 200);
    const asked: number[] = [];
    const throttled: number[] = [];
    const send = createTestClient({
      backoffMs: (attempt) => {
        asked.push(attempt);
        return attempt;
      },
      limiter: { ...UNLIMITED, throttled: (ms) => throttled.push(ms) },
    });
    await send(requestTo(service.url));
    assert.deepEqual([asked, throttled], [[2, 3], [3]]);
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
      const throttled: number[] = [];
      const send = createTestClient({
        now: () => 0,
        wallNow: () => now,
        backoffMs: () => 7,
        limiter: { ...UNLIMITED, throttled: (ms) => throttled.push(ms) },
      });
      // The time ends before the wait does, so that nobody waits for it.
      await failureOf(send(requestTo(service.url, { deadline: deadline(7, 60_000) })));
      assert.deepEqual(throttled, [expected], value);
      assert.equal(service.received.length, 1);
    }
  });

  it("waits a minute at most, and makes no busy loop, when Retry-After asks for a month", async () => {
    const service = await startService((_, response) => {
      response.writeHead(503, { "retry-after": "2592000" }).end();
    });
    const controller = new AbortController();
    const throttled: number[] = [];
    const send = createTestClient({
      limiter: {
        ...UNLIMITED,
        throttled: (ms) => {
          throttled.push(ms);
          // A wait beyond what a timer can be would be none, and the next attempt before this.
          setTimeout(() => {
            controller.abort();
          }, 50);
        },
      },
    });
    const unlimited = { ...NO_DEADLINE, signal: controller.signal };
    await failureOf(send(requestTo(service.url, { deadline: unlimited })));
    assert.deepEqual(throttled, [60_000]);
    assert.equal(service.received.length, 1);
  });

  it("starts no attempt after its time", async () => {
    const service = await answering(503);
    let now = 0;
    const send = createTestClient({
      now: () => now,
      backoffMs: () => {
        now += 100;
        return 1;
      },
    });
    const error = await failureOf(
      send(requestTo(service.url, { deadline: deadline(450, 10_000) })),
    );
    assert.equal(service.received.length, 5);
    assert.equal(error.status, 503);
    assert.equal(error.message, "the service responded with 503");
  });

  it("starts none at all when its time is over, also while it waits for its turn", async () => {
    const service = await answering(200);
    const late = requestTo(service.url, { deadline: deadlineIn(-1, 10_000) });
    assert.match((await failureOf(createTestClient()(late))).message, /out of time/);

    let now = 0;
    const released: number[] = [];
    const send = createTestClient({
      now: () => now,
      limiter: {
        ...UNLIMITED,
        acquire: (weight) => {
          now = 100;
          return Promise.resolve(() => released.push(weight));
        },
      },
    });
    const request = requestTo(service.url, { deadline: deadline(50, 1000), weight: 9 });
    assert.match((await failureOf(send(request))).message, /out of time/);
    assert.equal(service.received.length, 0);
    assert.deepEqual(released, [9]);
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
    const request = requestTo(service.url, { deadline: deadlineIn(150) });
    const error = await failureOf(createTestClient()(request));
    assert.match(error.message, /did not respond in time|out of time/);
  });

  it("lets a signal end a wait, a request and a request that has not begun", async () => {
    const controller = new AbortController();
    const waiting = await startService((_, response) => {
      response.writeHead(503).end();
      setImmediate(() => {
        controller.abort();
      });
    });
    const send = createTestClient({ backoffMs: () => 8000 });
    await failureOf(
      send(requestTo(waiting.url, { deadline: deadlineIn(10_000, 20_000, controller.signal) })),
    );
    assert.equal(waiting.received.length, 1);

    const second = new AbortController();
    const silent = await startService(() => {
      second.abort();
    });
    await failureOf(
      send(requestTo(silent.url, { deadline: deadlineIn(10_000, 20_000, second.signal) })),
    );
    assert.equal(silent.received.length, 1);

    await failureOf(
      send(requestTo(silent.url, { deadline: deadlineIn(10_000, 20_000, second.signal) })),
    );
    assert.equal(silent.received.length, 1);
  });
});
