import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";

import { Storage, type Bucket } from "@google-cloud/storage";

import type { BucketServer } from "../../../local/bucket/bucket-server.ts";
import { startedServer } from "./started-server.ts";

/** The two ways of pointing the client at a server; their paths differ. */
const STYLES: Readonly<Record<string, (url: string) => Storage>> = {
  apiEndpoint: (url) => new Storage({ apiEndpoint: url, projectId: "local" }),
  STORAGE_EMULATOR_HOST: (url) => {
    process.env["STORAGE_EMULATOR_HOST"] = url;
    const storage = new Storage({ projectId: "local" });
    delete process.env["STORAGE_EMULATOR_HOST"];
    return storage;
  },
};

const LARGE = randomBytes(9 * 1024 * 1024 + 1);

for (const [style, createStorage] of Object.entries(STYLES))
  describe(`@google-cloud/storage by ${style}`, () => {
    const connect = async (): Promise<{ server: BucketServer; bucket: Bucket }> => {
      const server = await startedServer();
      return { server, bucket: createStorage(server.url).bucket("landing") };
    };

    for (const { title, options } of [
      { title: "in one resumable request", options: {} },
      { title: "in resumable chunks", options: { chunkSize: 4 * 1024 * 1024 } },
      { title: "as multipart", options: { resumable: false } },
    ])
      it(`uploads ${title} and downloads the same bytes`, async () => {
        const { server, bucket } = await connect();
        const file = bucket.file("dir/ü b.bin");

        await file.save(LARGE, {
          ...options,
          contentType: "text/csv",
          metadata: { metadata: { a: "1" } },
        });

        assert.ok((await file.download())[0].equals(LARGE));
        const stat = server.stat("landing", "dir/ü b.bin");
        assert.equal(stat?.contentType, "text/csv");
        assert.deepEqual(stat.metadata, { a: "1" });
      });

    it("uploads an empty object", async () => {
      const { bucket } = await connect();

      await bucket.file("empty").save("");

      assert.equal((await bucket.file("empty").download())[0].length, 0);
    });

    it("refuses an upload whose precondition does not hold with 412", async () => {
      const { bucket } = await connect();
      const file = bucket.file("x");
      const preconditionOpts = { ifGenerationMatch: 0 };
      await file.save("one", { resumable: false, preconditionOpts });

      for (const resumable of [true, false])
        await assert.rejects(file.save("two", { resumable, preconditionOpts }), { code: 412 });

      assert.equal((await file.download())[0].toString(), "one");
    });

    it("reads ranges and generations", async () => {
      const { server, bucket } = await connect();
      const { generation } = await server.put("landing", "x", Buffer.from("0123456789"));
      await server.put("landing", "x", Buffer.from("abcdefghij"));

      const [range] = await bucket.file("x").download({ start: 2, end: 4 });
      const [old] = await bucket.file("x", { generation }).download();

      assert.equal(range.toString(), "cde");
      assert.equal(old.toString(), "0123456789");
    });

    it("decompresses an object with contentEncoding gzip, or not when told so", async () => {
      const { server, bucket } = await connect();
      const stored = gzipSync("plain");
      await server.put("landing", "x.gz", stored, { contentEncoding: "gzip" });

      const [plain] = await bucket.file("x.gz").download();
      const [raw] = await bucket.file("x.gz").download({ decompress: false });

      assert.equal(plain.toString(), "plain");
      assert.deepEqual(raw, stored);
    });

    it("lists, with pages, prefixes and versions", async () => {
      const { server, bucket } = await connect();
      for (const name of ["a/1", "a/2", "a/b/3", "c"])
        await server.put("landing", name, Buffer.from(name));
      await server.put("landing", "c", Buffer.from("again"));

      const [paged] = await bucket.getFiles({ maxResults: 3 });
      const [inFolder, , response] = await bucket.getFiles({
        prefix: "a/",
        delimiter: "/",
        autoPaginate: false,
      });
      const [versions] = await bucket.getFiles({ prefix: "c", versions: true });

      const names = (files: readonly { name: string }[]) => files.map((file) => file.name);
      assert.deepEqual(names(paged), ["a/1", "a/2", "a/b/3"]);
      assert.deepEqual(names(inFolder), ["a/1", "a/2"]);
      assert.deepEqual((response as { prefixes: string[] }).prefixes, ["a/b/"]);
      assert.deepEqual(names(versions), ["c", "c"]);
    });

    it("copies, combines, changes and deletes", async () => {
      const { bucket } = await connect();
      const [x, y] = [bucket.file("x"), bucket.file("y")];
      await x.save("one ");
      await y.save("two");

      await x.copy(bucket.file("dir/copy"));
      await bucket.combine([x, y], bucket.file("both"));
      await x.setMetadata({ metadata: { key: "value" } });
      await y.delete();

      assert.equal((await bucket.file("dir/copy").download())[0].toString(), "one ");
      assert.equal((await bucket.file("both").download())[0].toString(), "one two");
      assert.equal((await bucket.file("both").getMetadata())[0].md5Hash, undefined);
      assert.deepEqual((await x.getMetadata())[0].metadata, { key: "value" });
      assert.deepEqual(await y.exists(), [false]);
    });

    it("creates a bucket", async () => {
      const { server, bucket } = await connect();

      await bucket.storage.createBucket("another-bucket");

      assert.deepEqual(await bucket.storage.bucket("another-bucket").exists(), [true]);
      assert.deepEqual(server.list("another-bucket"), []);
      await assert.rejects(bucket.storage.createBucket("another-bucket"), { code: 409 });
    });
  });
