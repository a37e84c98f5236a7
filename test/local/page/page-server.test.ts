import assert from "node:assert/strict";
import http from "node:http";
import type { TestContext } from "node:test";
import { test } from "node:test";

import { startPageServer } from "../../../local/page/page-server.ts";
import type { PageState } from "../../../local/page/page-state.ts";
import { EXAMPLE_STATE } from "./example-state.ts";

async function start(t: TestContext, look: () => PageState = () => EXAMPLE_STATE) {
  const server = await startPageServer(look);
  t.after(() => server.stop());
  return server;
}

function statusFor(url: string, options: http.RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("error", reject);
    request.end();
  });
}

test("the page is one document that loads nothing from elsewhere", async (t) => {
  const { url } = await start(t);

  const response = await fetch(url);
  const page = await response.text();

  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
  assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  const addresses = page.match(/(?:https?:)?\/\/[a-z][\w.]+/g) ?? [];
  assert.deepEqual(addresses, ["http://www.w3.org"], "only the name of SVG");
  assert.doesNotMatch(page, /<script[^>]+src|<link[^>]+stylesheet|@import|innerHTML/);
});

test("the state is looked at anew for every request", async (t) => {
  let fileCount = 0;
  const { url } = await start(t, () => ({ ...EXAMPLE_STATE, fileCount: (fileCount += 1) }));

  const first: unknown = await (await fetch(`${url}/state`)).json();
  const second: unknown = await (await fetch(`${url}/state`)).json();

  assert.deepEqual(first, { ...EXAMPLE_STATE, fileCount: 1 });
  assert.deepEqual(second, { ...EXAMPLE_STATE, fileCount: 2 });
});

const REFUSED = [
  { why: "another path", path: "/other", options: {}, status: 404 },
  { why: "a POST", path: "/state", options: { method: "POST" }, status: 405 },
  {
    why: "another site's name",
    path: "/state",
    options: { headers: { host: "evil.example" } },
    status: 403,
  },
];

for (const { why, path, options, status } of REFUSED)
  test(`${why} gets ${status}`, async (t) => {
    const { url } = await start(t);

    assert.equal(await statusFor(url + path, options), status);
  });

test("localhost is as good a name as 127.0.0.1", async (t) => {
  const { url, port } = await start(t);

  assert.equal(await statusFor(`${url}/state`, { headers: { host: `localhost:${port}` } }), 200);
});
