import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";

import { UserError } from "../../../functions/platform/user-error.ts";
import { crc32c, encodeCrc32c } from "../../../local/bucket/crc32c.ts";
import { errorOf, objectUrl, startedServer, temporaryFolder } from "./started-server.ts";

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
