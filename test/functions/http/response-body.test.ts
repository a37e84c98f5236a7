import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { UnavailableError } from "../../../functions/platform/errors.ts";
import { createTestClient, requestTo, startService } from "../support/http-service.ts";

const BODY = Buffer.from("0123456789");

describe("a body that is read into memory of the caller's", () => {
  it("lies in that memory, and no more is asked for than was announced", async () => {
    const service = await startService((_, response) => {
      response.writeHead(206, { "content-length": BODY.length });
      response.write(BODY.subarray(0, 3));
      response.end(BODY.subarray(3));
    });
    const memory = Buffer.alloc(BODY.length);
    const asked: number[] = [];
    const { status, body } = await createTestClient()(
      requestTo(service.url, {
        method: "GET",
        memoryFor: (length) => {
          asked.push(length);
          return memory;
        },
      }),
    );
    assert.deepEqual([status, body.buffer, asked], [206, memory.buffer, [BODY.length]]);
    assert.deepEqual(memory, BODY);
  });

  it("is put together when its length is not announced", async () => {
    const service = await startService((_, response) => {
      response.write(BODY);
      response.end(BODY);
    });
    const { body } = await createTestClient()(
      requestTo(service.url, { method: "GET", memoryFor: () => assert.fail() }),
    );
    assert.deepEqual(body, Buffer.concat([BODY, BODY]));
  });

  it("is tried again when it breaks off, or the status is worth it", async () => {
    const service = await startService((attempt, response) => {
      if (attempt === 1) {
        response.writeHead(200, { "content-length": BODY.length });
        response.write(BODY.subarray(0, 3), () => response.destroy());
      } else if (attempt === 2) response.writeHead(503).end("busy");
      else response.end(BODY);
    });
    const { body, attempts } = await createTestClient()(
      requestTo(service.url, { method: "GET", memoryFor: (length) => Buffer.alloc(length) }),
    );
    assert.deepEqual([body, attempts], [BODY, 3]);
  });

  it("is an error when it is larger than it may be, announced or not", async () => {
    for (const announces of [true, false]) {
      const service = await startService((_, response) => {
        if (announces) response.setHeader("content-length", 2000);
        response.write(Buffer.alloc(1000));
        response.end(Buffer.alloc(1000));
      });
      let now = 0;
      const send = createTestClient({
        now: () => now,
        backoffMs: () => {
          now = Infinity;
          return 1;
        },
      });
      await assert.rejects(
        send(
          requestTo(service.url, { method: "GET", memoryFor: (length) => Buffer.alloc(length) }),
        ),
        UnavailableError,
      );
    }
  });
});
