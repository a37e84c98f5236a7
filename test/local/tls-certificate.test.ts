import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import https from "node:https";
import { test } from "node:test";

import { listenOnLoopback } from "../../local/http-server.ts";
import { createTlsCertificate } from "../../local/tls-certificate.ts";

const NOW_MS = Date.UTC(2026, 0, 15, 12, 34, 56);

test("it is for 127.0.0.1 alone, signed by itself, for a month from a day ago", () => {
  const certificate = new X509Certificate(createTlsCertificate(NOW_MS).cert);

  assert.equal(certificate.subjectAltName, "IP Address:127.0.0.1");
  assert.equal(certificate.checkHost("localhost"), undefined);
  assert.ok(certificate.verify(certificate.publicKey));
  assert.ok(certificate.ca);
  assert.equal(certificate.validFrom, "Jan 14 12:34:56 2026 GMT");
  assert.equal(certificate.validTo, "Feb 14 12:34:56 2026 GMT");
});

test("no two have the same key or serial number", () => {
  const [one, other] = [createTlsCertificate(NOW_MS), createTlsCertificate(NOW_MS)];

  assert.notEqual(one.key, other.key);
  assert.notEqual(
    new X509Certificate(one.cert).serialNumber,
    new X509Certificate(other.cert).serialNumber,
  );
});

/** HTTP status of a request by a client that trusts `ca`. */
function get(url: string, ca: string | undefined): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    https
      .get(url, { ...(ca !== undefined && { ca }), agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .once("error", reject);
  });
}

test("a client that trusts it connects, another does not", async (t) => {
  const certificate = createTlsCertificate(Date.now());
  const server = await listenOnLoopback((_, response) => void response.end(), {
    tls: certificate,
  });
  t.after(() => server.stop());

  assert.equal(await get(server.url, certificate.cert), 200);
  await assert.rejects(get(server.url, undefined), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
});
