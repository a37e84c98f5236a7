import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";

import { ARRIVAL_MS } from "../../../cli/doctor/arrival.ts";
import { CANARY_MESSAGE_CHECK } from "../../../cli/doctor/canary-message.ts";
import { CANARY_OBJECT_CHECK } from "../../../cli/doctor/canary.ts";
import type { Check, DoctorContext, Outcome } from "../../../cli/doctor/check.ts";
import { runChecks } from "../../../cli/doctor/run-checks.ts";
import { stackOf, type Stack } from "../../../cli/stack/stack.ts";
import { receiptName } from "../../../functions/objects/receipt.ts";
import { isObject, parseJson } from "../../../functions/platform/json.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";
import { receiptOf } from "../status/support.ts";
import { OUTPUTS } from "./healthy.ts";
import { refusal, startStandIn, virtualTime, type Reply } from "./stand-in.ts";

const { landingBucket, receiptsBucket } = CLOUD_NAMES;

async function run(check: Check, context: DoctorContext, stack: Stack): Promise<Outcome> {
  const [result] = await runChecks([check], context, { stack }, () => undefined);
  assert.ok(result !== undefined);
  return result.outcome;
}

const DEPLOYED = stackOf(OUTPUTS, { title: "a stack", origin: "a test", local: undefined });
const NONE = { records: { unusable: 0, dropped: 0 }, events: { imported: 0, rejected: 0 } };

/** A line `Messages settled` of one message, so many seconds after the test has begun. */
function settled(seconds: number, counts: object = {}): object {
  const jsonPayload = { message: "Messages settled", messages: 1, ...NONE, ...counts };
  return { timestamp: new Date(BEGUN_AT + seconds * 1000).toISOString(), jsonPayload };
}

const BEGUN_AT = Date.now();
const LATER = 600;
const EARLIER = -600;

const IMPORTED = { events: { imported: 1, rejected: 0 } };

/** A log that has `earlier` at first, and `later` after a message was published. */
function logOf(earlier: readonly object[], later: readonly object[]) {
  const published: unknown[] = [];
  const replies: Record<string, Reply> = {
    ":publish": (_request, response, body) => {
      published.push(parseJson(body));
      response.setHeader("content-type", "application/json");
      response.end('{"messageIds":["1"]}');
    },
    "entries:list": (_request, response, body) => {
      const query = parseJson(body);
      const filter = isObject(query) ? String(query["filter"]) : "";
      const [, since = ""] = /timestamp>"([^"]*)"/.exec(filter) ?? [];
      const all = published.length === 0 ? earlier : [...later, ...earlier];
      const entries = all.filter((line) => isObject(line) && String(line["timestamp"]) > since);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ entries }));
    },
  };
  return { replies, published };
}

describe("a canary through the topic is told by the functions' log", () => {
  const earlier = [settled(EARLIER, IMPORTED)];
  const cases = [
    [
      "imported",
      [settled(LATER, IMPORTED)],
      "ok",
      /"Messages settled", 1 imported\. The log names no message; this one alone was settled/,
    ],
    [
      "imported beside others, on one line",
      [settled(LATER, { ...IMPORTED, messages: 9 })],
      "warning",
      /likely imported, not proven: the log names no message, and 9 were settled/,
    ],
    [
      "imported beside others, on lines of their own",
      [settled(LATER, IMPORTED), settled(LATER, IMPORTED)],
      "warning",
      /not proven: .* 2 were settled since, with 2 imported and 0 refused/,
    ],
    [
      "refused, or a stranger's was",
      [settled(LATER), settled(LATER, { records: { unusable: 1, dropped: 0 } })],
      "warning",
      /likely settled, not proven: .* with 0 imported and 1 refused/,
    ],
    [
      "nothing but a stranger's from before it was published, which came late into the log",
      [settled(EARLIER + 60, IMPORTED)],
      "failed",
      /nothing was settled within 60 s/,
    ],
    ["left out by the transform", [settled(LATER)], "ok", /left out by your transform/],
    [
      "a dead letter",
      [settled(LATER, { records: { unusable: 1, dropped: 0 } })],
      "failed",
      /not imported: it is a dead letter/,
    ],
    [
      "rejected by Mixpanel",
      [settled(LATER, { events: { imported: 0, rejected: 1 } })],
      "failed",
      /it is a dead letter/,
    ],
  ] as const;
  for (const [what, later, status, detail] of cases)
    test(what, async (t) => {
      const { replies, published } = logOf(earlier, later);
      const context = await startStandIn(t, { replies });
      const outcome = await run({ ...CANARY_MESSAGE_CHECK, needs: [] }, context, DEPLOYED);
      assert.equal(outcome.status, status, outcome.detail);
      assert.match(outcome.detail, detail);
      assert.equal(published.length, 1);
      const text = JSON.stringify(published[0]);
      const [, data = ""] = /"data":"([^"]+)"/.exec(text) ?? [];
      const event = parseJson(Buffer.from(data, "base64"));
      assert.ok(isObject(event) && isObject(event["properties"]));
      assert.equal(event["event"], "mixpanel-gcp canary");
      assert.equal(event["properties"]["distinct_id"], "mixpanel-gcp-canary");
      assert.match(String(event["properties"]["$insert_id"]), /^canary-[\da-f]{16}$/);
    });

  test("one that stands alone at first is not proven when a second line comes", async (t) => {
    const later = [settled(LATER, IMPORTED)];
    const { replies } = logOf(earlier, later);
    const context = await startStandIn(t, { replies });
    const onSleep = (): Promise<void> => {
      later.push(settled(LATER, IMPORTED));
      return Promise.resolve();
    };
    const waiting = { ...context, time: virtualTime(onSleep) };
    const outcome = await run({ ...CANARY_MESSAGE_CHECK, needs: [] }, waiting, DEPLOYED);
    assert.equal(outcome.status, "warning", outcome.detail);
  });

  test("one that never arrives is told within the minute, whatever was imported before", async (t) => {
    const { replies } = logOf(earlier, []);
    const context = await startStandIn(t, { replies });
    const outcome = await run({ ...CANARY_MESSAGE_CHECK, needs: [] }, context, DEPLOYED);
    assert.equal(outcome.status, "failed");
    assert.match(outcome.detail, /nothing was settled within 60 s/);
    assert.match(outcome.remedy ?? "", /messageFilter/);
    assert.equal(context.time.now(), ARRIVAL_MS);
  });

  const refusals = [
    ["publishing", { ":publish": refusal(403) }, "unknown", /publishing to .* is not allowed/],
    [
      "reading the log",
      { "entries:list": refusal(403) },
      "unknown",
      /may not read the functions' log/,
    ],
    ["a topic that is gone", { ":publish": refusal(404) }, "warning", /could not check: .*404/],
  ] as const;
  for (const [what, changed, status, detail] of refusals)
    test(`refused: ${what}`, async (t) => {
      const replies = { ...logOf([], [settled(LATER, IMPORTED)]).replies, ...changed };
      const context = await startStandIn(t, { replies });
      const outcome = await run({ ...CANARY_MESSAGE_CHECK, needs: [] }, context, DEPLOYED);
      assert.equal(outcome.status, status, outcome.detail);
      assert.match(outcome.detail, detail);
    });
});

/** Buckets in this process; `finish` writes the receipt of the object that is waited for. */
async function startBuckets(t: TestContext, finish: "never" | Parameters<typeof receiptOf>[2]) {
  const { connection, bucket } = await startOperatorCloud(t);
  const onSleep = async (): Promise<void> => {
    const [object] = bucket.list(landingBucket);
    if (object === undefined || finish === "never") return;
    const receipt = receiptOf(object.name, object.generation, finish);
    await bucket.put(receiptsBucket, receiptName(receipt), Buffer.from(JSON.stringify(receipt)));
  };
  const context = await startStandIn(t);
  const { google, stack } = connection;
  return { bucket, stack, context: { ...context, google, time: virtualTime(onSleep) } };
}

describe("a canary through the bucket is told by its receipt", () => {
  const cases = [
    ["imported", {}, "ok", /its receipt says so. In Mixpanel: mixpanel-gcp canary/, 0],
    [
      "left out by the transform",
      {
        records: { read: 1, dropped: 1, unusable: 0, used: 0 },
        events: { produced: 0, imported: 0, rejected: 0, idsAdded: 0 },
      },
      "ok",
      /left out by your transform/,
      0,
    ],
    [
      "refused",
      {
        records: { read: 1, dropped: 0, unusable: 1, used: 0 },
        events: { produced: 0, imported: 0, rejected: 0, idsAdded: 0 },
        firstError: { reason: "transform-failed", field: "", error: "TypeError", line: 1 },
      },
      "failed",
      /not imported: complete \(transform-failed, TypeError\)/,
      0,
    ],
    ["never", "never", "failed", /mixpanel-gcp-canary\/canary-.* has no receipt .* after 60 s/, 1],
  ] as const;
  for (const [what, finish, status, detail, left] of cases)
    test(what, async (t) => {
      const { bucket, stack, context } = await startBuckets(t, finish);
      const outcome = await run({ ...CANARY_OBJECT_CHECK, needs: [] }, context, stack);
      assert.equal(outcome.status, status, outcome.detail);
      assert.match(outcome.detail, detail);
      assert.equal(bucket.list(landingBucket).length, left);
      assert.ok(context.time.now() <= ARRIVAL_MS);
    });

  test("a bucket that is not there is told, and nothing is waited for", async (t) => {
    const { stack, context } = await startBuckets(t, {});
    const gone = { ...stack, landingBucket: "gone" };
    const outcome = await run({ ...CANARY_OBJECT_CHECK, needs: [] }, context, gone);
    assert.equal(outcome.status, "warning");
    assert.match(outcome.detail, /could not check: putting a file into gone failed/);
    assert.equal(context.time.now(), 0);
  });
});
