import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { BucketServer } from "../../../local/bucket/bucket-server.ts";
import type { Fault } from "../../../local/bucket/faults.ts";
import { objectUrl, startedServer } from "./started-server.ts";

const CONTENT = Buffer.alloc(1000, "0123456789");

async function serverWithObject(): Promise<BucketServer> {
  const server = await startedServer();
  await server.put("landing", "x", CONTENT);
  return server;
}

function read(server: BucketServer, init: RequestInit = {}): Promise<Response> {
  return fetch(objectUrl(server, "x", "alt=media"), init);
}

/** How many bytes of a body come before it fails or ends; `onBytes` is told the sum so far. */
async function receive(response: Response, onBytes: (bytes: number) => void = () => undefined) {
  let bytes = 0;
  try {
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      onBytes(bytes);
    }
    return { bytes, failed: false };
  } catch {
    return { bytes, failed: true };
  }
}

describe("faults", () => {
  for (const status of [404, 429, 500, 503])
    it(`responds with ${status} once`, async () => {
      const server = await serverWithObject();
      server.faults.set([{ nth: 1, fault: { kind: "status", status, retryAfter: "7" } }]);

      const spoilt = await read(server);
      assert.deepEqual([spoilt.status, spoilt.headers.get("retry-after")], [status, "7"]);
      assert.equal((await read(server)).status, 200);
    });

  it("cuts the connection in the middle of a body", async () => {
    const server = await serverWithObject();
    server.faults.set([{ fault: { kind: "cut", afterBytes: 300 } }]);

    const response = await read(server);

    assert.equal(response.headers.get("content-length"), "1000");
    assert.deepEqual(await receive(response), { bytes: 300, failed: true });
  });

  it("cuts the connection before the headers", async () => {
    const server = await serverWithObject();
    server.faults.set([{ fault: { kind: "cut" } }]);

    await assert.rejects(read(server));
  });

  it("sends fewer bytes than the range it names", async () => {
    const server = await serverWithObject();
    server.faults.set([{ fault: { kind: "short", bytes: 10 } }]);

    const response = await read(server, { headers: { range: "bytes=100-199" } });

    assert.equal(response.status, 206);
    assert.equal(response.headers.get("content-range"), "bytes 100-199/1000");
    assert.deepEqual(await receive(response), { bytes: 10, failed: false });
  });

  for (const afterBytes of [0, 300])
    it(`stalls after the headers and ${afterBytes} bytes`, async () => {
      const server = await serverWithObject();
      server.faults.set([{ nth: 1, fault: { kind: "stall", afterBytes } }]);
      const giveUp = new AbortController();

      const response = await read(server, { signal: giveUp.signal });
      const received = receive(response, (bytes) => {
        if (bytes === afterBytes) giveUp.abort();
      });
      // Another request is served meanwhile, so the silence is this one's.
      await (await read(server)).arrayBuffer();
      if (afterBytes === 0) giveUp.abort();

      assert.deepEqual(await received, { bytes: afterBytes, failed: true });
    });

  it("stalls without headers until the client gives up", async () => {
    const server = await serverWithObject();
    server.faults.set([{ nth: 1, fault: { kind: "stall" } }]);
    const giveUp = new AbortController();

    const spoilt = read(server, { signal: giveUp.signal });
    await (await read(server)).arrayBuffer();
    giveUp.abort();

    await assert.rejects(spoilt, { name: "AbortError" });
  });

  it("sends slowly, but everything", async () => {
    const server = await serverWithObject();
    server.faults.set([{ fault: { kind: "slow", bytesPerSecond: 10_000 } }]);
    const pieces: number[] = [];

    const { bytes } = await receive(await read(server), (sum) => pieces.push(sum));

    assert.equal(bytes, 1000);
    assert.ok(pieces.length > 1);
  });

  it("picks requests by operation, object, byte and number", async () => {
    const server = await serverWithObject();
    await server.put("landing", "y", CONTENT);
    const fault: Fault = { kind: "status", status: 503 };
    server.faults.set([
      { object: "x", byte: 500, nth: 2, fault },
      { operation: "stat", object: "y", fault },
    ]);
    const status = async (name: string, query: string, range = "bytes=0-999") =>
      (await fetch(objectUrl(server, name, query), { headers: { range } })).status;

    assert.equal(await status("x", "alt=media", "bytes=400-600"), 206);
    assert.equal(await status("x", "alt=media", "bytes=0-499"), 206);
    assert.equal(await status("x", "alt=media", "bytes=500-"), 503);
    assert.equal(await status("x", "alt=media", "bytes=500-500"), 206);
    assert.equal(await status("y", "alt=media"), 206);
    assert.equal(await status("y", ""), 503);
    assert.equal(await status("x", ""), 200);
  });

  it("stores nothing when an upload gets an error response, but does when its response is lost", async () => {
    const server = await startedServer();
    const upload = () =>
      fetch(`${server.url}/upload/storage/v1/b/landing/o?uploadType=media&name=x`, {
        method: "POST",
        body: "content",
      });

    server.faults.set([{ operation: "write", fault: { kind: "status", status: 503 } }]);
    assert.equal((await upload()).status, 503);
    assert.equal(server.stat("landing", "x"), undefined);

    server.faults.set([{ operation: "write", fault: { kind: "cut" } }]);
    await assert.rejects(upload());
    assert.equal((await server.read("landing", "x")).toString(), "content");
  });

  it("stops while a stalled response is open", async () => {
    const server = await serverWithObject();
    server.faults.set([{ fault: { kind: "stall", afterBytes: 1 } }]);
    const response = await read(server);

    await server.stop();

    assert.equal((await receive(response)).failed, true);
  });
});
