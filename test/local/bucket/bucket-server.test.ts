import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";

import type { ObjectNotification } from "../../../local/bucket/object-notification.ts";
import { objectUrl, startedServer } from "./started-server.ts";

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
