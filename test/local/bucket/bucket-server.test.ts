import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, rename, writeFile } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";

import { crc32c, encodeCrc32c } from "../../../local/bucket/crc32c.ts";
import type { ObjectNotification } from "../../../local/bucket/object-notification.ts";
import { UserError } from "../../../functions/platform/user-error.ts";
import { objectUrl, startedServer, temporaryFolder } from "./started-server.ts";

async function errorOf(response: Response): Promise<unknown> {
  const { error } = (await response.json()) as { error: { code: number; errors: unknown[] } };
  const [first] = error.errors as [{ reason: string }];
  return [response.status, error.code, first.reason];
}

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

describe("objects", () => {
  it("describes an object as the JSON API does", async () => {
    const bytes = Buffer.from("hello\n");
    const server = await startedServer({ now: () => 1_700_000_000_000 });

    const put = await server.put("landing", "a/b.txt", bytes, { contentType: "text/plain" });

    const shown: unknown = await (await fetch(objectUrl(server, "a/b.txt"))).json();
    assert.deepEqual(shown, put);
    const generation = "1700000000000000";
    const path = `b/landing/o/a%2Fb.txt`;
    assert.deepEqual(put, {
      kind: "storage#object",
      id: `landing/a/b.txt/${generation}`,
      selfLink: `${server.url}/storage/v1/${path}`,
      mediaLink: `${server.url}/download/storage/v1/${path}?generation=${generation}&alt=media`,
      name: "a/b.txt",
      bucket: "landing",
      generation,
      metageneration: "1",
      contentType: "text/plain",
      storageClass: "STANDARD",
      size: "6",
      md5Hash: createHash("md5").update(bytes).digest("base64"),
      crc32c: encodeCrc32c(crc32c(bytes)),
      etag: put.etag,
      timeCreated: "2023-11-14T22:13:20.000Z",
      updated: "2023-11-14T22:13:20.000Z",
      timeStorageClassUpdated: "2023-11-14T22:13:20.000Z",
      timeFinalized: "2023-11-14T22:13:20.000Z",
    });
  });

  it("keeps any name of up to 1,024 bytes, also over a restart", async () => {
    const folder = await temporaryFolder();
    const first = await startedServer({ folder });
    const names = [
      "a b+c%2Fd%.json",
      "../../etc/passwd",
      "/leading//double/",
      "what?is#this&that=1",
      "übergröße 日本語 😀.ndjson",
      "line\nbreak",
      "b",
      "o",
      "compose",
      "CASE",
      "case",
      "x".repeat(1024),
      `${"x".repeat(1023)}y`,
      "ü".repeat(512),
    ];
    for (const name of names) await first.put("landing", name, Buffer.from(`content of ${name}`));
    await first.stop();

    const second = await startedServer({ folder });

    for (const name of names) {
      const response = await fetch(objectUrl(second, name, "alt=media"));
      assert.equal(await response.text(), `content of ${name}`);
    }
    assert.deepEqual(new Set(second.list("landing").map((object) => object.name)), new Set(names));
    assert.deepEqual(await readdir(folder), ["landing"]);
  });

  for (const { title, name } of [
    { title: "an empty name", name: "" },
    { title: "a name that URLs swallow", name: ".." },
    { title: "a name over 1,024 bytes", name: "ü".repeat(513) },
    { title: "a name that is not Unicode", name: "a\ud800" },
  ])
    it(`refuses ${title}`, async () => {
      const server = await startedServer();

      await assert.rejects(server.put("landing", name, Buffer.from("x")), { status: 400 });
    });

  it("forgets at a restart what had not been completed", async () => {
    const folder = await temporaryFolder();
    const first = await startedServer({ folder });
    await first.put("landing", "x", Buffer.from("one"));
    await first.stop();
    await writeFile(join(folder, "landing/.uploads/half"), "half");
    await writeFile(join(folder, "landing/y.1700000000000000"), "content without a record");

    const second = await startedServer({ folder });

    assert.deepEqual(
      second.list("landing").map(({ name }) => name),
      ["x"],
    );
    assert.deepEqual(await readdir(join(folder, "landing/.uploads")), []);
  });

  it("names a record that it cannot read", async () => {
    const folder = await temporaryFolder();
    await (await startedServer({ folder })).stop();
    const record = join(folder, "landing/x.1700000000000000.json");
    await writeFile(record, "{");

    await assert.rejects(
      startedServer({ folder }),
      (error) => error instanceof UserError && error.message.includes(record),
    );
  });

  it("gives generations that increase even when the clock stands still or goes back", async () => {
    const times = [2000, 2000, 1000];
    const server = await startedServer({ now: () => times.shift() ?? 1000 });

    const generations = [];
    for (const content of ["a", "b", "c"])
      generations.push(Number((await server.put("landing", "x", Buffer.from(content))).generation));

    const [first = 0, second = 0, third = 0] = generations;
    assert.ok(first < second && second < third);
  });

  it("responds with 404 for unknown objects, buckets and paths, 405 for unknown methods", async () => {
    const server = await startedServer();
    const at = (path: string, method = "GET") => fetch(`${server.url}${path}`, { method });

    assert.deepEqual(await errorOf(await at("/storage/v1/b/landing/o/x")), [404, 404, "notFound"]);
    assert.deepEqual(await errorOf(await at("/b/nowhere/o?prefix=")), [404, 404, "notFound"]);
    assert.deepEqual(await errorOf(await at("/other")), [404, 404, "notFound"]);
    const put = await at("/b/landing/o/x", "PUT");
    assert.deepEqual(await errorOf(put), [405, 405, "methodNotAllowed"]);
    assert.deepEqual(await errorOf(await at("/b/landing/o/%zz")), [400, 400, "invalid"]);
  });
});

describe("generations", () => {
  it("keeps what is overwritten or deleted readable by its generation until that is deleted", async () => {
    const server = await startedServer();
    const one = await server.put("landing", "x", Buffer.from("one"));
    const two = await server.put("landing", "x", Buffer.from("two"));
    const read = async (query: string) => {
      const response = await fetch(objectUrl(server, "x", `alt=media&${query}`));
      return response.ok ? response.text() : response.status;
    };

    assert.equal(await read(""), "two");
    assert.equal(await read(`generation=${one.generation}`), "one");

    await fetch(objectUrl(server, "x"), { method: "DELETE" });
    assert.equal(await read(""), 404);
    assert.equal(await read(`generation=${two.generation}`), "two");

    await fetch(objectUrl(server, "x", `generation=${two.generation}`), { method: "DELETE" });
    assert.equal(await read(`generation=${two.generation}`), 404);
    assert.equal(await read(`generation=${one.generation}`), "one");
    assert.ok(server.stat("landing", "x", one.generation)?.timeDeleted);
  });

  it("removes the files of a generation that is deleted", async () => {
    const folder = await temporaryFolder();
    const server = await startedServer({ folder });
    const { generation } = await server.put("landing", "x", Buffer.from("one"));

    await server.delete("landing", "x", generation);

    assert.deepEqual(await readdir(join(folder, "landing")), [".uploads"]);
  });

  it("lets one of several uploads with ifGenerationMatch=0 win", async () => {
    const server = await startedServer();
    const url = `${server.url}/upload/storage/v1/b/landing/o?uploadType=media&name=x&ifGenerationMatch=0`;

    const responses = await Promise.all(
      ["a", "b", "c", "d"].map((body) => fetch(url, { method: "POST", body })),
    );

    const statuses = responses.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, 412, 412, 412]);
  });

  const conditions = [
    { query: "ifGenerationMatch=G", live: 200, read: 200 },
    { query: "ifGenerationMatch=1", live: 412, read: 412 },
    { query: "ifGenerationMatch=0", live: 412, read: 412 },
    { query: "ifGenerationNotMatch=1", live: 200, read: 200 },
    { query: "ifGenerationNotMatch=G", live: 412, read: 304 },
    { query: "ifMetagenerationMatch=1", live: 200, read: 200 },
    { query: "ifMetagenerationMatch=2", live: 412, read: 412 },
    { query: "ifMetagenerationNotMatch=1", live: 412, read: 304 },
    { query: "ifGenerationMatch=nonsense", live: 400, read: 400 },
  ];
  for (const { query, live, read } of conditions)
    it(`responds with ${live} to a change and ${read} to a read with ${query}`, async () => {
      const server = await startedServer();
      const { generation } = await server.put("landing", "x", Buffer.from("one"));
      const condition = query.replace("=G", `=${generation}`);
      const status = async (method: string, extra = "") =>
        (await fetch(objectUrl(server, "x", condition + extra), { method })).status;
      const upload = `${server.url}/upload/storage/v1/b/landing/o?uploadType=media&name=x&${condition}`;

      assert.equal(await status("GET"), read);
      assert.equal(await status("GET", "&alt=media"), read);
      assert.equal((await fetch(upload, { method: "POST", body: "two" })).status, live);
      await server.put("landing", "x", Buffer.from("three"));
    });

  it("deletes and changes nothing when a condition does not hold", async () => {
    const server = await startedServer();
    const { generation } = await server.put("landing", "x", Buffer.from("one"));
    const stale = `ifGenerationMatch=${Number(generation) - 1}`;

    const removal = await fetch(objectUrl(server, "x", stale), { method: "DELETE" });
    const change = await fetch(objectUrl(server, "x", stale), { method: "PATCH", body: "{}" });

    assert.deepEqual(await errorOf(removal), [412, 412, "conditionNotMet"]);
    assert.deepEqual(await errorOf(change), [412, 412, "conditionNotMet"]);
    assert.equal(server.stat("landing", "x")?.metageneration, "1");
  });
});

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

describe("uploading without metadata", () => {
  it("takes name and encoding from the query, and the type from the header", async () => {
    const server = await startedServer();
    const query = "uploadType=media&name=dir%2Fx&contentEncoding=gzip";
    const body = gzipSync("plain");

    const response = await fetch(`${server.url}/upload/storage/v1/b/landing/o?${query}`, {
      method: "POST",
      headers: { "content-type": "text/csv" },
      body,
    });

    assert.equal(response.status, 200);
    const { contentType, contentEncoding } = server.stat("landing", "dir/x") ?? {};
    assert.deepEqual([contentType, contentEncoding], ["text/csv", "gzip"]);
    assert.deepEqual(await server.read("landing", "dir/x"), body);
  });

  it("is refused with a hash that is not the content's, without a name, or of an unknown kind", async () => {
    const server = await startedServer();
    const status = async (query: string, headers: Record<string, string> = {}) => {
      const url = `${server.url}/upload/storage/v1/b/landing/o?${query}`;
      return (await fetch(url, { method: "POST", headers, body: "x" })).status;
    };

    assert.equal(
      await status("uploadType=media&name=x", { "x-goog-hash": "crc32c=AAAAAA==" }),
      400,
    );
    assert.equal(await status("uploadType=media"), 400);
    assert.equal(await status("name=x"), 400);
    assert.deepEqual(server.list("landing"), []);
  });
});

describe("changes of metadata", () => {
  it("merges properties, and removes them with null", async () => {
    const server = await startedServer();
    const { generation } = await server.put("landing", "x", Buffer.from("1"), {
      contentType: "text/plain",
    });
    const patch = async (body: unknown) =>
      (
        await fetch(objectUrl(server, "x"), { method: "PATCH", body: JSON.stringify(body) })
      ).json() as Promise<Record<string, unknown>>;

    await patch({ metadata: { a: "1", b: "2" }, cacheControl: "no-store" });
    const changed = await patch({ metadata: { a: null, c: "3" }, cacheControl: null, size: "9" });

    assert.deepEqual(changed["metadata"], { b: "2", c: "3" });
    assert.equal(changed["cacheControl"], undefined);
    assert.equal(changed["contentType"], "text/plain");
    assert.equal(changed["size"], "1");
    assert.equal(changed["metageneration"], "3");
    assert.equal(changed["generation"], generation);
  });
});

describe("notifications", () => {
  it("tells every new object once, and what it replaced", async () => {
    const finalized: ObjectNotification[] = [];
    const server = await startedServer({
      now: () => 1_700_000_000_000,
      onFinalize: (notification) => {
        finalized.push(notification);
      },
    });

    const one = await server.put("landing", "dir/ü", Buffer.from("one"));
    const two = await server.put("landing", "dir/ü", Buffer.from("two"));

    const common = {
      notificationConfig: "projects/_/buckets/landing/notificationConfigs/1",
      eventType: "OBJECT_FINALIZE",
      payloadFormat: "JSON_API_V1",
      bucketId: "landing",
      objectId: "dir/ü",
      eventTime: "2023-11-14T22:13:20.000Z",
    };
    assert.deepEqual(finalized, [
      { attributes: { ...common, objectGeneration: one.generation }, data: one },
      {
        attributes: {
          ...common,
          objectGeneration: two.generation,
          overwroteGeneration: one.generation,
        },
        data: two,
      },
    ]);
  });

  it("tells what became noncurrent and what is gone", async () => {
    const told: unknown[] = [];
    const server = await startedServer({
      onDelete: ({ attributes }) => {
        const { eventType, objectGeneration, overwrittenByGeneration } = attributes;
        told.push([eventType, objectGeneration, overwrittenByGeneration]);
      },
    });
    const one = (await server.put("landing", "x", Buffer.from("one"))).generation;
    const two = (await server.put("landing", "x", Buffer.from("two"))).generation;

    await server.delete("landing", "x");
    await server.delete("landing", "x", one);

    assert.deepEqual(told, [
      ["OBJECT_ARCHIVE", one, two],
      ["OBJECT_ARCHIVE", two, undefined],
      ["OBJECT_DELETE", one, undefined],
    ]);
  });

  it("fails the upload when nobody takes the notification, though the object is there", async () => {
    const server = await startedServer({
      onFinalize: () => Promise.reject(new Error("the topic is gone")),
    });

    await assert.rejects(server.put("landing", "x", Buffer.from("one")), /the topic is gone/);
    assert.equal((await server.read("landing", "x")).toString(), "one");
  });

  it("tells nothing of an upload that was refused", async () => {
    const told: string[] = [];
    const server = await startedServer({
      onFinalize: ({ attributes }) => {
        told.push(attributes.objectId);
      },
    });
    const url = `${server.url}/upload/storage/v1/b/landing/o?uploadType=media&name=x&ifGenerationMatch=7`;

    assert.equal((await fetch(url, { method: "POST", body: "x" })).status, 412);
    assert.deepEqual(told, []);
  });
});
