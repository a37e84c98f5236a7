import assert from "node:assert/strict";
import { test } from "node:test";

import type { Fault } from "../../local/mixpanel/faults.ts";
import { event, ndjson } from "../support/factories.ts";
import { startObjectCloud } from "../support/local-cloud.ts";
import {
  assertComplete,
  eventLines,
  importObject,
  inShort,
  linesWith,
  mixpanelOf,
  receiptOf,
  shownOf,
  until,
} from "./object-scenario.ts";

const TOKEN = "abcdefrecognisabletoken";
const MESSAGE = "a response's own words";

/** An event that passes our checks, but not Mixpanel's: it is older than Mixpanel takes. */
function refused(name: string): string {
  return ndjson([
    event({
      event: name,
      properties: { time: 1, $insert_id: `${name.replaceAll(" ", "-")}-refused` },
    }),
  ]);
}

/** `count` good events with refused ones after the `at`-th each. */
function withRefused(name: string, count: number, at: readonly number[]): string {
  const lines = eventLines(count, name).split(/(?<=\n)/);
  return lines.map((line, index) => (at.includes(index) ? refused(name) + line : line)).join("");
}

test("every response of Mixpanel", async (t) => {
  const cloud = await startObjectCloud(t, {
    mixpanel: { token: TOKEN },
    delivery: { importObject: { maxOutstanding: 8, maxDeliveryAttempts: 50 } },
  });
  const mixpanel = mixpanelOf(cloud);
  const requestsFor = async (name: string): Promise<number> =>
    (await receiptOf(cloud, name)).requests;

  await t.test(
    "rows: the named events are dead letters with Mixpanel's words, the others are in",
    async () => {
      await importObject(cloud, "rows", withRefused("rows", 500, [0, 250, 499]));

      const receipt = await receiptOf(cloud, "rows");
      assert.equal(receipt.state, "complete");
      assert.deepEqual(receipt.events, { produced: 503, imported: 500, rejected: 3, idsAdded: 0 });
      assert.deepEqual(receipt.firstError, {
        reason: "rejected",
        field: "properties.time",
        line: 1,
      });
      assert.equal(shownOf(cloud, "rows").distinct, 500);
      const [dead, ...others] = inShort(cloud.deadLetters());
      assert.deepEqual(others, []);
      assert.equal(dead?.["reason"], "rejected");
      assert.equal(dead["lines"], "1,252,502");
      assert.equal(
        dead["data"],
        `${refused("rows")}${refused("rows")}${refused("rows")}`.trimEnd(),
      );
      const logged = cloud.lines.map((line) => JSON.stringify(line)).join("\n");
      assert.ok(!logged.includes(dead["error"] ?? ""), "Mixpanel's words are in no log line");
    },
  );

  await t.test("rows with the other name of the id", async () => {
    mixpanel.setSwitches({ failedRecordKey: "$insert_id" });
    await importObject(cloud, "key", withRefused("key", 10, [5]));

    mixpanel.setSwitches({ failedRecordKey: "insert_id" });
    assert.equal((await receiptOf(cloud, "key")).events.rejected, 1);
    assert.equal(inShort(cloud.deadLetters())[0]?.["lines"], "6");
  });

  const unexplained: readonly (readonly [string, Fault])[] = [
    ["texts instead of rows", { kind: "stringsInFailedRecords" }],
    ["no rows at all", { kind: "dropFailedRecords" }],
    ["rows for some only", { kind: "cutFailedRecords", keep: 1 }],
  ];
  for (const [name, fault] of unexplained) {
    await t.test(`${name}: the culprits are found at logarithmic cost`, async () => {
      mixpanel.setFaults([{ ...fault, match: { event: name } }]);

      await importObject(cloud, name, withRefused(name, 1000, [100, 900]));

      mixpanel.setFaults([]);
      const { events } = await receiptOf(cloud, name);
      assert.deepEqual(events, { produced: 1002, imported: 1000, rejected: 2, idsAdded: 0 });
      assert.ok((await requestsFor(name)) <= 50, String(await requestsFor(name)));
      assert.equal(shownOf(cloud, name).distinct, 1000);
      const lines = inShort(cloud.deadLetters()).flatMap((dead) => dead["lines"]?.split(",") ?? []);
      assert.deepEqual(lines.toSorted(), ["101", "902"]);
    });
  }

  await t.test("a count that is off once is asked again", async () => {
    mixpanel.setFaults([{ kind: "wrongCount", by: -1, match: { event: "off", count: 1 } }]);

    await importObject(cloud, "off", eventLines(100, "off"));

    await assertComplete(cloud, "off", "off", 100);
    assert.equal(await requestsFor("off"), 2);
  });

  await t.test("an event that Mixpanel accepts but never imports is rejected", async () => {
    mixpanel.setFaults([{ kind: "loseEvents", event: "lost" }]);
    const lost = ndjson([event({ event: "lost" })]);

    await importObject(
      cloud,
      "lossy",
      eventLines(100, "lossy") + lost + eventLines(100, "lossy", 100),
    );

    mixpanel.setFaults([]);
    assert.deepEqual((await receiptOf(cloud, "lossy")).events.rejected, 1);
    assert.equal(shownOf(cloud, "lossy").distinct, 200);
    const [dead] = inShort(cloud.deadLetters());
    assert.equal(dead?.["error"], "accepted but not imported");
    assert.equal(dead["lines"], "101");
  });

  await t.test("413: the limit is read, kept to and remembered", async () => {
    mixpanel.clear();
    mixpanel.setFaults([{ kind: "limitBytes", bytes: 100_000 }]);

    await importObject(cloud, "limited", eventLines(6000, "limited"));
    const refusals = mixpanel.stats().requestsByStatus["413"] ?? 0;
    await importObject(cloud, "limited later", eventLines(1000, "limited later"));

    mixpanel.setFaults([]);
    await assertComplete(cloud, "limited", "limited", 6000);
    await assertComplete(cloud, "limited later", "limited later", 1000);
    // Those that were under way when the first response came.
    assert.ok(refusals >= 1 && refusals <= 4, String(refusals));
    assert.equal(mixpanel.stats().requestsByStatus["413"], refusals);
  });

  await t.test("identity events that a project has no use for reject only themselves", async () => {
    const identify = (index: number): string =>
      ndjson([event({ event: "$identify", properties: { $identified_id: `u${index}` } })]);

    await importObject(cloud, "identity", identify(1) + eventLines(300, "identity") + identify(2));

    assert.deepEqual((await receiptOf(cloud, "identity")).events.rejected, 2);
    assert.equal(shownOf(cloud, "identity").distinct, 300);
    const [dead] = inShort(cloud.deadLetters());
    assert.equal(dead?.["lines"], "1,302");
    assert.match(dead["error"] ?? "", /identity events are not allowed/);
  });

  await t.test(
    "what is worth another attempt is sent again with the same bytes and ids",
    async () => {
      mixpanel.clear();
      const faults: Readonly<Record<string, Fault>> = {
        "reset before": { kind: "resetBeforeStore" },
        "reset after": { kind: "resetAfterStore" },
        "html 200": { kind: "htmlBody200" },
        "empty 200": { kind: "emptyBody" },
        "cut 200": { kind: "cutBody" },
        "502": { kind: "status", status: 502 },
        "500 stored": { kind: "status", status: 500, stored: true },
        "429 later": { kind: "status", status: 429, retryAfter: 8 },
      };
      const names = Object.keys(faults);
      mixpanel.setFaults(
        Object.entries(faults).map(([name, fault]) => ({
          ...fault,
          match: { event: name, count: 1 },
        })),
      );
      // Events without an id: it has to be the same in both attempts.
      const nameless = (name: string): string =>
        ndjson([event({ event: name, properties: { $insert_id: undefined } })]);

      await Promise.all(
        names.map((name) => cloud.upload(name, eventLines(20, name) + nameless(name))),
      );
      await cloud.idle();

      mixpanel.setFaults([]);
      for (const name of names) {
        const receipt = await assertComplete(cloud, name, name, 21);
        assert.equal(receipt.retries, 1, name);
        assert.equal(receipt.runs, 1, name);
      }
      const { atMs = 0 } = mixpanel.requests().find(({ status }) => status === "429") ?? {};
      const later = mixpanel.requests().filter((request) => request.atMs > atMs + 1000);
      assert.ok(later.length > 0);
      for (const request of later) assert.ok(request.atMs - atMs >= 7900, "Retry-After is kept");
    },
  );

  await t.test(
    "what refuses everything is an outage: nothing is shed, and it goes on afterwards",
    async () => {
      mixpanel.setFaults([{ kind: "refuseBatch", records: "none", error: MESSAGE }]);

      await cloud.upload("outage", eventLines(500, "outage"));
      await until(() => linesWith(cloud, "Import postponed").length > 2, "redeliveries");
      const requests = mixpanel.stats().requests;
      await until(() => linesWith(cloud, "Import postponed").length > 4, "more redeliveries");

      assert.equal(mixpanel.stats().requests, requests, "the circuitBreaker keeps requests back");
      assert.equal((await cloud.receipts()).has("outage"), false);
      assert.deepEqual(cloud.deadLetters(), []);
      mixpanel.setFaults([]);
      // A new instance has a closed circuitBreaker: here it stands for the 30 seconds.
      cloud.functions.importObject.kill();
      await cloud.idle();
      await assertComplete(cloud, "outage", "outage", 500);
    },
  );

  for (const status of [401, 403]) {
    await t.test(
      `${status} is CRITICAL and pauses: nothing is shed, and all is in once it is mended`,
      async () => {
        mixpanel.setFaults([{ kind: "status", status, body: "json" }]);
        const name = `refused ${status}`;
        const before = linesWith(cloud, "Import postponed").length;

        await cloud.upload(name, eventLines(1500, name));
        await until(() => linesWith(cloud, "Import postponed").length > before + 2, "redeliveries");

        const critical = cloud.lines.filter(
          (line) => line.severity === "CRITICAL" && line["status"] === status,
        );
        assert.equal(critical.length, 1);
        assert.match(String(critical[0]?.["advice"]), /mixpanelToken/);
        assert.equal((await cloud.receipts()).has(name), false);
        mixpanel.setFaults([]);
        cloud.functions.importObject.kill();
        await cloud.idle();
        await assertComplete(cloud, name, name, 1500);
      },
    );
  }

  await t.test("neither the token nor what Mixpanel said is in any line or receipt", async () => {
    const written = [
      ...cloud.lines.map((line) => JSON.stringify(line)),
      ...[...(await cloud.receipts()).values()].map((receipt) => JSON.stringify(receipt)),
      cloud.functions.importObject.current().stderr(),
    ];

    for (const text of written) assert.ok(!text.includes(TOKEN) && !text.includes(MESSAGE), text);
  });
});
