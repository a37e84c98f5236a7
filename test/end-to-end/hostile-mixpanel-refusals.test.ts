import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import zlib from "node:zlib";

import { startMessageCloud, type TestCloud } from "../support/local-cloud.ts";
import { pushEnvelope } from "../support/factories.ts";
import {
  firstTimes,
  say,
  startLyingProxy,
  twist,
  type LyingProxy,
  type ProxiedRequest,
} from "./lying-proxy.ts";
import {
  countStatuses,
  eventText,
  linesWith,
  mixpanelOf,
  push,
  readable,
  requestMessages,
  shownOf,
} from "./message-scenario.ts";

async function startLiedTo(
  t: TestContext,
  environment: Readonly<Record<string, string>> = { TIME_BUDGET_SECONDS: "1" },
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

const eventsIn = ({ body }: ProxiedRequest): string[] =>
  zlib.gunzipSync(body).toString("utf8").trim().split("\n");

const html = { "content-type": "text/html" };
const REFUSALS = {
  "413 to everything": say(413, "<html>too large</html>", html),
  "400 without rows to everything": say(400, '{"code":400,"error":"some data is invalid"}'),
  "400 with no row at all to everything": say(
    400,
    '{"code":400,"num_records_imported":0,"failed_records":[]}',
  ),
  "422 to everything": say(422, "{}"),
};

test("refusals of everything are an outage: messages wait, however many arrive at once", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  for (const [name, lie] of Object.entries(REFUSALS))
    await t.test(name, async () => {
      proxy.lie(() => lie);
      const all = texts(name, 100);

      const statuses: Record<string, number> = {};
      let next = 0;
      for (const atOnce of [1, 10, 31, 1, 10, 31, 16]) {
        const some = all.slice(next, (next += atOnce));
        const counts = countStatuses(await Promise.all(some.map((data) => push(cloud, { data }))));
        for (const [status, count] of Object.entries(counts))
          statuses[status] = (statuses[status] ?? 0) + count;
      }

      assert.deepEqual(statuses, { 503: 100 });
      assert.deepEqual(cloud.deadLetters(), []);
      proxy.lie(() => undefined);
      // Another instance has no circuit breaker that is still open.
      cloud.functions.importMessages.kill();
      cloud.publish(...all);
      await cloud.idle();
      assert.equal(shownOf(cloud, name).distinct, 100);
      assert.deepEqual(cloud.deadLetters(), []);
    });
});

test("an event that is refused alone for hours is given up at last", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  proxy.lie(() => REFUSALS["400 without rows to everything"]);
  const data = eventText("Hopeless", 1);

  const { status } = await requestMessages(cloud, JSON.stringify(pushEnvelope({ data }, 20)));

  assert.equal(status, 204);
  const [dead] = readable(cloud.deadLetters());
  assert.equal(dead?.text, data);
  assert.equal(dead.attributes["error"], "some data is invalid");
});

test("messages refused without rows cost only themselves, however many there are", async (t) => {
  const { cloud } = await startLiedTo(t, { TIME_BUDGET_SECONDS: "20" });
  mixpanelOf(cloud).setFaults([
    { kind: "refuseBatch", records: "none", match: { event: "Culprit" } },
  ]);
  const culprits = texts("Culprit", 21);
  const innocents = texts("Innocent", 1179);
  const mixed = innocents.flatMap((text, index) => {
    const culprit = index % 56 === 3 ? culprits[(index - 3) / 56] : undefined;
    return culprit === undefined ? [text] : [text, culprit];
  });
  assert.equal(mixed.length, 1200);

  cloud.publish(...mixed);
  await cloud.idle();

  assert.equal(shownOf(cloud, "Innocent").distinct, 1179);
  const dead = readable(cloud.deadLetters()).flatMap(({ text }) => text.split("\n"));
  assert.deepEqual([...dead].sort(), [...culprits].sort());
  const { requests } = mixpanelOf(cloud).stats();
  t.diagnostic(`${requests} requests for 21 culprits of 1,200`);
  assert.ok(requests < 600, `${requests} requests`);
});

test("a 403 for what one message holds blocks no other", async (t) => {
  const { cloud, proxy } = await startLiedTo(t, { TIME_BUDGET_SECONDS: "5" });
  proxy.lie((request) =>
    eventsIn(request).some((text) => text.includes("<script>"))
      ? say(403, "<html>blocked</html>", html)
      : undefined,
  );
  const attack = eventText("Attack", 1, { plan: "<script>" });
  const others = texts("Harmless", 593);

  cloud.publish(...others.slice(0, 300), attack, ...others.slice(300));
  await cloud.idle();

  assert.equal(shownOf(cloud, "Harmless").distinct, 593);
  assert.deepEqual(
    readable(cloud.deadLetters()).map(({ text }) => text),
    [attack],
  );
  assert.deepEqual(linesWith(cloud, "Mixpanel refused the credentials"), []);
});

test("one 413 for two events does not make every event a request of its own", async (t) => {
  const { cloud, proxy } = await startLiedTo(t, { TIME_BUDGET_SECONDS: "5" });
  proxy.lie(firstTimes(1, say(413, "<html>too large</html>", html)));
  const two = texts("Two", 2).join("\n");
  cloud.publish(two);
  await cloud.idle();
  const before = proxy.requests();

  const many = texts("Many", 100).join("\n");
  assert.equal((await push(cloud, { data: many })).status, 204);

  assert.equal(proxy.requests() - before, 1);
  assert.deepEqual(shownOf(cloud, "Many"), { distinct: 100, stored: 100 });
  assert.equal(shownOf(cloud, "Two").distinct, 2);
  assert.deepEqual(cloud.deadLetters(), []);
});

test("a Retry-After of a day or a month, or one that cannot be read, blocks for no more than a minute", async (t) => {
  const { cloud, proxy } = await startLiedTo(t);
  const values = ["86400", "2592000", "-1", "1e9", "soon", "Fri, 31 Dec 9999 23:59:59 GMT"];
  for (const [index, value] of values.entries()) {
    proxy.lie(firstTimes(1, say(429, "{}", { "retry-after": value })));
    const data = eventText("Patient", index);
    assert.equal((await push(cloud, { data })).status, 503, value);
    // Another instance has not been asked to wait.
    cloud.functions.importMessages.kill();
    cloud.publish(data);
    await cloud.idle();
  }
  assert.equal(shownOf(cloud, "Patient").distinct, values.length);
  assert.ok(cloud.functions.importMessages.current().stderr().length < 10_000);
  assert.deepEqual(cloud.deadLetters(), []);
});

test("rows that blame the wrong events are not believed; those that can be are", async (t) => {
  const { cloud, proxy } = await startLiedTo(t, { TIME_BUDGET_SECONDS: "5" });
  const asRows = (change: (rows: Record<string, unknown>[]) => unknown[], status = 400) =>
    twist((truth) => {
      const body = JSON.parse(truth.body.toString("utf8")) as {
        failed_records?: Record<string, unknown>[];
      };
      if (body.failed_records === undefined) return {};
      const failed_records = change(body.failed_records);
      return { status, body: Buffer.from(JSON.stringify({ ...body, failed_records })) };
    });
  const shifted = (row: Record<string, unknown>): Record<string, unknown> => ({
    ...row,
    index: Number(row["index"]) + 1,
  });
  const lies = {
    "counted from 1": asRows((rows) => rows.map(shifted)),
    "told twice": asRows((rows) => [...rows, ...rows]),
    "told with 200": asRows((rows) => rows, 200),
    "with an index that is a text": asRows((rows) =>
      rows.map((row) => ({ ...row, index: String(row["index"]) })),
    ),
    "of nothing": asRows(() => [null, 7, [], {}]),
  };
  for (const [name, lie] of Object.entries(lies))
    await t.test(name, async () => {
      proxy.lie(() => lie);
      const good = texts(name, 20);
      const bad = eventText(name, 100, { time: 1 });

      cloud.publish([...good.slice(0, 7), bad, ...good.slice(7)].join("\n"));
      await cloud.idle();

      assert.equal(shownOf(cloud, name).distinct, 20);
      const [dead, ...others] = readable(cloud.deadLetters());
      assert.deepEqual([dead?.text, others], [bad, []]);
      if (name === "told with 200")
        assert.match(dead?.attributes["error"] ?? "", /must not be before 1971/);
    });
});

test("half an emoji in what Mixpanel says does not keep its dead letter from Pub/Sub", async (t) => {
  const { cloud, proxy } = await startLiedTo(t, { TIME_BUDGET_SECONDS: "5" });
  const messages = ["\ud83d", "\ude00 half", `${"x".repeat(1023)}😀`, "a\u0000b"];
  for (const [index, message] of messages.entries()) {
    const row = { index: 0, field: `plan${message.slice(0, 5)}`, message };
    const body = { code: 400, num_records_imported: 0, failed_records: [row] };
    proxy.lie(() => say(400, JSON.stringify(body)));

    assert.equal((await push(cloud, { data: eventText("Half", index) })).status, 204);

    const [dead] = cloud.deadLetters();
    for (const value of Object.values(dead?.attributes ?? {})) {
      assert.ok(value.isWellFormed());
      assert.ok(Buffer.byteLength(value) <= 1024);
    }
  }
});
