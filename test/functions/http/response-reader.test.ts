import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { AxiosError } from "axios";
import fc from "fast-check";

import {
  createResponseReader,
  UnknownLengthError,
  type DirectResponse,
} from "../../../functions/http/response-reader.ts";

const MAX_BYTES = 1000;

/** What the reader makes of `bytes` that arrive in pieces of at most `pieceBytes[i]`, and how much of them it took. */
function read(bytes: Buffer, pieceBytes: readonly number[] = [bytes.length], scratchBytes = 512) {
  const asked: number[] = [];
  const reader = createResponseReader({
    scratch: Buffer.alloc(scratchBytes, 0xff),
    memoryFor: (length) => {
      asked.push(length);
      return Buffer.alloc(length, 0xee);
    },
    maxBytes: MAX_BYTES,
  });
  let response: DirectResponse | undefined;
  let taken = 0;
  for (let piece = 0; response === undefined && taken < bytes.length; piece++) {
    const target = reader.target();
    assert.notEqual(target.length, 0);
    const most = Math.max(1, pieceBytes[piece % pieceBytes.length] ?? 1);
    const copied = bytes.copy(target, 0, taken, Math.min(bytes.length, taken + most));
    taken += copied;
    response = reader.advance(copied);
  }
  return { response, taken, asked };
}

function http(head: string, body = ""): Buffer {
  return Buffer.from(`${head.replaceAll("\n", "\r\n")}\r\n\r\n${body}`, "latin1");
}

describe("the reader of a response", () => {
  it("reads head and body, however they are cut into pieces", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 0, maxLength: 300 }),
        fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 20 }),
        (body, pieceBytes) => {
          const head = `HTTP/1.1 206 Partial Content\nX-A: 1\ncontent-LENGTH:${body.length}`;
          const bytes = Buffer.concat([http(head), body]);
          const { response, taken, asked } = read(bytes, pieceBytes);
          assert.equal(response?.status, 206);
          assert.deepEqual(response.headers, { "x-a": "1", "content-length": String(body.length) });
          assert.deepEqual([...response.body], [...body]);
          assert.equal(response.isReusable, true);
          assert.equal(taken, bytes.length);
          assert.deepEqual(asked, [body.length]);
        },
      ),
    );
  });

  it("steps over interim answers", () => {
    const interim = http("HTTP/1.1 100 Continue");
    const early = http("HTTP/1.1 103 Early Hints\nLink: </a>");
    const bytes = Buffer.concat([interim, early, http("HTTP/1.1 200 OK\nContent-Length: 2", "ok")]);
    for (const pieceBytes of [bytes.length, 1, 7]) {
      const { response } = read(bytes, [pieceBytes]);
      assert.deepEqual([response?.status, response?.body.toString()], [200, "ok"]);
    }
  });

  it("does not wait for the body of a refusal, and then gives the connection up", () => {
    for (const [head, isReusable] of [
      ["HTTP/1.1 404 Not Found\nContent-Length: 100", false],
      ["HTTP/1.1 503 Service Unavailable\nTransfer-Encoding: chunked", false],
      ["HTTP/1.1 429 Too Many Requests\nRetry-After: 3", false],
      ["HTTP/1.1 404\nContent-Length: 0", true],
      ["HTTP/1.1 416 Range Not Satisfiable\nContent-Length: 0", true],
      ["HTTP/1.1 204 No Content", true],
      ["HTTP/1.1 304 Not Modified\nContent-Length: 100", true],
    ] as const) {
      const { response } = read(http(head));
      assert.equal(response?.body.length, 0, head);
      assert.equal(response.isReusable, isReusable, head);
    }
    assert.equal(
      read(http("HTTP/1.1 429 x\nRetry-After: 3")).response?.headers["retry-after"],
      "3",
    );
  });

  it("gives the connection up when the response says so, or more comes than was announced", () => {
    for (const [head, body] of [
      ["HTTP/1.1 200 OK\nContent-Length: 2\nConnection: close", "ok"],
      ["HTTP/1.1 200 OK\nContent-Length: 2\nConnection: Keep-Alive, Close", "ok"],
      ["HTTP/1.0 200 OK\nContent-Length: 2", "ok"],
      ["HTTP/1.1 200 OK\nContent-Length: 2", "ok and more"],
    ] as const) {
      const { response } = read(http(head, body));
      assert.deepEqual([response?.body.toString(), response?.isReusable], ["ok", false], head);
    }
  });

  it("leaves a response to others that does not say how long it is", () => {
    for (const head of [
      "HTTP/1.1 200 OK",
      "HTTP/1.1 206 OK\nTransfer-Encoding: chunked",
      "HTTP/1.1 206 OK\nTransfer-Encoding: chunked\nContent-Length: 3",
      "HTTP/1.1 200 OK\nContent-Length: -1",
      "HTTP/1.1 200 OK\nContent-Length: 2, 2",
      "HTTP/1.1 200 OK\nContent-Length: 0x10",
    ])
      assert.throws(() => read(http(head)), UnknownLengthError, head);
  });

  it("refuses what is no HTTP, or too large", () => {
    for (const bytes of [
      http("SSH-2.0-OpenSSH_9.2"),
      http("HTTP/2 200 OK"),
      http("HTTP/1.1 20 OK"),
      http("HTTP/1.1 200 OK\nno header"),
      http("HTTP/1.1 200 OK\n: empty"),
      http(`HTTP/1.1 200 OK\nContent-Length: ${MAX_BYTES + 1}`),
      http(`HTTP/1.1 200 OK\nX: ${"x".repeat(600)}`),
    ])
      for (const pieceBytes of [bytes.length, 3])
        assert.throws(() => read(bytes, [pieceBytes]), AxiosError, bytes.toString());
  });

  it("is not done before the last byte", () => {
    const bytes = http("HTTP/1.1 200 OK\nContent-Length: 10", "123456789");
    assert.equal(read(bytes).response, undefined);
  });
});
