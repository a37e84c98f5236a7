import assert from "node:assert/strict";
import { once } from "node:events";
import { after, describe, it } from "node:test";
import tls from "node:tls";

import { UnavailableError } from "../../../functions/platform/errors.ts";
import type { HttpClient } from "../../../functions/http/http-client.ts";
import type { HttpRequest } from "../../../functions/http/http-request.ts";
import { listenOnLoopback } from "../../../local/http-server.ts";
import { makeTestCertificate, WITHOUT_OPENSSL } from "../../support/certificate.ts";
import { createTestClient, requestTo, startService } from "../support/http-service.ts";

/** A request for which there is memory, and what was asked for. */
function reading(url: string, more: Partial<HttpRequest> = {}) {
  const given: Buffer[] = [];
  const { auth, body, ...request } = requestTo(url, { method: "GET", ...more });
  const memoryFor = (length: number): Buffer => {
    const memory = Buffer.alloc(length, 0xee);
    given.push(memory);
    return memory;
  };
  return { request: { ...request, memoryFor }, given };
}

async function read(send: HttpClient, url: string, more: Partial<HttpRequest> = {}) {
  const { request, given } = reading(url, more);
  const response = await send(request);
  return { ...response, text: response.body.toString(), given };
}

describe("reading into memory of the caller's", () => {
  it("puts the body there, over one connection", async () => {
    const service = await startService((attempt, response) => {
      response.writeHead(206, { "content-length": 6, "x-a": "b" }).end(`body ${attempt}`);
    });
    const send = createTestClient();
    for (const attempt of [1, 2, 3]) {
      const response = await read(send, `${service.url}/a%2Fb?c=d%20e`);
      assert.deepEqual([response.status, response.text], [206, `body ${attempt}`]);
      assert.equal(response.headers["x-a"], "b");
      assert.equal(response.given.length, 1);
      assert.equal(response.body.buffer, response.given[0]?.buffer);
    }
    const [first] = service.received;
    assert.equal(first?.url, "/a%2Fb?c=d%20e");
    assert.equal(first.headers.host, new URL(service.url).host);
    assert.equal(first.headers["content-type"], "application/x-ndjson");
    assert.deepEqual(new Set(service.received.map(({ port }) => port)), new Set([first.port]));
  });

  it("reads side by side over several connections", async () => {
    const service = await startService(async (_, response, request) => {
      while (service.received.length < 3) await new Promise(setImmediate);
      response.writeHead(200, { "content-length": 2 }).end(request.url?.slice(1));
    });
    const send = createTestClient();
    const texts = await Promise.all(
      ["aa", "bb", "cc"].map(async (name) => (await read(send, `${service.url}/${name}`)).text),
    );
    assert.deepEqual(texts, ["aa", "bb", "cc"]);
  });

  it("reads with Node's client what does not say how long it is", async () => {
    const service = await startService((_, response) => {
      response.write("half ");
      setImmediate(() => response.end("whole"));
    });
    const send = createTestClient();
    assert.equal((await read(send, service.url)).text, "half whole");
    assert.equal((await read(send, service.url)).text, "half whole");
    // Asked twice only as long as nobody knew.
    assert.equal(service.received.length, 3);
  });

  it("tries again what is worth it: refusals, broken connections, bodies that break off", async () => {
    const service = await startService((attempt, response) => {
      if (attempt === 1) response.writeHead(503).end("busy");
      else if (attempt === 2) response.destroy();
      else if (attempt === 3) {
        response.writeHead(200, { "content-length": 10 });
        response.write("half");
        setImmediate(() => response.destroy());
      } else response.writeHead(200, { "content-length": 5 }).end("whole");
    });
    const response = await read(createTestClient(), service.url);
    assert.deepEqual([response.text, response.attempts], ["whole", 4]);
    // What a failed attempt left behind is not in the memory of the next one.
    assert.deepEqual(
      response.given.map((memory) => memory.toString("latin1").slice(0, 5)),
      ["half\xee", "whole"],
    );
  });

  it("limits an attempt as a whole, and writes nothing to its memory afterwards", async () => {
    const service = await startService(async (attempt, response) => {
      if (attempt > 1) return void response.writeHead(200, { "content-length": 5 }).end("whole");
      response.writeHead(200, { "content-length": 1000 });
      const trickle = setInterval(() => response.write("x"), 20);
      await once(response, "close");
      clearInterval(trickle);
    });
    const response = await read(createTestClient({ attemptTimeoutMs: 300 }), service.url);
    assert.deepEqual([response.text, response.attempts], ["whole", 2]);
    const written = response.given[0]?.toString("latin1");
    await new Promise(setImmediate);
    assert.equal(response.given[0]?.toString("latin1"), written);
  });

  it("ends at once when its signal says so, before and while it is under way", async () => {
    const controller = new AbortController();
    const service = await startService(() => {
      controller.abort();
    });
    const send = createTestClient();
    await assert.rejects(read(send, service.url, { signal: controller.signal }), UnavailableError);
    await assert.rejects(read(send, service.url, { signal: controller.signal }), UnavailableError);
    assert.equal(service.received.length, 1);
  });

  it("refuses more than was asked for", async () => {
    const service = await startService((_, response) => {
      response.writeHead(200, { "content-length": 2000 }).end("x".repeat(2000));
    });
    const send = createTestClient({ delayMs: () => 60_000 });
    await assert.rejects(read(send, service.url), /a body of more than 1000 bytes/);
  });

  it("connects anew when the service has closed the connection, or nobody used it for long", async () => {
    let now = Date.now();
    const service = await startService((attempt, response) => {
      const headers = { "content-length": 2, ...(attempt === 1 && { connection: "close" }) };
      response.writeHead(200, headers).end("ok");
    });
    const send = createTestClient({ now: () => now });
    const more = { startBy: now + 100_000, endBy: now + 100_000 };
    for (const passed of [0, 0, 29_000, 31_000]) {
      now += passed;
      assert.equal((await read(send, service.url, more)).attempts, 1);
    }
    const [first, second, third, fourth] = service.received.map(({ port }) => port);
    assert.notEqual(first, second);
    assert.equal(second, third);
    assert.notEqual(third, fourth);
  });

  it("sends no header that would become two", async () => {
    const service = await startService((_, response) => {
      response.writeHead(200, { "content-length": 0 }).end();
    });
    const headers = { "x-a": "b\r\nx-c: d" };
    await read(createTestClient(), service.url, { headers }).catch(() => undefined);
    assert.equal(service.received[0]?.headers["x-c"], undefined);
  });

  it("asks over TLS whom it can trust, and nobody else", { skip: WITHOUT_OPENSSL }, async () => {
    const certificate = await makeTestCertificate();
    after(() => certificate.remove());
    const server = await listenOnLoopback(
      (_, response) => {
        response.writeHead(200, { "content-length": 100_000 }).end("x".repeat(100_000));
      },
      { tls: certificate },
    );
    after(() => server.stop());
    const more = { maxResponseBytes: 100_000 };
    const impatient = createTestClient({ delayMs: () => 60_000 });
    await assert.rejects(read(impatient, server.url, more), /cannot be reached: .*CERT/);
    const before = tls.getCACertificates("default");
    tls.setDefaultCACertificates([...before, certificate.cert]);
    try {
      const send = createTestClient();
      assert.equal((await read(send, server.url, more)).text, "x".repeat(100_000));
      assert.equal((await read(send, server.url, more)).text, "x".repeat(100_000));
      // The certificate is one for 127.0.0.1.
      const elsewhere = server.url.replace("127.0.0.1", "localhost");
      await assert.rejects(read(impatient, elsewhere, more), /ERR_TLS_CERT_ALTNAME_INVALID/);
    } finally {
      tls.setDefaultCACertificates(before);
    }
  });
});
