import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { BucketServer } from "../../../local/bucket/bucket-server.ts";
import { startedServer } from "./started-server.ts";

const BASE = "/storage/v1/b/landing/o";

async function post(server: BucketServer, path: string, body: unknown = {}): Promise<number> {
  const url = `${server.url}${BASE}${path}`;
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  await response.arrayBuffer();
  return response.status;
}

async function serverWithParts() {
  const server = await startedServer({ buckets: ["landing", "other"] });
  const one = await server.put("landing", "one", Buffer.from("one"), { contentType: "text/csv" });
  const two = await server.put("landing", "two", Buffer.from("two"));
  return { server, one, two };
}

describe("rewriting an object", () => {
  it("copies an old generation to another bucket with its properties", async () => {
    const { server, one } = await serverWithParts();
    await server.put("landing", "one", Buffer.from("newer"));

    const path = `/one/rewriteTo/b/other/o/copy?sourceGeneration=${one.generation}`;
    assert.equal(await post(server, path), 200);

    assert.equal((await server.read("other", "copy")).toString(), "one");
    const copy = server.stat("other", "copy");
    assert.deepEqual([copy?.contentType, copy?.md5Hash], ["text/csv", one.md5Hash]);
  });

  it("replaces the properties when some are given", async () => {
    const { server } = await serverWithParts();

    await post(server, "/one/rewriteTo/b/landing/o/copy", { metadata: { a: "1" } });

    const copy = server.stat("landing", "copy");
    assert.deepEqual([copy?.contentType, copy?.metadata], ["application/octet-stream", { a: "1" }]);
  });

  it("keeps the copy when its source is gone", async () => {
    const { server, one } = await serverWithParts();
    await post(server, "/one/rewriteTo/b/landing/o/copy");

    await server.delete("landing", "one", one.generation);

    assert.equal((await server.read("landing", "copy")).toString(), "one");
  });

  for (const { query, status } of [
    { query: "ifGenerationMatch=0", status: 412 },
    { query: "ifSourceGenerationMatch=1", status: 412 },
    { query: "sourceGeneration=1", status: 404 },
  ])
    it(`responds with ${status} to ${query} and changes nothing`, async () => {
      const { server, two } = await serverWithParts();

      assert.equal(await post(server, `/one/rewriteTo/b/landing/o/two?${query}`), status);
      assert.deepEqual(server.stat("landing", "two"), two);
    });
});

describe("composing objects", () => {
  it("joins generations in the order given", async () => {
    const { server, one } = await serverWithParts();
    await server.put("landing", "one", Buffer.from("newer"));
    const sourceObjects = [{ name: "two" }, { name: "one", generation: one.generation }];

    const destination = { contentType: "text/plain" };
    assert.equal(await post(server, "/joined/compose", { sourceObjects, destination }), 200);

    assert.equal((await server.read("landing", "joined")).toString(), "twoone");
    const joined = server.stat("landing", "joined");
    assert.deepEqual(
      [joined?.contentType, joined?.componentCount, joined?.md5Hash],
      ["text/plain", 2, undefined],
    );
  });

  for (const { title, sourceObjects, query = "", status } of [
    { title: "no sources", sourceObjects: [], status: 400 },
    { title: "33 sources", sourceObjects: Array(33).fill({ name: "one" }), status: 400 },
    { title: "a missing source", sourceObjects: [{ name: "three" }], status: 404 },
    {
      title: "a source's precondition that fails",
      sourceObjects: [{ name: "one", objectPreconditions: { ifGenerationMatch: "1" } }],
      status: 412,
    },
    {
      title: "a precondition that fails",
      sourceObjects: [{ name: "one" }],
      query: "?ifGenerationMatch=1",
      status: 412,
    },
  ])
    it(`responds with ${status} to ${title}`, async () => {
      const { server } = await serverWithParts();

      assert.equal(await post(server, `/joined/compose${query}`, { sourceObjects }), status);
      assert.equal(server.stat("landing", "joined"), undefined);
    });
});
