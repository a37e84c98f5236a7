import assert from "node:assert/strict";
import { test } from "node:test";

import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { startMessageCloud, type DeadLetter } from "../support/local-cloud.ts";
import {
  countStatuses,
  eventText,
  linesWith,
  mixpanelOf,
  publishWith,
  push,
  readable,
  shownOf,
  startPublishGate,
} from "./message-scenario.ts";

test("poison among messages", async (t) => {
  const gate = await startPublishGate();
  t.after(() => gate.stop());
  const cloud = await startMessageCloud(t, {
    environment: { importMessages: { PUBSUB_EMULATOR_HOST: gate.host } },
  });
  gate.forward(cloud.pubsub.url);
  const mixpanel = mixpanelOf(cloud);
  /** Too old for Mixpanel, which says so in a row of failed_records. */
  const poison = (name: string, index: number): string => eventText(name, index, { time: 1 });

  await t.test(
    "what Mixpanel or our checks refuse is a dead letter with its message's attributes",
    async () => {
      const good = Array.from({ length: 200 }, (_, index) => eventText("Good", index));
      const refused = poison("Good", 1000);
      const untimed = eventText("Good", 1001, { time: undefined });

      cloud.publish(...good.slice(0, 100));
      const [refusedId = ""] = publishWith(cloud, { kind: "web", "ä b": "ü" }, refused);
      const [untimedId = ""] = publishWith(
        cloud,
        {},
        `${untimed}\nnot JSON\n${eventText("Good", 200)}`,
      );
      cloud.publish(...good.slice(100));
      await cloud.idle();

      assert.deepEqual(shownOf(cloud, "Good"), { distinct: 201, stored: 201 });
      const dead = readable(cloud.deadLetters());
      assert.deepEqual(
        dead.map(({ text }) => text),
        ["not JSON", refused, untimed].sort(),
      );
      const withoutTime = (attributes: Readonly<Record<string, string>> = {}) => {
        assert.match(attributes["publishTime"] ?? "", /^\d{4}-\d\d-\d\dT/);
        return { ...attributes, publishTime: "" };
      };
      const common = {
        version: "1",
        records: "1",
        source: CLOUD_NAMES.eventsSubscription,
        publishTime: "",
        replays: "0",
      };
      const of = (text: string) =>
        withoutTime(dead.find((letter) => letter.text === text)?.attributes);
      assert.deepEqual(of(refused), {
        ...common,
        reason: "rejected",
        field: "properties.time",
        error: "'properties.time' is invalid: must not be before 1971-01-01",
        messageId: refusedId,
        "original.kind": "web",
        "original.ä b": "ü",
      });
      assert.deepEqual(of(untimed), {
        ...common,
        reason: "invalid",
        field: "properties.time",
        error: "missing",
        messageId: untimedId,
      });
      assert.deepEqual(of("not JSON"), {
        ...common,
        reason: "malformed",
        field: "",
        error: "not valid JSON",
        messageId: untimedId,
      });
    },
  );

  const wholeRefusals = [
    { name: "with texts in failed_records", records: "strings" },
    { name: "without failed_records", records: "none" },
  ] as const;
  for (const { name, records } of wholeRefusals)
    await t.test(`a batch refused ${name} loses only its culprits`, async () => {
      mixpanel.setFaults([
        { kind: "refuseBatch", records, match: { event: `Culprit ${records}` } },
      ]);
      const event = `Neighbour ${records}`;
      const culprits = [1, 2].map((index) => eventText(`Culprit ${records}`, index));
      const neighbours = Array.from({ length: 60 }, (_, index) => eventText(event, index));

      const texts = [...neighbours.slice(0, 20), ...culprits, ...neighbours.slice(20)];
      // A culprit that no event was accepted after waits for its redelivery.
      cloud.publish(...texts);
      await cloud.idle();
      mixpanel.setFaults([]);

      // One that had passed may be sent once more, to see whether Mixpanel is still well.
      assert.equal(shownOf(cloud, event).distinct, 60);
      assert.deepEqual(
        readable(cloud.deadLetters()).map(({ text }) => text),
        culprits,
      );
    });

  await t.test("messages that die at the same moment share publish requests", async () => {
    const before = gate.requests.length;
    const texts = Array.from({ length: 200 }, (_, index) => poison("Dying", index));

    const answers = await Promise.all(texts.map((data) => push(cloud, { data })));

    assert.deepEqual(countStatuses(answers), { 204: 200 });
    assert.equal(cloud.deadLetters().length, 200);
    assert.ok(gate.requests.length - before <= 20, `${gate.requests.length - before} requests`);
  });

  await t.test(
    "a dead letter that cannot be published is redelivered, its neighbours are not",
    async () => {
      const stuck = poison("Stuck", 1);
      const others = Array.from({ length: 20 }, (_, index) => poison("Stuck", index + 2));
      const good = Array.from({ length: 20 }, (_, index) => eventText("Unstuck", index));
      // 400 is a refusal for good: it is the one message's fault.
      gate.refuse((texts) => (texts.includes(stuck) ? 400 : undefined));

      const texts = [stuck, ...others, ...good];
      const answers = await Promise.all(texts.map((data) => push(cloud, { data })));

      assert.deepEqual(countStatuses(answers), { 204: 40, 503: 1 });
      assert.equal(answers[0]?.status, 503);
      assert.deepEqual(
        readable(cloud.deadLetters()).map(({ text }) => text),
        [...others].sort(),
      );
      assert.deepEqual(shownOf(cloud, "Unstuck"), { distinct: 20, stored: 20 });

      gate.refuse(() => undefined);
      assert.equal((await push(cloud, { data: stuck })).status, 204);
      assert.equal(cloud.deadLetters().length, 1);
    },
  );

  await t.test("while nothing can be published only messages with dead letters wait", async () => {
    let refusals = 3;
    gate.refuse(() => (refusals-- > 0 ? 403 : undefined));

    cloud.publish(poison("Waiting", 1), ...[1, 2, 3].map((index) => eventText("Passing", index)));
    await cloud.idle();

    assert.deepEqual(shownOf(cloud, "Passing"), { distinct: 3, stored: 3 });
    assert.equal(cloud.deadLetters().length, 1);
    assert.equal(linesWith(cloud, "Google refused the credentials").length, 3);
  });

  await t.test("a dead letter that fits in no publish request travels in parts", async () => {
    // As base64, both are more than a publish request takes: 9 MB, https://cloud.google.com/pubsub/quotas.
    const texts = [7_500_000, 9_900_000].map((length, index) => `"${index}${"x".repeat(length)}"`);

    const answers = await Promise.all([
      ...texts.map((data) => push(cloud, { data })),
      push(cloud, { data: poison("Small", 1) }),
    ]);

    assert.deepEqual(countStatuses(answers), { 204: 3 });
    const dead = cloud.deadLetters();
    assert.equal(dead.length, 5);
    assert.deepEqual(
      putTogether(dead).map((text) => text.length),
      texts.map((text) => text.length),
    );
    assert.ok(texts.every((text) => putTogether(dead).includes(text)));
    const records = dead.reduce((sum, { attributes }) => sum + Number(attributes["records"]), 0);
    assert.equal(records, 3);
    for (const { data } of dead) assert.ok(data.toString("base64").length < 9_000_000);
  });

  await t.test(
    "a replayed record that dies again keeps its source, lines and replays",
    async () => {
      const attributes = {
        version: "1",
        reason: "rejected",
        field: "properties.time",
        error: "old",
        records: "2",
        source: "gs://b/o.ndjson#7",
        bucketId: "b",
        objectId: "o.ndjson",
        objectGeneration: "7",
        lines: "3,9",
        replays: "1",
      };

      publishWith(cloud, attributes, `${eventText("Replayed", 1)}\n${poison("Replayed", 2)}`);
      await cloud.idle();

      assert.equal(shownOf(cloud, "Replayed").stored, 1);
      const [dead] = readable(cloud.deadLetters());
      assert.equal(dead?.text, poison("Replayed", 2));
      assert.deepEqual(dead.attributes, {
        ...attributes,
        records: "1",
        error: "'properties.time' is invalid: must not be before 1971-01-01",
        lines: "9",
      });
    },
  );
});

/**
 * The records that came in parts, the shortest first, as whoever only knows the attributes puts
 * them together.
 */
function putTogether(deadLetters: readonly DeadLetter[]): string[] {
  const part = ({ attributes }: DeadLetter): number => Number(attributes["part"]);
  const wholes = Map.groupBy(
    deadLetters.filter(({ attributes }) => attributes["part"] !== undefined),
    ({ attributes }) => attributes["sha256"],
  );
  return [...wholes.values()]
    .map((parts) => {
      const data = Buffer.concat(parts.sort((a, b) => part(a) - part(b)).map((one) => one.data));
      for (const { attributes } of parts) {
        assert.equal(attributes["parts"], String(parts.length));
        assert.equal(attributes["bytes"], String(data.length));
      }
      return data.toString("utf8");
    })
    .sort((a, b) => a.length - b.length);
}
