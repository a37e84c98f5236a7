import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import type { Checkout } from "../support/checkout.ts";
import { copyCheckout } from "../support/checkout.ts";
import { event } from "../support/factories.ts";

const run = promisify(execFile);

let checkout: Checkout;
before(async () => {
  checkout = await copyCheckout();
});
after(() => checkout.remove());

async function importOne(url: string, token: string): Promise<number> {
  const response = await fetch(`${url}/import?strict=1`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${token}:`).toString("base64")}`,
      "content-type": "application/json",
    },
    body: JSON.stringify([event()]),
  });
  await response.text();
  return response.status;
}

const TOKENS = [
  { args: [], token: "local-project-token" },
  { args: ["--token", "mine"], token: "mine" },
];

for (const { args, token } of TOKENS)
  test(`the simulator prints its address and token (${token}), accepts that one only, and ends by Ctrl-C`, async () => {
    const command = checkout.start(["simulator", "--port", "0", ...args]);
    const [, url = ""] = await command.printed(/(http:\/\/127\.0\.0\.1:\d+)/);
    const [, printed] = await command.printed(/Token: (.+)\n/);

    assert.equal(printed, token);
    assert.equal(await importOne(url, token), 200);
    assert.equal(await importOne(url, "other"), 401);
    command.kill("SIGINT");

    assert.equal((await command.ended).code, 0);
  });

/** Imports one event with the token "tls", as a client in a process of its own. */
const CLIENT = `
  const response = await fetch(process.argv[1] + "/import?strict=1", {
    method: "POST",
    headers: { authorization: "Basic " + btoa("tls:"), "content-type": "application/json" },
    body: process.argv[2],
  });
  process.stdout.write(await response.text());
`;

test("--tls serves https with a certificate that clients can be told to trust", async () => {
  const command = checkout.start(["simulator", "--port", "0", "--tls", "--token", "tls"]);
  const [, url = ""] = await command.printed(/(https:\/\/127\.0\.0\.1:\d+)/);
  const [, certFile = ""] = await command.printed(/NODE_EXTRA_CA_CERTS=(.+)\n/);
  const args = ["--input-type=module", "--eval", CLIENT, url, JSON.stringify([event()])];

  const { stdout } = await run(process.execPath, args, {
    env: { NODE_EXTRA_CA_CERTS: certFile },
  });
  await assert.rejects(run(process.execPath, args, { env: {} }), /SELF_SIGNED/);
  command.kill("SIGINT");

  assert.match(stdout, /"num_records_imported":1/);
  assert.equal((await command.ended).code, 0);
  await assert.rejects(access(certFile), { code: "ENOENT" });
});
