import assert from "node:assert/strict";
import { test } from "node:test";

import type { Fault, FaultEffect } from "../../local/mixpanel/faults.ts";
import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { startObjectCloud } from "../support/local-cloud.ts";
import { until } from "../support/until.ts";
import {
  eventLines,
  importObject,
  inShort,
  linesWith,
  mixpanelOf,
  shownOf,
} from "./object-scenario.ts";
import { lines, propertiesOf, updatesReceipt, userLines, usersOf } from "./profile-scenario.ts";

const TOKEN = "abcdefrecognisabletoken";
const ENGAGE = { endpoint: "engage" } as const;

/** A fault of the next requests with updates of users. */
function fault(effect: FaultEffect, count?: number): Fault {
  return { ...effect, match: { ...ENGAGE, ...(count !== undefined && { count }) } };
}

test("events, users and groups in one object", async (t) => {
  const cloud = await startObjectCloud(t, { mixpanel: { token: TOKEN } });

  await t.test("all go where they belong, and add up in one receipt", async () => {
    const user = { $distinct_id: "ann" };
    const group = { $group_key: "company", $group_id: "acme" };
    const refused = [
      { ...user, $add: { n: 1 } },
      { ...user, ...group, $set: {} },
      { ...user, $set: {}, $unset: ["a"] },
      { ...user, $set: {}, $token: "of-somebody-else" },
      { event: "both", properties: { time: 1_760_000_000 }, ...user, $set: {} },
    ];
    const text =
      eventLines(100, "mixed") +
      lines({ ...user, $set: { plan: "free", n: 1 } }, { ...group, $set: { size: 7 } }) +
      userLines(500, "mixed") +
      lines(...refused) +
      lines(
        { ...user, $set: { plan: "pro" }, $token: TOKEN },
        { ...user, $union: { l: ["a", "b"] } },
      );
    await importObject(cloud, "mixed", text);

    const receipt = await updatesReceipt(cloud, "mixed");
    assert.equal(receipt.state, "complete");
    assert.deepEqual(receipt.records, { read: 609, dropped: 0, unusable: 5, used: 604 });
    assert.deepEqual(receipt.events, { produced: 100, imported: 100, rejected: 0, idsAdded: 0 });
    assert.deepEqual(receipt.profiles, {
      produced: 503,
      imported: 503,
      rejected: 0,
      unconfirmed: 0,
    });
    assert.deepEqual(receipt.groups, { produced: 1, imported: 1, rejected: 0, unconfirmed: 0 });
    assert.equal(shownOf(cloud, "mixed").distinct, 100);
    assert.deepEqual(propertiesOf(cloud, "ann"), { plan: "pro", n: 1, l: ["a", "b"] });
    assert.deepEqual(propertiesOf(cloud, "acme", "group"), { size: 7 });
    assert.equal(usersOf(cloud, "mixed"), 500);
    const dead = inShort(cloud.deadLetters());
    assert.deepEqual(
      dead.map(({ reason, field, error }) => [reason, field, error]),
      [
        ["invalid", "$add", "not allowed: the setting profileOperators leaves it out"],
        ["invalid", "$distinct_id", "the ids of a user and of a group in one record"],
        ["invalid", "", "several profile operators: it takes one"],
        ["invalid", "$token", "of another project: leave it out"],
        ["invalid", "", "an event and a profile update in one record"],
      ],
    );
  });

  await t.test("the token is in no log line, no receipt and no dead letter of ours", () => {
    const logged = cloud.lines.map((line) => JSON.stringify(line)).join("\n");
    assert.ok(!logged.includes(TOKEN));
    assert.ok(!logged.includes("ann"));
  });
});

test("what Mixpanel does with updates", async (t) => {
  const cloud = await startObjectCloud(t, { mixpanel: { token: TOKEN } });
  const mixpanel = mixpanelOf(cloud);

  const switches = [
    {},
    { partialUpdates: "refuse-all" },
    { partialStatus: 0 },
    { errorKey: "id" },
    { errorValue: "list" },
    { partialUpdates: "refuse-all", errorKey: "id" },
  ] as const;
  const silences: readonly (FaultEffect | undefined)[] = [
    undefined,
    { kind: "stringsInFailedRecords" },
    { kind: "dropFailedRecords" },
  ];
  for (const [number, changed] of switches.entries())
    for (const silence of silences)
      await t.test(`a refused update alone: ${JSON.stringify([changed, silence])}`, async () => {
        const name = `alone ${number} ${silence?.kind ?? ""}`;
        const bad = { $distinct_id: "bad", $union: { l: [true] } };
        mixpanel.setSwitches(changed);
        mixpanel.setFaults(silence === undefined ? [] : [fault(silence)]);
        const [first = "", ...rest] = userLines(300, name).split(/(?<=\n)/);
        await importObject(cloud, name, first + lines(bad) + rest.join(""));
        mixpanel.setFaults([]);
        mixpanel.setSwitches({
          ...{ partialUpdates: "apply", partialStatus: 1, errorKey: "index", errorValue: "text" },
        });

        const { profiles } = await updatesReceipt(cloud, name);
        const counts = { produced: 301, imported: 300, rejected: 1, unconfirmed: 0 };
        assert.deepEqual(profiles, counts);
        assert.equal(usersOf(cloud, name), 300);
        const [dead, ...others] = inShort(cloud.deadLetters());
        assert.deepEqual(others, []);
        assert.deepEqual([dead?.["reason"], dead?.["lines"]], ["rejected", "2"]);
        assert.equal(dead?.["data"], JSON.stringify(bad));
      });

  const passing: readonly Fault[] = [
    fault({ kind: "status", status: 503 }, 1),
    fault({ kind: "status", status: 429 }, 1),
    fault({ kind: "resetBeforeStore" }, 1),
    fault({ kind: "resetAfterStore" }, 1),
    fault({ kind: "htmlBody200" }, 1),
    fault({ kind: "cutBody" }, 1),
    fault({ kind: "emptyBody" }, 1),
    fault({ kind: "wrongCount", by: -3 }, 1),
    fault({ kind: "limitBytes", bytes: 20_000 }),
  ];
  for (const one of passing)
    await t.test(`passes: ${one.kind} ${"status" in one ? one.status : ""}`, async () => {
      const name = `passing ${JSON.stringify(one)}`.replaceAll(/\W+/g, "-");
      mixpanel.setFaults([one]);
      await importObject(cloud, name, userLines(400, name));
      mixpanel.setFaults([]);
      const { profiles } = await updatesReceipt(cloud, name);
      assert.deepEqual(profiles, { produced: 400, imported: 400, rejected: 0, unconfirmed: 0 });
      assert.equal(usersOf(cloud, name), 400);
    });

  await t.test("no count: they are unconfirmed, with a WARNING", async () => {
    mixpanel.setFaults([fault({ kind: "noCount" })]);
    await importObject(cloud, "uncounted", userLines(10, "uncounted"));
    mixpanel.setFaults([]);
    const { profiles } = await updatesReceipt(cloud, "uncounted");
    assert.deepEqual(profiles, { produced: 10, imported: 0, rejected: 0, unconfirmed: 10 });
    const [line] = linesWith(cloud, "Updates unconfirmed");
    assert.deepEqual([line?.severity, line?.["count"]], ["WARNING", 10]);
    const complete = linesWith(cloud, "Import complete").at(-1);
    assert.deepEqual([complete?.severity, complete?.["success"]], ["WARNING", false]);
  });
});

test("updates wait for the proof of the token", async (t) => {
  const cloud = await startObjectCloud(t, { mixpanel: { token: TOKEN } });
  const mixpanel = mixpanelOf(cloud);
  mixpanel.setFaults([{ kind: "status", status: 401, match: { endpoint: "import" } }]);
  await cloud.upload("waiting", userLines(10, "waiting"));
  const { objectsSubscription } = CLOUD_NAMES;
  await until(() => cloud.pubsub.stats(objectsSubscription).refused > 1, "two runs in vain");
  assert.equal(linesWith(cloud, "Mixpanel refused the credentials").length, 1);
  assert.equal(usersOf(cloud, "waiting"), 0);
  assert.equal(mixpanel.stats().profiles.updatesApplied, 0);
});
