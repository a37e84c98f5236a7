import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { describe, it } from "node:test";

import type { BucketServer } from "../../../local/bucket/bucket-server.ts";
import { startedServer, temporaryFolder } from "./started-server.ts";

async function openSession(server: BucketServer, resource: unknown = {}, query = "") {
  const url = `${server.url}/resumable/upload/storage/v1/b/landing/o?uploadType=resumable&name=x${query}`;
  const response = await fetch(url, { method: "POST", body: JSON.stringify(resource) });
  return { status: response.status, location: response.headers.get("location") ?? "" };
}

async function put(location: string, range: string | undefined, body: string) {
  const headers = range === undefined ? undefined : { "content-range": `bytes ${range}` };
  const response = await fetch(location, { method: "PUT", body, ...(headers && { headers }) });
  await response.arrayBuffer();
  return [response.status, response.headers.get("range")];
}

/** Announces ten bytes, sends four of them and hangs up. */
async function putAndHangUp(location: string): Promise<void> {
  const headers = { "content-range": "bytes 0-9/10", "content-length": "10" };
  const broken = request(location, { method: "PUT", headers, agent: false });
  broken.on("error", () => undefined);
  const closed = new Promise((resolve) => broken.on("close", resolve));
  await new Promise((resolve) => broken.write("0123", resolve));
  broken.destroy();
  await closed;
}

describe("a resumable upload", () => {
  it("takes chunks and says how far it got", async () => {
    const server = await startedServer();
    const { location } = await openSession(server, { contentType: "text/csv" });

    assert.deepEqual(await put(location, "*/*", ""), [308, null]);
    assert.deepEqual(await put(location, "0-3/*", "0123"), [308, "bytes=0-3"]);
    assert.deepEqual(await put(location, "*/*", ""), [308, "bytes=0-3"]);
    assert.deepEqual(await put(location, "4-9/10", "456789"), [200, null]);

    assert.equal((await server.read("landing", "x")).toString(), "0123456789");
    assert.equal(server.stat("landing", "x")?.contentType, "text/csv");
  });

  it("responds again when it is complete", async () => {
    const server = await startedServer();
    const { location } = await openSession(server);
    await put(location, "0-3/4", "0123");
    const generation = server.stat("landing", "x")?.generation;

    assert.deepEqual(await put(location, "*/*", ""), [200, null]);
    assert.deepEqual(await put(location, "0-3/4", "0123"), [200, null]);
    assert.equal(server.stat("landing", "x")?.generation, generation);
  });

  for (const { title, range } of [
    { title: "whose end is the end of the body", range: "0-*/*" },
    { title: "without a range", range: undefined },
  ])
    it(`is complete after a body ${title}`, async () => {
      const server = await startedServer();
      const { location } = await openSession(server);

      assert.deepEqual(await put(location, range, "0123"), [200, null]);
      assert.equal((await server.read("landing", "x")).toString(), "0123");
    });

  it("skips bytes that are sent twice, and asks for those that are left out", async () => {
    const server = await startedServer();
    const { location } = await openSession(server);
    await put(location, "0-3/*", "0123");

    assert.deepEqual(await put(location, "6-9/10", "6789"), [308, "bytes=0-3"]);
    assert.deepEqual(await put(location, "2-9/10", "23456789"), [200, null]);
    assert.equal((await server.read("landing", "x")).toString(), "0123456789");
  });

  it("can be completed by telling the size afterwards", async () => {
    const server = await startedServer();
    const { location } = await openSession(server);
    await put(location, "0-3/*", "0123");

    assert.deepEqual(await put(location, "*/4", ""), [200, null]);
  });

  it("goes on after a lost connection with what had arrived", async () => {
    const server = await startedServer();
    const { location } = await openSession(server);

    await putAndHangUp(location);
    const [status, range] = await put(location, "*/*", "");

    assert.equal(status, 308);
    const stored = range === null ? 0 : Number(/-(\d+)$/.exec(String(range))?.[1]) + 1;
    const rest = "0123456789".slice(stored);
    assert.deepEqual(await put(location, `${stored}-9/10`, rest), [200, null]);
    assert.equal((await server.read("landing", "x")).toString(), "0123456789");
  });

  it("is refused when its precondition fails, at the start or at the end", async () => {
    const server = await startedServer();
    const { location } = await openSession(server, {}, "&ifGenerationMatch=0");
    await server.put("landing", "x", Buffer.from("other"));

    assert.equal((await openSession(server, {}, "&ifGenerationMatch=0")).status, 412);
    assert.deepEqual(await put(location, "0-3/4", "0123"), [412, null]);
    assert.deepEqual(await put(location, "*/*", ""), [404, null]);
    assert.equal((await server.read("landing", "x")).toString(), "other");
  });

  it("is refused when the content has not the checksum that was announced", async () => {
    const server = await startedServer();
    const { location } = await openSession(server, { crc32c: "AAAAAA==" });

    assert.deepEqual(await put(location, "0-3/4", "0123"), [400, null]);
    assert.equal(server.stat("landing", "x"), undefined);
  });

  it("leaves no file behind when it is cancelled or refused", async () => {
    const folder = await temporaryFolder();
    const server = await startedServer({ folder });
    const cancelled = await openSession(server);
    const refused = await openSession(server, { md5Hash: "AAAA" });

    await put(cancelled.location, "0-3/*", "0123");
    const response = await fetch(cancelled.location, { method: "DELETE" });
    await put(refused.location, "0-3/4", "0123");

    assert.equal(response.status, 499);
    assert.deepEqual(await put(cancelled.location, "*/*", ""), [404, null]);
    assert.deepEqual(await readdir(join(folder, "landing", ".uploads")), []);
  });
});
