import assert from "node:assert/strict";
import { test } from "node:test";

import type { DeadLetter } from "../../../cli/replay/letter.ts";
import { recordsOf } from "../../../cli/replay/letter-records.ts";
import { repairRecord, sourceFor } from "../../../cli/replay/repair.ts";
import { repaired, unchanged } from "../../../cli/replay/replacement.ts";
import type { Transform } from "../../../functions/event/transform-contract.ts";
import { identity } from "../../../functions/event/transform-contract.ts";
import type { OutgoingMessage } from "../../../functions/google/publisher.ts";
import { readData } from "../../../functions/messages/message-data.ts";
import { messageOrigin } from "../../../functions/messages/message-origin.ts";
import { prepareMessage } from "../../../functions/messages/prepare-message.ts";
import { toDeadRecord } from "../../../functions/objects/slice.ts";
import { toDeadLetters } from "../../../functions/records/dead-letter.ts";
import { syntheticInsertId } from "../../../functions/records/insert-id.ts";
import { sentTextOf } from "../../functions/support/prepared.ts";
import { createRecordPreparer } from "../../../functions/records/prepare-record.ts";

// With SYNTHETIC_ID=position an event's id is made of its place: a replay must keep that place, or
// Mixpanel takes the event for another one of the same id, and hides it.

const NOW = Date.UTC(2026, 0, 1);
const GOOD = '{"event":"e","properties":{"time":1}}';
const BAD = '{"event":"e","properties":{}}';
const withTime: Transform = (record) => ({ ...record, properties: { time: 1 } });

type Attributes = Readonly<Record<string, string>>;

/** What importMessages makes of a message: ids of events, and dead letters. */
function importMessage(
  data: Buffer | string,
  messageId: string,
  attributes: Attributes = {},
  transform: Transform = identity,
) {
  const message = { data: Buffer.from(data), attributes, messageId, publishTime: "" };
  const origin = messageOrigin({ ...message, subscription: "s", deliveryAttempt: 1 });
  const preparer = createRecordPreparer({
    ...{ transform, locateByRequest: true, syntheticId: "position" },
  });
  const read = readData(message.data, attributes);
  const slices = [...prepareMessage({ read, deliveryAttempt: 1 }, origin, preparer, NOW)];
  const ids = slices.flatMap(({ events }) => events).map((event) => idOf(sentTextOf(event)));
  const dead = slices.flatMap(({ tally }) => tally.dead);
  return { ids, letters: toDeadLetters(dead, origin.deadLetters, "bytes").map(toLetter) };
}

function idOf(event: string): string {
  const parsed = JSON.parse(event) as { readonly properties: { readonly $insert_id: string } };
  return parsed.properties.$insert_id;
}

function toLetter({ data, attributes }: OutgoingMessage): DeadLetter {
  return { messageId: "letter", publishTime: "", data, attributes };
}

/** Imports what a replay sends for a letter. */
function importReplay(letter: DeadLetter | undefined, repair?: Transform, later?: Transform) {
  assert.ok(letter);
  const replacement =
    repair === undefined
      ? unchanged(letter)
      : repaired(
          letter,
          recordsOf(letter).map((record, index) =>
            repairRecord(record, index, {
              ...{ transform: repair, letter, source: sourceFor(letter) },
            }),
          ),
          false,
        );
  assert.equal(replacement.kind, "replace");
  const [message] = replacement.messages;
  assert.ok(message);
  return importMessage(message.data, "another", message.attributes, later);
}

const at = (position: string, ordinal = 0): string => syntheticInsertId(position, ordinal);

test("a replayed record of a message has the id of its place in that message", () => {
  const { ids, letters } = importMessage([GOOD, BAD, BAD, GOOD].join("\n"), "m");

  assert.deepEqual(ids, [at("m:0"), at("m:3")]);
  assert.deepEqual(importReplay(letters[0], withTime).ids, [at("m:1"), at("m:2")]);
});

test("one that dies once more still has it", () => {
  const { letters } = importMessage([GOOD, GOOD, BAD].join("\n"), "m");
  const again = importReplay(letters[0]).letters;

  assert.equal(again[0]?.attributes["positions"], "2");
  assert.deepEqual(importReplay(again[0], withTime).ids, [at("m:2")]);
});

test("several events of a repaired record have the ids of the events that it would have had", () => {
  const twice: Transform = (record, context) => {
    const event = withTime(record, context);
    return [event, event] as unknown as ReturnType<Transform>;
  };
  const { letters } = importMessage([GOOD, BAD].join("\n"), "m");

  assert.deepEqual(importReplay(letters[0], twice).ids, [at("m:1"), at("m:1", 1)]);
});

test("several records of a repaired one, of which the stack makes events, have an id each", () => {
  const twice: Transform = () => [{ order: 1 }, { order: 1 }];
  const toEvent: Transform = () => ({ event: "e", properties: { time: 1 } });
  const { letters } = importMessage(BAD, "m");

  assert.deepEqual(importReplay(letters[0], twice, toEvent).ids, [at("m:0"), at("m:0.1")]);
});

test("records of one line of an object have their offset's", () => {
  const bytes = Buffer.from(`[${BAD},${BAD}]`);
  const dead = [1, 1 + BAD.length + 1].map((offset) =>
    toDeadRecord(
      { bytes, start: offset, end: offset + BAD.length, offset, line: 1, hasLineBreaks: false },
      { reason: "invalid", field: "time", error: "missing" },
    ),
  );
  const [letter] = toDeadLetters(
    dead,
    {
      ...{ source: "gs://b/o#5", original: {}, hasLines: true, replays: 0 },
      attributes: { bucketId: "b", objectId: "o", objectGeneration: "5" },
    },
    "bytes",
  ).map(toLetter);

  assert.deepEqual(importReplay(letter, withTime).ids, [
    at("gs://b/o#5:1"),
    at(`gs://b/o#5:${2 + BAD.length}`),
  ]);
});

const withoutPlace: readonly [string, Attributes, string][] = [
  ["that does not know the place", {}, [BAD, '{"event":"f","properties":{}}'].join("\n")],
  [
    "of which somebody has taken records out",
    { positions: "0,1,2", records: "3" },
    [BAD, '{"event":"f","properties":{}}'].join("\n"),
  ],
];

for (const [name, attributes, data] of withoutPlace)
  test(`records of a letter ${name} have ids of their bytes`, () => {
    const letter = toLetter({
      data: Buffer.from(data),
      attributes: {
        ...{ version: "1", replays: "0", messageId: "m", source: "s", records: "2" },
        ...attributes,
      },
    });

    const { ids } = importReplay(letter, withTime);

    assert.deepEqual(
      ids,
      data.split("\n").map((record) => syntheticInsertId(Buffer.from(record), 0)),
    );
    assert.deepEqual(importReplay(letter, withTime).ids, ids);
  });
