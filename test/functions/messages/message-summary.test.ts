import assert from "node:assert/strict";
import { test } from "node:test";

import { ZERO_COUNTERS, ZERO_UPDATES, type Counters } from "../../../functions/records/counters.ts";
import { createMessageSummary } from "../../../functions/messages/message-summary.ts";

const NO_UPDATES = { profiles: ZERO_UPDATES, groups: ZERO_UPDATES };

const one: Counters = {
  ...ZERO_COUNTERS,
  records: { read: 1, dropped: 0, unusable: 0, used: 1 },
  events: { produced: 1, imported: 1, rejected: 0, idsAdded: 0 },
};
const unusable: Counters = {
  ...ZERO_COUNTERS,
  records: { read: 1, dropped: 0, unusable: 1, used: 0 },
};

function start() {
  let time = 0;
  const lines: { severity: string; message: string; fields: unknown }[] = [];
  const settled = createMessageSummary(
    (severity, message, fields) => {
      lines.push({ severity, message, fields });
    },
    () => time,
  );
  return { settled, lines, advance: (ms: number) => (time += ms) };
}

test("messages are summed up to one line a second, and one at the end", () => {
  const { settled, lines, advance } = start();

  settled.add(one, 10);
  settled.add(one, 20);
  settled.add(one, 30);
  advance(999);
  settled.add(one, 40);
  assert.equal(lines.length, 1);
  advance(1);
  settled.add(one, 50);
  settled.add(one, 60);
  settled.flush();
  settled.flush();

  assert.deepEqual(
    lines.map(({ fields }) => fields),
    [
      { messages: 1, records: one.records, events: one.events, ...NO_UPDATES, bytes: 10 },
      {
        messages: 4,
        records: { read: 4, dropped: 0, unusable: 0, used: 4 },
        events: { produced: 4, imported: 4, rejected: 0, idsAdded: 0 },
        ...NO_UPDATES,
        bytes: 140,
      },
      { messages: 1, records: one.records, events: one.events, ...NO_UPDATES, bytes: 60 },
    ],
  );
  assert.deepEqual(
    lines.map(({ severity, message }) => `${severity} ${message}`),
    Array.from({ length: 3 }, () => "INFO Messages settled"),
  );
});

test("a line is a warning when something in it was dead-lettered", () => {
  const { settled, lines } = start();

  settled.add(unusable, 10);
  settled.add(one, 10);
  settled.flush();

  assert.deepEqual(
    lines.map(({ severity }) => severity),
    ["WARNING", "INFO"],
  );
});
