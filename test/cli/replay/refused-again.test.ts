import assert from "node:assert/strict";
import { test } from "node:test";

import { recordsOf } from "../../../cli/replay/letter-records.ts";
import { repairRecord, sourceFor, type Repair } from "../../../cli/replay/repair.ts";
import { formatReport } from "../../../cli/replay/replay-text.ts";
import { replay, survey } from "../../../cli/replay/replay.ts";
import { createPaint } from "../../../cli/terminal/paint.ts";
import type { JsonRecord, Transform } from "../../../functions/event/transform-contract.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";
import { deadLetter } from "./dead-letters.ts";

const { deadLetterTopic, deadLetterSubscription, eventsSubscription } = CLOUD_NAMES;
const STYLE = { paint: createPaint({}), columns: 80 };

/** As loadRepair makes one, without a file and a thread. */
function repairBy(transform: Transform): Repair {
  return {
    repair: (letters) =>
      letters.map((letter) =>
        recordsOf(letter).map((record, index) =>
          repairRecord(record, index, { transform, letter, source: sourceFor(letter) }),
        ),
      ),
  };
}

const event = (properties: JsonRecord) => ({ event: "e", properties });
const cases: readonly [string, object | readonly object[], string | undefined][] = [
  ["an event with all it needs", event({ time: 1 }), undefined],
  ["an event without a time", event({}), "properties.time: missing"],
  ["two of which one is none", [event({ time: 1 }), event({})], "properties.time: missing"],
  ["a placeholder for a user", event({ time: 1, distinct_id: "undefined" }), "placeholder"],
  ["what is no event yet", { name: "e" }, "event: missing"],
  ["an update", { $distinct_id: "u", $set: { a: 1 } }, undefined],
  ["one of an operator that a stack may allow", { $distinct_id: "u", $add: { a: 1 } }, undefined],
];

for (const [name, result, refusal] of cases)
  test(`a repair that makes ${name}: ${refusal ?? "nothing to say"}`, () => {
    const letter = { messageId: "9", publishTime: "", data: Buffer.from("{}"), attributes: {} };
    const transform = (() => result) as unknown as Transform;
    const [[repaired] = []] = repairBy(transform).repair([letter]);
    assert.equal(repaired?.kind, "sent");
    if (refusal === undefined) assert.equal(repaired.refusal, undefined);
    else assert.ok(repaired.refusal?.includes(refusal), repaired.refusal);
  });

test("what no repair touches is counted, too, when the functions would refuse it again", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  pubsub.publish(deadLetterTopic, [
    deadLetter(`${JSON.stringify(event({ time: 1 }))}\n${JSON.stringify(event({}))}`, {
      records: "2",
    }),
    deadLetter("not JSON"),
  ]);
  const found = await survey(connection, { filter: {}, expected: 2 });
  assert.deepEqual([found.total.sent, found.refusedAgain], [3, 2]);
  const text = formatReport(found, { tense: "would" }, STYLE);
  assert.match(text, /^ {4}2 would be refused again: (properties\.time: missing|not valid JSON)/m);
});

test("what would be refused again is counted and shown; what no transform can make smaller stays", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  pubsub.publish(deadLetterTopic, [
    deadLetter('{"n":1}\n{"n":2}\n{"n":3}', { records: "3", field: "event" }),
    deadLetter('{"n":4}', { field: "event" }),
  ]);
  const repair = repairBy((record) => {
    const { n } = record as { readonly n: number };
    if (n === 4) return event({ time: 1, text: "x".repeat(1_100_000) });
    return n === 2 ? event({ time: 1 }) : event({});
  });
  const plan = { filter: {}, repair, expected: 2 };

  const found = await survey(connection, { ...plan, withExamples: true });
  assert.deepEqual([found.total.sent, found.total.unrepaired, found.refusedAgain], [3, 1, 2]);
  const text = formatReport(found, { tense: "would" }, STYLE);
  assert.match(text, /^ {4}2 would be refused again: properties\.time: missing$/m);
  assert.match(text, /^ {6}would be refused again: properties\.time: missing$/m);
  assert.match(text, /^2 records would be refused again, unless the transform of the/m);
  assert.match(text, /^ {4}1 not repaired, left as dead letters: larger than 1 MB$/m);

  const done = await replay(connection, plan);
  assert.deepEqual([done.total.replaced, done.total.left, done.refusedAgain], [1, 1, 2]);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 1);
  const sent = pubsub.pull(eventsSubscription, 10);
  assert.equal(sent.length, 1);
});
