import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";

import { errorOf, objectUrl, startedServer, temporaryFolder } from "./started-server.ts";

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

describe("settings of a bucket", () => {
  it("keeps nothing that is overwritten or deleted without versioning", async () => {
    const server = await startedServer();
    server.createBucket("plain", { versioning: false, lifecycle: [] });
    const one = await server.put("plain", "x", Buffer.from("one"));
    const two = await server.put("plain", "x", Buffer.from("two"));
    assert.equal(server.stat("plain", "x", one.generation), undefined);

    await server.delete("plain", "x");
    assert.equal(server.stat("plain", "x", two.generation), undefined);
  });

  it("deletes by lifecycle what is old, by state, once it is due", async () => {
    const day = 86_400_000;
    let now = Date.UTC(2026, 0, 1);
    const server = await startedServer({ now: () => now });
    server.createBucket("rules", {
      versioning: true,
      lifecycle: [
        { age: 30, withState: "LIVE" },
        { daysSinceNoncurrentTime: 7, withState: "ARCHIVED" },
      ],
    });
    const one = await server.put("rules", "x", Buffer.from("one"));
    await server.put("rules", "x", Buffer.from("two"));
    const states = async (days: number) => {
      now = Date.UTC(2026, 0, 1) + days * day;
      await server.applyLifecycle();
      const live = server.stat("rules", "x") !== undefined;
      return { live, replaced: server.stat("rules", "x", one.generation) !== undefined };
    };

    assert.deepEqual(await states(6.9), { live: true, replaced: true });
    assert.deepEqual(await states(7), { live: true, replaced: false });
    assert.deepEqual(await states(29.9), { live: true, replaced: false });
    assert.deepEqual(await states(30), { live: false, replaced: false });
  });
});
