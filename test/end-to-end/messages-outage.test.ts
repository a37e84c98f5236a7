import assert from "node:assert/strict";
import { test } from "node:test";

import { startMessageCloud } from "../support/local-cloud.ts";
import {
  countStatuses,
  eventText,
  linesWith,
  mixpanelOf,
  push,
  readable,
  shownOf,
} from "./message-scenario.ts";

/** Mixpanel's backoff begins with three seconds: within one there is no second attempt. */
const SHORT_BUDGET = { importMessages: { TIME_BUDGET_SECONDS: "1" } };

test("an outage sends messages back, early and without a storm, until it is over", async (t) => {
  const cloud = await startMessageCloud(t, {
    environment: SHORT_BUDGET,
    mixpanel: { faults: [{ kind: "status", status: 503 }] },
  });
  const texts = Array.from({ length: 50 }, (_, index) => eventText("Outage", index));

  const answers = await Promise.all(texts.map((data) => push(cloud, { data })));
  // The outage ends with a number of requests, and not before all fifty were answered in it: on a
  // busy machine that takes longer than a request or two.
  mixpanelOf(cloud).setFaults([{ kind: "status", status: 503, match: { count: 1 } }]);
  cloud.publish(...texts);
  await cloud.idle();

  assert.deepEqual(countStatuses(answers), { 503: 50 });
  assert.deepEqual(shownOf(cloud, "Outage"), { distinct: 50, stored: 50 });
  assert.deepEqual(cloud.deadLetters(), []);
  const { requests } = mixpanelOf(cloud).stats();
  assert.ok(requests < 2 + 25, `${requests} requests`);
  assert.ok(linesWith(cloud, "Import failed").length > 0);
});

test("in an outage all messages but one at a time are refused at once", async (t) => {
  const cloud = await startMessageCloud(t, {
    environment: SHORT_BUDGET,
    mixpanel: { faults: [{ kind: "status", status: 503 }] },
  });
  await push(cloud, { data: eventText("Probe", 0) });
  const before = mixpanelOf(cloud).stats().requests;

  const answered: string[] = [];
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const response = await push(cloud, { data: eventText("Probe", index) });
      answered.push(response.text);
      return response;
    }),
  );

  assert.deepEqual(countStatuses(answers), { 503: 100 });
  const atOnce = "Mixpanel takes nothing at the moment\n";
  assert.equal(answered[0], atOnce);
  // One, which waits for its turn for as long as it may; on a machine that is so busy that the
  // last ones come after that, a few.
  const probes = answered.filter((text) => text !== atOnce).length;
  assert.ok(probes >= 1 && probes <= 10, `${probes} probes`);
  assert.ok(mixpanelOf(cloud).stats().requests - before <= probes);
});

test("with attempts exhausted Pub/Sub itself dead-letters the message", async (t) => {
  const cloud = await startMessageCloud(t, {
    environment: SHORT_BUDGET,
    mixpanel: { faults: [{ kind: "status", status: 503 }] },
    delivery: {
      importMessages: {
        maxDeliveryAttempts: 5,
        retryPolicy: { minimumBackoffMs: 10, maximumBackoffMs: 20 },
      },
    },
  });

  cloud.publish(eventText("Exhausted", 1));
  await cloud.idle();

  const [dead] = readable(cloud.deadLetters());
  assert.equal(dead?.text, eventText("Exhausted", 1));
  assert.equal(dead.attributes["CloudPubSubDeadLetterSourceDeliveryCount"], "5");
  assert.equal(dead.attributes["version"], undefined);
});

test("refused credentials: messages wait, one CRITICAL line, no further requests", async (t) => {
  const cloud = await startMessageCloud(t, { token: "a-wrong-token" });
  const texts = Array.from({ length: 30 }, (_, index) => eventText("Unauthorised", index));

  const first = await Promise.all(texts.map((data) => push(cloud, { data })));
  const { requests } = mixpanelOf(cloud).stats();
  const second = await Promise.all(texts.map((data) => push(cloud, { data })));

  assert.deepEqual(countStatuses(first), { 503: 30 });
  assert.deepEqual(countStatuses(second), { 503: 30 });
  assert.ok(requests > 0);
  assert.equal(mixpanelOf(cloud).stats().requests, requests);
  const critical = cloud.lines.filter(({ severity }) => severity === "CRITICAL");
  assert.equal(critical.length, 1);
  assert.ok(!JSON.stringify(cloud.lines).includes("a-wrong-token"));
  assert.deepEqual(cloud.deadLetters(), []);
});

test("a count that is off is never success, and settles by itself", async (t) => {
  const cloud = await startMessageCloud(t, {
    mixpanel: {
      faults: [
        { kind: "wrongCount", by: -1, match: { nth: 1 } },
        { kind: "resetAfterStore", match: { nth: 3 } },
      ],
    },
  });

  const answers = [
    await push(cloud, { data: [1, 2, 3].map((i) => eventText("Counted", i)).join("\n") }),
    await push(cloud, { data: eventText("Reset", 1) }),
  ];

  assert.deepEqual(countStatuses(answers), { 204: 2 });
  assert.deepEqual(shownOf(cloud, "Counted"), { distinct: 3, stored: 6 });
  assert.deepEqual(shownOf(cloud, "Reset"), { distinct: 1, stored: 2 });
});
