import assert from "node:assert/strict";
import http from "node:http";
import type { TestContext } from "node:test";
import { test } from "node:test";

import { startConsole } from "../../../cli/console/console-server.ts";
import type { ReplayReport } from "../../../cli/replay/plan.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import type { StackPageState } from "../../../local/page/page-state.ts";
import { NO_BROWSER, openPage } from "../../support/browser.ts";
import { landingBucket, startStatusCloud, type StatusCloud } from "../status/support.ts";

const { deadLetterTopic, deadLetterSubscription, eventsTopic, objectsSubscription } = CLOUD_NAMES;

function publishDeadLetter(
  { pubsub }: StatusCloud,
  object: string,
  objectGeneration: string,
  parts: Record<string, string> = {},
): void {
  const attributes = {
    ...{ version: "1", reason: "invalid", field: "event", error: "missing", records: "2" },
    ...{ lines: "3,7", bucketId: landingBucket, objectId: object, objectGeneration, replays: "0" },
    ...{ source: `gs://${landingBucket}/${object}#${objectGeneration}` },
    ...parts,
  };
  const data = Buffer.from('{"a":1}\n{"b":"<img src=x onerror=alert(1)>"}').toString("base64");
  pubsub.publish(deadLetterTopic, [{ data, attributes }]);
}

async function start(t: TestContext) {
  const cloud = await startStatusCloud(t);
  const server = await startConsole(cloud.connection);
  t.after(() => server.stop());
  const [, token = ""] = /\?token=([\w-]{43})$/.exec(server.address) ?? [];
  const own = { "x-session-token": token, origin: server.url, "content-type": "application/json" };
  const post = async (path: string, body: object) => {
    const options = { method: "POST", headers: own, body: JSON.stringify(body) };
    const response = await fetch(server.url + path, options);
    const text = await response.text();
    return {
      status: response.status,
      text,
      value: response.ok ? (JSON.parse(text) as unknown) : 0,
    };
  };
  return { ...cloud, server, token, own, post };
}

interface Sent {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function statusOf(url: string, { path, ...options }: Sent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("error", reject);
    request.end(options.method === "POST" ? "{}" : undefined);
  });
}

test("nothing passes without the session's token, the own name and the own origin", async (t) => {
  const { server, token, own } = await start(t);
  const state = { path: "/state", headers: { "x-session-token": token } };
  const act = { path: "/dead-letters", method: "POST" };
  const { origin: _, ...withoutOrigin } = own;
  const cases: readonly (readonly [string, Sent, number])[] = [
    ["the page", { path: `/?token=${token}` }, 200],
    ["the page without a token", { path: "/" }, 403],
    ["the page with another token", { path: `/?token=${token.slice(1)}x` }, 403],
    ["the state", state, 200],
    ["the state without a token", { path: "/state" }, 403],
    ["the state with the token in the address", { path: `/state?token=${token}` }, 403],
    ["a cookie", { path: "/state", headers: { cookie: `token=${token}` } }, 403],
    ["another name", { ...state, headers: { ...state.headers, host: "evil.example" } }, 403],
    [
      "another origin",
      { ...state, headers: { ...state.headers, origin: "http://evil.example" } },
      403,
    ],
    ["an action", { ...act, headers: own }, 200],
    ["an action without a token", { ...act, headers: { ...own, "x-session-token": "" } }, 403],
    ["an action without an origin", { ...act, headers: withoutOrigin }, 403],
    [
      "an action of another origin",
      { ...act, headers: { ...own, origin: "http://127.0.0.1:1" } },
      403,
    ],
    ["an action of no origin", { ...act, headers: { ...own, origin: "null" } }, 403],
    ["a form", { ...act, headers: { ...own, "content-type": "text/plain" } }, 415],
    ["what is no address", { path: "//", headers: own }, 403],
    ["an action by GET", { path: "/dead-letters", headers: own }, 405],
    ["anything else", { path: "/other", headers: own }, 404],
  ];
  for (const [what, sent, status] of cases)
    assert.equal(await statusOf(server.url, sent), status, what);
});

test("the state tells of files, figures and what waits, and holds no token", async (t) => {
  const cloud = await start(t);
  const generation = await cloud.finish("bad", { state: "truncated" });
  await cloud.upload("new");
  publishDeadLetter(cloud, "bad", generation);

  const response = await fetch(`${cloud.server.url}/state`, { headers: cloud.own });
  const text = await response.text();
  const { stack, figures, files } = JSON.parse(text) as StackPageState;

  assert.equal(stack, "The cloud of a test");
  assert.deepEqual(
    files.map(({ name, state, canImportAgain }) => [name, state, canImportAgain]).sort(),
    [
      ["bad", "truncated", true],
      ["new", "waiting", false],
    ],
  );
  assert.deepEqual(figures.at(-1), ["Dead letters", "1", ""]);
  assert.ok(!text.includes(cloud.token));
});

test("dead letters are grouped, looked at, and replayed after a try", async (t) => {
  const cloud = await start(t);
  const { pubsub, post } = cloud;
  pubsub.createSubscription({ name: "projects/local/subscriptions/seen", topic: eventsTopic });
  publishDeadLetter(cloud, "a", "7");
  publishDeadLetter(cloud, "ab", "8");
  publishDeadLetter(cloud, "a", "7", { reason: "rejected" });
  // Neither another problem of the same field nor an object with such a name is this group.
  publishDeadLetter(cloud, "a", "7", { error: "not a text" });
  publishDeadLetter(cloud, "a#5", "7");
  const group = {
    ...{ reason: "invalid", field: "event", error: "missing" },
    source: `gs://${landingBucket}/a`,
  };

  const looked = (await post("/dead-letters", {})).value as ReplayReport;
  assert.equal(looked.groups.length, 5);
  const records = (await post("/records", group)).value;
  assert.deepEqual(records, {
    isPartial: false,
    records: [
      { place: `gs://${landingBucket}/a#7 line 3`, text: '{"a":1}' },
      { place: `gs://${landingBucket}/a#7 line 7`, text: '{"b":"<img src=x onerror=alert(1)>"}' },
    ],
  });
  const tried = (await post("/replay", { ...group, dryRun: true })).value as ReplayReport;
  assert.deepEqual([tried.total.replaced, tried.total.sent], [1, 2]);
  // A try is what is not expressly meant.
  await post("/replay", group);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 0);

  const done = (await post("/replay", { ...group, dryRun: false })).value as ReplayReport;
  assert.deepEqual([done.total.replaced, done.total.sent], [1, 2]);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 1);
  assert.equal(pubsub.stats("projects/local/subscriptions/seen").received, 1);
});

test("a file is imported again, in spite of its quarantine where that is meant", async (t) => {
  const { finish, post, pubsub } = await start(t);
  const generation = await finish("q", { state: "quarantined" });
  const file = { bucket: landingBucket, object: "q", generation };

  assert.equal((await post("/import-again", { ...file, quarantineOff: true })).status, 200);

  const [message] = pubsub.pull(objectsSubscription, 10);
  const { eventType, objectId, objectGeneration, quarantine, importId } =
    message?.message.attributes ?? {};
  assert.deepEqual(
    [eventType, objectId, objectGeneration, quarantine],
    ["IMPORT_AGAIN", "q", generation, "off"],
  );
  assert.match(importId ?? "", /^[\da-f-]{36}$/);
  const gone = await post("/import-again", { ...file, generation: "1" });
  assert.deepEqual([gone.status, gone.text.includes("not there any more")], [409, true]);
});

test("input that is not what the page sends is refused", async (t) => {
  const { post } = await start(t);
  const cases = [
    ["/replay", {}],
    ["/replay", { reason: "invalid", field: "" }],
    ["/records", { reason: 1, field: "", error: "", source: "" }],
    ["/records", { reason: "invalid", field: "", source: "" }],
    ["/import-again", { bucket: "b", object: "o", generation: "x" }],
  ] as const;
  for (const [path, body] of cases) assert.equal((await post(path, body)).status, 400, path);
});

test(
  "in a browser: records are shown, replayed by click, and a file is imported again",
  { skip: NO_BROWSER },
  async (t) => {
    const cloud = await start(t);
    const generation = await cloud.finish("bad.ndjson", { state: "quarantined" });
    publishDeadLetter(cloud, "bad.ndjson", generation);
    const page = await openPage(t, cloud.server.address);
    const click = (text: string) =>
      page.evaluate(
        `[...document.querySelectorAll("button")].find((b) => b.textContent.startsWith(${JSON.stringify(text)})).click()`,
      );
    const shows = (text: string) =>
      page.waitFor(`document.body?.innerText.includes(${JSON.stringify(text)})`);

    await shows("bad.ndjson");
    assert.equal(await page.evaluate("document.title"), "Console: The cloud of a test");
    await click("Look at them");
    await shows("to the events topic");
    await click("Show records");
    await shows("<img src=x onerror=alert(1)>");
    assert.equal(await page.evaluate("document.images.length"), 0, "records are text");
    await click("Replay…");
    await shows("Replaying would send 2 records of 1 dead letter.");
    assert.equal(cloud.pubsub.stats(deadLetterSubscription).acknowledged, 0);
    await click("Replay now");
    await shows("Sent 2 records of 1 dead letter.");
    assert.equal(cloud.pubsub.stats(deadLetterSubscription).acknowledged, 1);
    await click("Import in spite of quarantine");
    await click("Sure?");
    await shows("on its way");
    assert.equal(cloud.pubsub.stats(objectsSubscription).received, 1);
  },
);
