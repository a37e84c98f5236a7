import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";

import { startConsole } from "../../../cli/console/console-server.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { listenOnLoopback } from "../../../local/http-server.ts";
import { NO_BROWSER, openPage } from "../../support/browser.ts";
import { startStatusCloud } from "../status/support.ts";

const { deadLetterTopic, deadLetterSubscription, objectsSubscription } = CLOUD_NAMES;

/** A page of somebody else, on another port, and so of another origin. */
async function startForeignSite(t: TestContext, page: string): Promise<string> {
  const site = await listenOnLoopback((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  });
  t.after(() => site.stop());
  return site.url;
}

test(
  "a page of another origin reads nothing of a console and has nothing done, even if it knew the token",
  { skip: NO_BROWSER },
  async (t) => {
    const cloud = await startStatusCloud(t);
    const generation = await cloud.finish("secret-name.ndjson", { state: "quarantined" });
    cloud.pubsub.publish(deadLetterTopic, [
      { data: "e30=", attributes: { version: "1", reason: "invalid", field: "", error: "" } },
    ]);
    const server = await startConsole(cloud.connection);
    t.after(() => server.stop());
    const [, token = ""] = /token=(.+)$/.exec(server.address) ?? [];
    const input = { reason: "invalid", field: "", error: "", source: "", dryRun: false };
    const file = { bucket: "local-landing", object: "secret-name.ndjson", generation };

    const site = await startForeignSite(
      t,
      `<form method="post" enctype="text/plain" target="frame" action="${server.url}/replay">
        <input name='${JSON.stringify(input).slice(0, -1)},"x":"' value='"}'>
      </form><iframe name="frame"></iframe>
      <iframe id="framed" src="${server.address}"></iframe>`,
    );
    const page = await openPage(t, site);
    await page.waitFor("document.readyState === 'complete'");
    // What came of a request, as the page sees it.
    const outcome = (path: string, options: object): Promise<unknown> =>
      page.evaluate(
        `fetch(${JSON.stringify(server.url + path)}, ${JSON.stringify(options)})
          .then(async (r) => r.type + " " + r.status + " " + (await r.text()), () => "blocked")`,
      );
    const json = { "content-type": "application/json", "x-session-token": token };
    const plain = { "content-type": "text/plain" };
    const attempts: readonly (readonly [string, object])[] = [
      ["/state", {}],
      ["/state", { headers: { "x-session-token": token } }],
      [`/?token=${token}`, {}],
      [`/?token=${token}`, { mode: "no-cors" }],
      ["/dead-letters", { method: "POST", headers: json, body: "{}" }],
      ["/replay", { method: "POST", headers: json, body: JSON.stringify(input) }],
      ["/replay", { method: "POST", mode: "no-cors", headers: plain, body: JSON.stringify(input) }],
      ["/import-again", { method: "POST", headers: json, body: JSON.stringify(file) }],
    ];
    for (const [path, options] of attempts)
      assert.match(
        String(await outcome(path, options)),
        /^(blocked|opaque 0 )$/,
        `${path} ${JSON.stringify(options)}`,
      );
    await page.evaluate("document.forms[0].submit()");
    const frameOf = (selector: string): string =>
      `(() => { try { return document.querySelector(${JSON.stringify(selector)}).contentDocument?.body?.innerText ?? "out of reach" } catch { return "out of reach" } })()`;
    await page.waitFor(`${frameOf("iframe[name=frame]")} === "out of reach"`);
    assert.equal(await page.evaluate(frameOf("#framed")), "out of reach");

    // The same name for another machine: what DNS rebinding comes to.
    const rebound = await openPage(t, `http://console.localhost:${server.port}/?token=${token}`);
    await rebound.waitFor("document.body?.innerText.includes('Wrong host.')");

    assert.equal(cloud.pubsub.stats(deadLetterSubscription).acknowledged, 0);
    assert.equal(cloud.pubsub.stats(objectsSubscription).received, 0);
  },
);
