import assert from "node:assert/strict";
import { test } from "node:test";

import { identity } from "../../../functions/event/transform-contract.ts";
import { readData } from "../../../functions/messages/message-data.ts";
import { messageOrigin } from "../../../functions/messages/message-origin.ts";
import { prepareMessage } from "../../../functions/messages/prepare-message.ts";
import { toDeadLetters } from "../../../functions/records/dead-letter.ts";
import { createRecordPreparer } from "../../../functions/records/prepare-record.ts";

const NOW = Date.UTC(2026, 0, 1);
const ROW = {
  ...{ version: "1", replays: "1", source: "gs://b/o.csv#5", format: "csv" },
  ...{ bucketId: "b", objectId: "o.csv", objectGeneration: "5", lines: "3", records: "1" },
};
const preparer = createRecordPreparer({
  ...{ transform: identity, locateByRequest: true, syntheticId: "record" },
});

/** What importMessages makes of a replayed dead letter, and what it would give up again. */
function importReplay(data: string, attributes: Readonly<Record<string, string>>) {
  const origin = messageOrigin({
    ...{ data: Buffer.from(data), attributes, messageId: "77", publishTime: "" },
    ...{ subscription: "s", deliveryAttempt: 1 },
  });
  const read = readData(Buffer.from(data), attributes);
  const slices = [...prepareMessage({ read, deliveryAttempt: 1 }, origin, preparer, NOW)];
  const events = slices.flatMap((slice) =>
    slice.events.map(({ bytes, start, end }) => bytes.toString("utf8", start, end)),
  );
  const dead = slices.flatMap(({ tally }) => tally.dead);
  return { events, dead, letters: toDeadLetters(dead, origin.deadLetters, "bytes") };
}

test("a replayed row is an event of its columns, as in its file", () => {
  const row = '{"event":"Buy","time":"1760000000","distinct_id":"u1","price":"3"}';

  const { events, dead } = importReplay(row, ROW);

  assert.deepEqual(dead, []);
  assert.match(events[0] ?? "", /^\{"event":"Buy","properties":\{"time":1760000000,/);
});

test("one that somebody has edited may have line breaks", () => {
  const { events } = importReplay('{"event":"Buy",\n"time":1760000000}', ROW);

  assert.equal(events.length, 1);
  assert.ok(!events[0]?.includes("\n"));
});

test("a row that is refused again is a row still, of the same file and line", () => {
  const { letters } = importReplay('{"name":"Buy"}', ROW);

  const { attributes, data } = letters[0] ?? assert.fail();
  assert.equal(data.toString(), '{"name":"Buy"}');
  assert.deepEqual(
    [attributes["format"], attributes["lines"], attributes["replays"], attributes["objectId"]],
    ["csv", "3", "1", "o.csv"],
  );
});

test("what is no row is no row when it is replayed", () => {
  const { format: _format, ...attributes } = ROW;
  assert.equal(importReplay('{"event":"Buy","time":1760000000}', attributes).dead.length, 1);
});

test("records of a dead letter of several are its lines, whatever they look like", () => {
  const attributes = { ...ROW, format: "csv", records: "3", lines: "3,7-8" };
  const { dead } = importReplay('a,b\n[{"x":1}]\nc"', attributes);

  assert.deepEqual(
    dead.map(({ line, bytes }) => [line, bytes.toString()]),
    [
      [3, "a,b"],
      [7, '[{"x":1}]'],
      [8, 'c"'],
    ],
  );
});
