import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import { startMessageCloud, type TestCloud } from "../support/local-cloud.ts";
import { firstTimes, say, startLyingProxy, type LyingProxy } from "./lying-proxy.ts";
import { ENCODED_RESPONSES, ENDLESS_RESPONSES, PASSING_LIES } from "./mixpanel-lies.ts";
import { countStatuses, eventText, mixpanelOf, push, shownOf } from "./message-scenario.ts";

/** Within one second there is no second attempt: what is not settled comes again from Pub/Sub. */
const SHORT_BUDGET = { TIME_BUDGET_SECONDS: "1" };

async function startLiedTo(
  t: TestContext,
  environment: Readonly<Record<string, string>> = SHORT_BUDGET,
): Promise<{ readonly cloud: TestCloud; readonly proxy: LyingProxy }> {
  const proxy = await startLyingProxy();
  t.after(() => proxy.stop());
  const cloud = await startMessageCloud(t, {
    environment: { importMessages: { ...environment, MIXPANEL_URL: proxy.url } },
  });
  proxy.forward(mixpanelOf(cloud).url);
  return { cloud, proxy };
}

const texts = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => eventText(name, index));

test("a response of Mixpanel that is almost right loses nothing and doubles nothing", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  for (const [name, lie] of Object.entries(PASSING_LIES))
    await t.test(name, async () => {
      proxy.lie(firstTimes(2, lie));

      cloud.publish(...texts(name, 12));
      await cloud.idle();

      assert.equal(shownOf(cloud, name).distinct, 12);
      assert.deepEqual(cloud.deadLetters(), []);
    });
});

test("an encoded response is understood: nothing is stored again", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  for (const [encoding, lie] of Object.entries(ENCODED_RESPONSES)) {
    const accepted: unknown[] = [];
    proxy.lie(({ headers }) => {
      accepted.push(headers["accept-encoding"]);
      return lie;
    });

    const answers = await Promise.all(texts(encoding, 30).map((data) => push(cloud, { data })));

    assert.deepEqual(countStatuses(answers), { 204: 30 }, encoding);
    assert.deepEqual(shownOf(cloud, encoding), { distinct: 30, stored: 30 });
    assert.deepEqual([...new Set(accepted)], ["identity"]);
  }
});

test("informational responses before the response itself change nothing", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  proxy.lie(() => async (response, pass) => {
    response.writeProcessing();
    response.writeEarlyHints({ link: "</style.css>; rel=preload" });
    const { status, headers, body } = await pass();
    response.writeHead(status, headers).end(body);
  });

  const answers = await Promise.all(texts("Hinted", 30).map((data) => push(cloud, { data })));

  assert.deepEqual(countStatuses(answers), { 204: 30 });
  assert.deepEqual(shownOf(cloud, "Hinted"), { distinct: 30, stored: 30 });
});

test("a redirect is not followed: the token goes nowhere else", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  const elsewhere = await startLyingProxy();
  t.after(() => elsewhere.stop());
  elsewhere.lie(() => say(200, '{"code":200,"num_records_imported":1,"status":"OK"}'));
  for (const status of [301, 302, 303, 307, 308]) {
    proxy.lie(firstTimes(1, say(status, "", { location: `${elsewhere.url}/import` })));
    const response = await push(cloud, { data: eventText("Redirected", status) });
    assert.equal(response.status, 503, String(status));
  }

  cloud.publish(...texts("Redirected", 5));
  await cloud.idle();

  assert.equal(elsewhere.requests(), 0);
  assert.equal(shownOf(cloud, "Redirected").distinct, 5);
  assert.deepEqual(cloud.deadLetters(), []);
});

test("a response that never ends holds neither memory nor the instance", async (t) => {
  const { cloud, proxy } = await startLiedTo(t, {
    // Whatever is in flight is aborted after ten seconds.
    TIMEOUT_SECONDS: "25",
    TIME_BUDGET_SECONDS: "1",
  });
  for (const [index, lie] of Object.values(ENDLESS_RESPONSES).entries()) {
    proxy.lie(() => lie);
    const startedAt = performance.now();
    const { status } = await push(cloud, { data: eventText("Endless", index) });
    assert.equal(status, 503);
    assert.ok(performance.now() - startedAt < 20_000, "ended by the deadline");
  }
  const peak = cloud.functions.importMessages.usage()?.peakMemoryBytes ?? 0;
  assert.ok(peak < 300 * 1024 * 1024, `${peak} bytes`);

  proxy.lie(() => undefined);
  cloud.publish(...texts("Endless", 3));
  await cloud.idle();
  assert.equal(shownOf(cloud, "Endless").distinct, 3);
  assert.equal(cloud.functions.importMessages.restarts(), 0);
});
