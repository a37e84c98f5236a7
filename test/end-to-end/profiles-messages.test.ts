import assert from "node:assert/strict";
import { test } from "node:test";

import { eventText, linesWith, mixpanelOf, readable, shownOf } from "./message-scenario.ts";
import { startMessageCloud } from "../support/local-cloud.ts";
import { lines, propertiesOf, userLines, usersOf } from "./profile-scenario.ts";

/** The sums of all lines about messages. */
function settled(lineList: readonly Readonly<Record<string, unknown>>[], kind: string) {
  const counts = lineList.map((line) => line[kind] as Record<string, number>);
  const sum = (name: string): number =>
    counts.reduce((total, count) => total + (count[name] ?? 0), 0);
  return [sum("produced"), sum("imported"), sum("rejected"), sum("unconfirmed")];
}

test("messages with events, users and groups", async (t) => {
  const cloud = await startMessageCloud(t);
  const mixpanel = mixpanelOf(cloud);

  await t.test("all go where they belong", async () => {
    const texts = Array.from({ length: 200 }, (_, index) =>
      lines({ $distinct_id: `single-${index}`, $set: { n: index } }),
    );
    cloud.publish(
      ...texts,
      eventText("mixed", 1),
      eventText("mixed", 2) + "\n" + lines({ $distinct_id: "ann", $set: { plan: "pro" } }),
      lines({ $group_key: "company", $group_id: "acme", $set: { size: 7 } }),
    );
    await cloud.idle();
    assert.equal(usersOf(cloud, "single"), 200);
    assert.equal(shownOf(cloud, "mixed").distinct, 2);
    assert.deepEqual(propertiesOf(cloud, "ann"), { plan: "pro" });
    assert.deepEqual(propertiesOf(cloud, "acme", "group"), { size: 7 });
    const summary = linesWith(cloud, "Messages settled");
    assert.deepEqual(settled(summary, "profiles"), [201, 201, 0, 0]);
    assert.deepEqual(settled(summary, "groups"), [1, 1, 0, 0]);
  });

  await t.test("the updates of one message keep their order", async () => {
    const updates = Array.from({ length: 500 }, (_, n) => ({ $distinct_id: "bob", $set: { n } }));
    cloud.publish(lines(...updates));
    await cloud.idle();
    assert.deepEqual(propertiesOf(cloud, "bob"), { n: 499 });
  });

  await t.test("what is refused is a dead letter of its message, and the rest is in", async () => {
    cloud.deadLetters();
    const bad = { $distinct_id: "bad", $union: { l: [true] } };
    const text = userLines(20, "rest") + lines(bad, { $distinct_id: "x", $delete: "" });
    cloud.publish(text);
    await cloud.idle();
    assert.equal(usersOf(cloud, "rest"), 20);
    assert.deepEqual(
      readable(cloud.deadLetters()).map(({ text: data, attributes }) => [
        data,
        attributes["reason"],
        attributes["field"],
      ]),
      [
        [JSON.stringify(bad), "rejected", ""],
        ['{"$distinct_id":"x","$delete":""}', "invalid", "$delete"],
      ],
    );
  });

  await t.test("a refusal of some time has them delivered again", async () => {
    mixpanel.setFaults([
      { kind: "refuseBatch", match: { endpoint: "engage", nth: [1, 2, 3, 4, 5, 6] } },
    ]);
    cloud.publish(...userLines(5, "again").trimEnd().split("\n"));
    await cloud.idle();
    mixpanel.setFaults([]);
    assert.equal(usersOf(cloud, "again"), 5);
    assert.deepEqual(cloud.deadLetters(), []);
  });

  await t.test("without a count they are unconfirmed, and done with", async () => {
    mixpanel.setFaults([{ kind: "noCount", match: { endpoint: "groups" } }]);
    cloud.publish(lines({ $group_key: "company", $group_id: "other", $set: { a: 1 } }));
    await cloud.idle();
    mixpanel.setFaults([]);
    assert.equal(linesWith(cloud, "Updates unconfirmed").length, 1);
    const last = linesWith(cloud, "Messages settled").slice(-1);
    assert.equal(last[0]?.severity, "WARNING");
    assert.deepEqual(settled(last, "groups"), [1, 0, 0, 1]);
  });
});
