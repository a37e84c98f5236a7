import assert from "node:assert/strict";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import tls from "node:tls";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";

import { createHttpClient } from "../../../functions/http/http-client.ts";
import { testCertificate } from "../../support/certificate.ts";

async function listen(t: TestContext, server: http.Server | https.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A proxy that tunnels everything to one port, and tells what for. */
async function startProxy(t: TestContext, port: number) {
  const asked: string[] = [];
  const proxy = http.createServer();
  proxy.on("connect", ({ url = "" }: http.IncomingMessage, client: net.Socket) => {
    asked.push(url);
    const server = net.connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      server.pipe(client).pipe(server);
    });
    // Connections are kept for the next request, and would keep this process.
    for (const socket of [server, client]) {
      socket.on("error", () => undefined);
      t.after(() => socket.destroy());
    }
  });
  return { asked, url: `http://127.0.0.1:${await listen(t, proxy)}` };
}

test("requests go through the proxy of the environment, as TLS that it cannot read, but for NO_PROXY", async (t) => {
  const { key, cert } = await testCertificate(t);
  const trusted = tls.getCACertificates("default");
  tls.setDefaultCACertificates([cert]);
  t.after(() => {
    tls.setDefaultCACertificates(trusted);
  });
  const seen: string[] = [];
  const port = await listen(
    t,
    https.createServer({ key, cert }, (request, response) => {
      seen.push(`${request.headers.host ?? ""} ${request.headers.authorization ?? ""}`);
      response.end("{}");
    }),
  );
  const proxy = await startProxy(t, port);
  const send = async (proxyEnv: Readonly<Record<string, string>>): Promise<number> => {
    const client = createHttpClient({
      ...{ attemptTimeoutMs: 5000, backoffMs: () => 10, maxSockets: 4, proxyEnv },
      ...{ now: () => performance.now(), wallNow: Date.now },
    });
    const endBy = performance.now() + 5000;
    const { status } = await client({
      ...{ name: "a service", method: "GET", url: `https://127.0.0.1:${port}/x` },
      headers: { authorization: "Bearer x" },
      maxResponseBytes: 1000,
      deadline: { startBy: endBy, endBy, signal: new AbortController().signal },
    });
    return status;
  };

  assert.equal(await send({ HTTPS_PROXY: proxy.url }), 200);
  assert.deepEqual(proxy.asked, [`127.0.0.1:${port}`]);
  assert.equal(await send({ https_proxy: proxy.url, no_proxy: "127.0.0.1" }), 200);
  assert.equal(await send({}), 200);
  assert.equal(proxy.asked.length, 1);
  assert.deepEqual(seen, Array(3).fill(`127.0.0.1:${port} Bearer x`));
});
