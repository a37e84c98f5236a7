import assert from "node:assert/strict";
import { test } from "node:test";

import { assertBalanced } from "../../../functions/records/counters.ts";
import { logDelivery } from "../../../functions/messages/delivery-log.ts";
import { readData } from "../../../functions/messages/message-data.ts";
import { messageOrigin } from "../../../functions/messages/message-origin.ts";
import {
  messageCounters,
  messageDeadRecords,
  prepareMessage,
  SLICE_EVENTS,
  SLICE_RECORDS,
  type MessageSlice,
} from "../../../functions/messages/prepare-message.ts";
import { sentTextOf } from "../support/prepared.ts";
import { createRecordPreparer } from "../../../functions/records/prepare-record.ts";
import type { Transform } from "../../../functions/event/transform-contract.ts";

const NOW = Date.UTC(2026, 0, 1);
const origin = messageOrigin({
  data: Buffer.alloc(0),
  attributes: {},
  messageId: "1",
  publishTime: "",
  subscription: "s",
  deliveryAttempt: 1,
});

/** Doubles events called "twin", drops those called "drop". */
const transform: Transform = (record) => {
  if (record["event"] === "drop") return null;
  return record["event"] === "twin" ? [record, record] : record;
};
const preparer = createRecordPreparer({ transform, locateByRequest: false, syntheticId: "record" });

function line(event: string): string {
  return JSON.stringify({ event, properties: { time: 1_760_000_000 } });
}

/** The one slice of a message. */
function prepareWhole(
  data: string | Buffer,
  attributes: Record<string, string> = {},
): MessageSlice {
  const slices = [
    ...prepareMessage(
      { read: readData(Buffer.from(data), attributes), deliveryAttempt: 1 },
      origin,
      preparer,
      NOW,
    ),
  ];
  assert.deepEqual(
    slices.map(({ isLast }) => isLast),
    [true],
  );
  return slices[0] ?? assert.fail();
}

test("a message of many records is taken in slices, in order and whole", () => {
  for (const count of [SLICE_RECORDS, SLICE_RECORDS + 1, 3 * SLICE_RECORDS - 1]) {
    const data = Buffer.from(`${line("plain")}\n`.repeat(count));
    const slices = [
      ...prepareMessage({ read: readData(data, {}), deliveryAttempt: 1 }, origin, preparer, NOW),
    ];
    const lines = slices.flatMap(({ events }) => events.map(({ record }) => record.line));
    assert.deepEqual(
      lines,
      Array.from({ length: count }, (_, index) => index + 1),
    );
    assert.deepEqual(
      slices.map(({ isLast }) => isLast),
      slices.map((_, index) => index === slices.length - 1),
    );
    assert.ok(slices.every(({ tally }) => tally.read <= SLICE_RECORDS));
  }
});

test("a slice ends with the record whose events are enough", () => {
  const each = SLICE_EVENTS / 4;
  const many = createRecordPreparer({
    ...{ locateByRequest: false, syntheticId: "record" },
    transform: (record) => Array.from({ length: each }, () => record),
  });
  const data = Buffer.from(Array.from({ length: 6 }, () => line("e")).join("\n"));
  const read = readData(data, {});
  const slices = [...prepareMessage({ read, deliveryAttempt: 1 }, origin, many, NOW)];

  assert.deepEqual(
    slices.map(({ events, tally, isLast }) => [events.length, tally.read, isLast]),
    [
      [4 * each, 4, false],
      [2 * each, 2, true],
    ],
  );
});

test("messages of attributes alone have ids of their attributes", () => {
  const idOf = (attributes: Record<string, string>): string => {
    const message = { data: Buffer.alloc(0), attributes, messageId: "1", publishTime: "" };
    const [slice] = prepareMessage(
      { read: readData(message.data, attributes), deliveryAttempt: 1 },
      messageOrigin({ ...message, subscription: "s", deliveryAttempt: 1 }),
      createRecordPreparer({
        ...{ locateByRequest: false, syntheticId: "record" },
        transform: (_record, context) =>
          context.source === "message"
            ? { event: context.attributes["name"] ?? "", properties: { time: 1_760_000_000 } }
            : null,
      }),
      NOW,
    );
    const [event] = slice?.events ?? [];
    return /"\$insert_id":"(\w+)"/.exec(event === undefined ? "" : sentTextOf(event))?.[1] ?? "";
  };

  assert.match(idOf({ name: "Buy", item: "hat" }), /^\w{36}$/);
  assert.notEqual(idOf({ name: "Buy", item: "hat" }), idOf({ name: "Buy", item: "shoe" }));
  assert.equal(idOf({ name: "Buy", item: "hat" }), idOf({ item: "hat", name: "Buy" }));
});

test("nothing is one slice of nothing; attributes alone are one record", () => {
  assert.equal(prepareWhole("").tally.read, 0);
  const { tally } = prepareWhole("", { a: "b" });
  assert.deepEqual(
    tally.dead.map(({ bytes, problem }) => [bytes.toString(), problem.field, problem.error]),
    [["{}", "event", "missing"]],
  );
});

test("gzip that is damaged is one dead record, the bytes as they came", () => {
  const data = Buffer.of(0x1f, 0x8b, 8, 0, 10, 13, 32);
  const { events, tally } = prepareWhole(data);
  assert.deepEqual([events.length, tally.read, tally.dead[0]?.bytes], [0, 1, data]);
});

test("records are counted by what becomes of them, and the counts add up", () => {
  const data = ["twin", "drop", "plain", "twin"].map(line).join("\n") + "\nnot JSON";

  const { events, tally } = prepareWhole(data);

  assert.equal(events.length, 5);
  const { read, dropped, used, produced, idsAdded, dead } = tally;
  assert.deepEqual(
    { read, dropped, used, produced, idsAdded },
    { read: 5, dropped: 1, used: 3, produced: 5, idsAdded: 5 },
  );
  assert.deepEqual(
    dead.map(({ bytes, line: at, problem }) => [bytes.toString(), at, problem.reason]),
    [["not JSON", 5, "malformed"]],
  );
  assertBalanced(messageCounters(tally, { imported: 5, rejected: [], retryReason: undefined }));
});

test("a record is dead once for each reason, in the order of the lines", () => {
  const data = `not JSON\n${line("twin")}\n${line("plain")}`;
  const { events, tally } = prepareWhole(data);
  const because = (error: string) => ({ reason: "rejected", field: "", error }) as const;
  const [twin, sameTwin, plain] = events.map(({ record }) => record);
  assert.ok(twin && sameTwin && plain);

  const rejected = [
    { record: plain, problem: because("no") },
    { record: twin, problem: because("no") },
    { record: sameTwin, problem: because("no") },
    { record: sameTwin, problem: because("never") },
  ];
  const dead = messageDeadRecords(tally, { imported: 0, rejected, retryReason: undefined }, origin);

  assert.deepEqual(
    dead.map(({ line: at, bytes, problem }) => `${at} ${problem.error} ${bytes.toString()}`),
    [
      "1 not valid JSON not JSON",
      `2 no ${line("twin")}`,
      `2 never ${line("twin")}`,
      `3 no ${line("plain")}`,
    ],
  );
});

const problem = { reason: "rejected", field: "f", error: "private text" } as const;
const deliveries = [
  {
    name: "INFO Import succeeded",
    delivery: { imported: 3, rejected: [], pending: [], retryReason: undefined },
    fields: { count: 3, bytes: 9, attempts: 3, millis: 7 },
  },
  {
    name: "WARNING Import failed",
    delivery: {
      imported: 1,
      rejected: [{ index: 1, problem }],
      pending: [],
      retryReason: undefined,
    },
    fields: {
      error: "Mixpanel rejected events",
      count: 1,
      bytes: 9,
      attempts: 3,
      millis: 7,
      rejected: 1,
      pending: 0,
    },
  },
  {
    name: "WARNING Import failed",
    delivery: { imported: 0, rejected: [], pending: [0, 1], retryReason: "Mixpanel answered 503" },
    fields: {
      error: "Mixpanel answered 503",
      count: 0,
      bytes: 9,
      attempts: 3,
      millis: 7,
      rejected: 0,
      pending: 2,
    },
  },
] as const;
for (const { name, delivery, fields } of deliveries)
  test(`a batch is one log line: ${name}, ${fields.count} imported`, () => {
    const lines: unknown[] = [];

    logDelivery(
      (severity, message, more) => lines.push(`${severity} ${message}`, more),
      { ...delivery, requests: 2, retries: 1 },
      9,
      7,
    );

    assert.deepEqual(lines, [name, fields]);
  });
