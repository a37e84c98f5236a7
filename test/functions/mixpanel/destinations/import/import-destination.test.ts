import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";

import { systemClock } from "../../../../../functions/platform/clock.ts";
import { UnavailableError } from "../../../../../functions/platform/errors.ts";
import { createImportDestination } from "../../../../../functions/mixpanel/destinations/import/import-destination.ts";
import { createMixpanelClient } from "../../../../../functions/mixpanel/mixpanel-client.ts";
import {
  createRateLimiter,
  type RateLimiter,
} from "../../../../../functions/mixpanel/rate-limiter.ts";
import { deadlineIn } from "../../../../support/deadlines.ts";
import { batchOf } from "../../../support/fake-mixpanel.ts";
import { startService, TOKEN, type Serve } from "../../../support/http-service.ts";

const OK = '{"code":200,"num_records_imported":2,"status":"OK"}';
const LINES = ['{"event":"é"}', '{"event":"b"}'];

/** A rate limiter that notes what it is told. */
function notingLimiter(notes: string[]): RateLimiter {
  return {
    ...createRateLimiter({
      maxInFlight: 1,
      blockedReason: () => undefined,
      now: systemClock.now,
      sleep: () => Promise.resolve(),
    }),
    acquire: (bytes) => {
      notes.push(`acquire ${bytes}`);
      return Promise.resolve(() => notes.push("release"));
    },
    throttled: (ms) => notes.push(`throttled ${ms}`),
  };
}

async function setUp(serve: Serve) {
  const service = await startService(serve);
  const notes: string[] = [];
  const client = createMixpanelClient({
    url: service.url,
    userAgent: "mixpanel-gcs/1.2.3",
    maxInFlight: 2,
    limiter: notingLimiter(notes),
    ...systemClock,
    random: () => 0,
  });
  const { post } = createImportDestination({ client, token: TOKEN, maxInFlight: 2 });
  return { post, notes, received: service.received };
}

/** Answers every request in one way. */
function always(status: number, body: string): Serve {
  return (_, response) => {
    response.writeHead(status).end(body);
  };
}

describe("the destination of events", () => {
  it("sends events as the Import API wants them", async () => {
    const { post, notes, received } = await setUp(always(200, OK));
    const response = await post(batchOf(LINES), deadlineIn(10_000, 20_000));
    assert.deepEqual([response.status, response.body.toString("utf8")], [200, OK]);
    const [request] = received;
    assert.ok(request);
    assert.deepEqual([request.method, request.url], ["POST", "/import?strict=1"]);
    assert.equal(
      request.headers.authorization,
      `Basic ${Buffer.from(`${TOKEN}:`).toString("base64")}`,
    );
    assert.equal(request.headers["content-type"], "application/x-ndjson");
    assert.equal(request.headers["content-encoding"], "gzip");
    assert.equal(request.headers["user-agent"], "mixpanel-gcs/1.2.3");
    assert.equal(gunzipSync(request.body).toString("utf8"), LINES.join("\n"));
    // The rate limiter counts uncompressed bytes.
    assert.deepEqual(notes, [`acquire ${Buffer.byteLength(LINES.join("\n"))}`, "release"]);
  });

  it("reads a response that is compressed though it did not ask for that", async () => {
    const { post, received } = await setUp((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(OK));
    });
    const response = await post(batchOf(LINES), deadlineIn(10_000, 20_000));
    assert.equal(response.body.toString("utf8"), OK);
    assert.equal(received[0]?.headers["accept-encoding"], "identity");
  });

  it("hands on a partial success as it is", async () => {
    const { post } = await setUp(always(400, '{"failed_records":[]}'));
    assert.equal((await post(batchOf(LINES), deadlineIn(10_000, 20_000))).status, 400);
  });

  it("waits as Mixpanel documents, and slows down everybody", async () => {
    const { post, notes, received } = await setUp(always(429, ""));
    // Two seconds and at least one of jitter are more than there are.
    await assert.rejects(post(batchOf(LINES), deadlineIn(2900, 20_000)), UnavailableError);
    assert.equal(received.length, 1);
    assert.deepEqual(notes.slice(1), ["release", "throttled 3000"]);
  });

  it("takes a page in place of JSON for no response", async () => {
    for (const [status, body] of [
      [200, "<html>"],
      [200, ""],
      [400, "<html>"],
      [200, "1"],
    ] as const) {
      const { post } = await setUp(always(status, body));
      await assert.rejects(post(batchOf(LINES), deadlineIn(2900, 20_000)), {
        name: "UnavailableError",
        message: "Mixpanel: the response is not JSON",
      });
    }
  });

  it("sends the same bytes again after a connection that broke", async () => {
    const { post, received } = await setUp((attempt, response) => {
      if (attempt === 1) response.destroy();
      else response.writeHead(200).end(OK);
    });
    const response = await post(batchOf(LINES), deadlineIn(10_000, 20_000));
    assert.equal(response.attempts, 2);
    assert.equal(received[1]?.body.equals(received[0]?.body ?? Buffer.alloc(0)), true);
  });
});
