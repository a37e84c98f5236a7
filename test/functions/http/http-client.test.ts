import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";

import {
  answering,
  createTestClient,
  failureOf,
  requestTo,
  startService,
  TOKEN,
  UNLIMITED,
} from "../support/http-service.ts";

describe("the HTTP client", () => {
  it("gives back what is worth no other attempt, whatever the status", async () => {
    for (const status of [200, 204, 206, 302, 304, 400, 401, 403, 404, 413, 416]) {
      const service = await answering(status);
      const response = await createTestClient()(requestTo(service.url));
      assert.deepEqual([response.status, response.attempts], [status, 1]);
      assert.equal(service.received.length, 1);
    }
  });

  it("decompresses the body, unless it is wanted as it was sent", async () => {
    const compressed = gzipSync('{"code":200}');
    const service = await startService((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip", "x-a": "b" }).end(compressed);
    });
    const send = createTestClient();
    const { headers, body } = await send(requestTo(service.url, { method: "GET" }));
    assert.equal(headers["x-a"], "b");
    assert.equal(body.toString("utf8"), '{"code":200}');
    const stored = await send(requestTo(service.url, { method: "GET", decompress: false }));
    assert.equal(stored.body.equals(compressed), true);
  });

  it("gives back the bytes of the body as they came when they only claim to be compressed", async () => {
    const service = await startService((_, response) => {
      response.writeHead(206, { "content-encoding": "gzip" }).end(Buffer.from([0x1f, 0x8b, 0]));
    });
    const { body } = await createTestClient()(
      requestTo(service.url, { method: "GET", decompress: false }),
    );
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

  it("tries again when the response contradicts itself", async () => {
    const service = await answering(200);
    const response = await createTestClient()(
      requestTo(service.url, {
        contradiction: ({ attempts, body }) =>
          attempts < 3 && body.length > 0 ? "too early" : undefined,
      }),
    );
    assert.equal(response.attempts, 3);
    const error = await failureOf(
      createTestClient({ backoffMs: () => 60_000 })(
        requestTo(service.url, { contradiction: () => "no JSON" }),
      ),
    );
    assert.equal(error.message, "the service: no JSON");
  });

  it("refuses a response that is too large", async () => {
    const service = await startService((_, response) => {
      response.writeHead(200).end("x".repeat(2000));
    });
    const send = createTestClient({ backoffMs: () => 60_000 });
    await failureOf(send(requestTo(service.url)));
  });

  it("acquires and releases once for every attempt, however it ends", async () => {
    const service = await startService((attempt, response) => {
      if (attempt === 1) response.destroy();
      else response.writeHead(attempt === 2 ? 503 : 200).end();
    });
    const events: string[] = [];
    const send = createTestClient({
      limiter: {
        ...UNLIMITED,
        acquire: (weight) => {
          events.push(`acquire ${weight}`);
          return Promise.resolve(() => events.push("release"));
        },
      },
    });
    await send(requestTo(service.url, { weight: 5 }));
    assert.deepEqual(events, [
      "acquire 5",
      "release",
      "acquire 5",
      "release",
      "acquire 5",
      "release",
    ]);
  });

  it("says that a service cannot be reached, and why", async () => {
    const service = await answering(200);
    await service.stop();
    const send = createTestClient({ backoffMs: () => 60_000 });
    const refused = await failureOf(send(requestTo(service.url)));
    assert.equal(refused.message, "the service cannot be reached: ECONNREFUSED");
    const unknown = await failureOf(send(requestTo("http://nowhere.invalid/")));
    assert.match(unknown.message, /^the service cannot be reached: (ENOTFOUND|EAI_AGAIN)$/);
  });

  it("tries a URL that is none once only", async () => {
    let asked = 0;
    const send = createTestClient({ backoffMs: () => ++asked });
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
    const send = createTestClient({ backoffMs: () => 60_000, attemptTimeoutMs: 100 });
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
