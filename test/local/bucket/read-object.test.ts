import assert from "node:assert/strict";
import { once } from "node:events";
import { rename, writeFile } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";

import { UserError } from "../../../functions/platform/user-error.ts";
import { errorOf, objectUrl, startedServer, temporaryFolder } from "./started-server.ts";

function ranged(range: string): RequestInit {
  return { headers: { range } };
}

/** The response as it is on the wire: fetch would decompress it. */
async function rawGet(url: string, headers: Record<string, string>) {
  const request = get(url, { headers, agent: false });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const body = Buffer.concat((await response.toArray()) as Buffer[]);
  return { status: response.statusCode, headers: response.headers, body };
}

describe("reading", () => {
  it("serves ranges with exactly their bytes", async () => {
    const server = await startedServer();
    await server.put("landing", "x", Buffer.from("0123456789"));
    const read = (range: string) => fetch(objectUrl(server, "x", "alt=media"), ranged(range));

    const middle = await read("bytes=2-4");
    assert.equal(middle.status, 206);
    assert.equal(middle.headers.get("content-range"), "bytes 2-4/10");
    assert.equal(middle.headers.get("content-length"), "3");
    assert.equal(await middle.text(), "234");
    assert.equal(await (await read("bytes=7-")).text(), "789");
    assert.equal(await (await read("bytes=-2")).text(), "89");

    const beyond = await read("bytes=10-");
    assert.equal(beyond.headers.get("content-range"), "bytes */10");
    assert.deepEqual(await errorOf(beyond), [416, 416, "requestedRangeNotSatisfiable"]);
  });

  it("serves a large file range by range without copying it", async () => {
    const folder = await temporaryFolder();
    const bytes = Buffer.alloc(3_000_000, "0123456789abcdef");
    await writeFile(join(folder, "big"), bytes);
    const server = await startedServer({ folder: join(folder, "objects") });
    await server.put("landing", "big", join(folder, "big"));
    await rename(join(folder, "big"), join(folder, "renamed"));

    const response = await fetch(objectUrl(server, "big", "alt=media"), ranged("bytes=5-2999994"));

    assert.ok(bytes.subarray(5, 2_999_995).equals(Buffer.from(await response.arrayBuffer())));
    const { requests, ranges, bytes: sent } = server.stats();
    assert.deepEqual([requests, ranges, sent], [1, 1, 2_999_990]);
  });

  it("names a file that cannot be put", async () => {
    const server = await startedServer();
    const folder = await temporaryFolder();

    for (const path of [join(folder, "missing"), folder])
      await assert.rejects(
        server.put("landing", "x", path),
        (error) => error instanceof UserError && error.message.includes(path),
      );
    assert.equal(server.stat("landing", "x"), undefined);
  });

  it("tells generation, hashes and stored encoding in headers", async () => {
    const server = await startedServer();
    const object = await server.put("landing", "x", Buffer.from("0123456789"));

    const { headers } = await fetch(objectUrl(server, "x", "alt=media"));

    assert.equal(headers.get("x-goog-generation"), object.generation);
    assert.equal(headers.get("x-goog-metageneration"), "1");
    assert.equal(headers.get("x-goog-hash"), `crc32c=${object.crc32c},md5=${object.md5Hash ?? ""}`);
    assert.equal(headers.get("x-goog-stored-content-encoding"), "identity");
    assert.equal(headers.get("x-goog-stored-content-length"), "10");
  });

  describe("of an object stored with contentEncoding gzip", () => {
    const plain = Buffer.from("a line\n".repeat(1000));
    const stored = gzipSync(plain);
    const start = async () => {
      const server = await startedServer();
      await server.put("landing", "x", stored, { contentEncoding: "gzip" });
      return server;
    };

    it("sends the stored bytes, and ranges of them, to clients that accept gzip", async () => {
      const server = await start();
      const read = (headers: Record<string, string>) =>
        rawGet(objectUrl(server, "x", "alt=media"), { ...headers, "accept-encoding": "gzip" });

      const whole = await read({});
      assert.deepEqual(whole.body, stored);
      assert.equal(whole.headers["content-encoding"], "gzip");
      assert.equal(whole.headers["x-goog-stored-content-encoding"], "gzip");

      const part = await read({ range: "bytes=5-9" });
      assert.equal(part.status, 206);
      assert.deepEqual(part.body, stored.subarray(5, 10));
      assert.equal(part.headers["content-range"], `bytes 5-9/${stored.length}`);
      assert.equal(part.headers["content-encoding"], "gzip");
    });

    it("decompresses for other clients, and ignores their ranges", async () => {
      const server = await start();
      const response = await fetch(objectUrl(server, "x", "alt=media"), {
        headers: { "accept-encoding": "identity", range: "bytes=0-4" },
      });

      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-encoding"), null);
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), plain);
    });

    it("cuts the connection when what is stored is no gzip", async () => {
      const server = await startedServer();
      await server.put("landing", "x", Buffer.from("no gzip"), { contentEncoding: "gzip" });

      await assert.rejects(async () => {
        const headers = { "accept-encoding": "identity" };
        const response = await fetch(objectUrl(server, "x", "alt=media"), { headers });
        await response.arrayBuffer();
      });
    });

    it("does not decompress what is marked no-transform", async () => {
      const server = await start();
      const body = JSON.stringify({ cacheControl: "no-transform" });
      await fetch(objectUrl(server, "x"), { method: "PATCH", body });

      const response = await fetch(objectUrl(server, "x", "alt=media"), {
        headers: { "accept-encoding": "identity" },
      });

      assert.equal(response.headers.get("content-length"), String(stored.length));
    });
  });
});
