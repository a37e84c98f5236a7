import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Checkout } from "../support/checkout.ts";
import { copyCheckout } from "../support/checkout.ts";
import { event } from "../support/factories.ts";

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
