import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { createAdmission, type Admitted } from "../../../functions/messages/admission.ts";

const LIMITS = { bytes: 100, messages: 3, records: 10 };

test("messages are taken in until their bytes are too many", () => {
  const admission = createAdmission(LIMITS);
  const first = admission.admit(60);

  assert.ok(first);
  assert.ok(admission.admit(40));
  assert.equal(admission.admit(1), undefined);
  first.release();
  assert.ok(admission.admit(60));
});

test("messages are taken in until they are too many", () => {
  const admission = createAdmission(LIMITS);
  for (const bytes of [1, 2, 3]) assert.ok(admission.admit(bytes));

  assert.equal(admission.admit(1), undefined);
  assert.equal(admission.messages(), 3);
});

test("a message that is alone is taken in, whatever it holds", () => {
  const admission = createAdmission(LIMITS);
  const large = admission.admit(1_000_000);

  assert.equal(large?.holdRecords(1_000_000), true);
  assert.equal(admission.admit(1), undefined);
});

test("records are refused when they are too many beside those of others", () => {
  const admission = createAdmission(LIMITS);
  const first = admission.admit(1);
  const second = admission.admit(1);

  assert.equal(first?.holdRecords(8), true);
  assert.equal(second?.holdRecords(3), false);
  assert.equal(second.holdRecords(2), true);
});

test("one message at a time may have more records than there is room for", () => {
  const admission = createAdmission(LIMITS);
  const [first, second, third] = [admission.admit(1), admission.admit(1), admission.admit(1)];

  assert.equal(first?.holdRecords(8), true);
  assert.equal(second?.holdRecords(11), true);
  assert.equal(third?.holdRecords(11), false);
  assert.equal(third.holdRecords(2), true, "it keeps nobody else out");
  second.release();
  assert.equal(third.holdRecords(11), true);
});

test("what a message holds takes the place of what it held before", () => {
  const admission = createAdmission(LIMITS);
  const [first, second] = [admission.admit(1), admission.admit(1)];

  assert.equal(first?.holdRecords(8), true);
  assert.equal(first.holdRecords(5), true);
  assert.equal(second?.holdRecords(5), true);
  first.release();
  assert.equal(second.holdRecords(10), true);
});

test("one message at a time is taken in slices", () => {
  const admission = createAdmission(LIMITS);
  const [first, second] = [admission.admit(1), admission.admit(1)];

  assert.equal(first?.holdSlices(), true);
  assert.equal(first.holdSlices(), true);
  assert.equal(second?.holdSlices(), false);
  first.release();
  assert.equal(second.holdSlices(), true);
});

test("whatever comes and goes, what is held stays within the limits or is one message", () => {
  const step = fc.record({ bytes: fc.nat(150), events: fc.nat(15), leave: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const admission = createAdmission(LIMITS);
      const inside: { admitted: Admitted; bytes: number; events: number }[] = [];
      for (const { bytes, events, leave } of steps) {
        if (leave) inside.shift()?.admitted.release();
        const admitted = admission.admit(bytes);
        if (admitted === undefined) continue;
        if (admitted.holdRecords(events)) inside.push({ admitted, bytes, events });
        else admitted.release();
        const sum = (of: (message: (typeof inside)[number]) => number): number =>
          inside.reduce((total, message) => total + of(message), 0);
        assert.equal(admission.messages(), inside.length);
        assert.ok(inside.length <= LIMITS.messages);
        assert.ok(inside.length <= 1 || sum((message) => message.bytes) <= LIMITS.bytes);
        const isMany = ({ events }: (typeof inside)[number]): boolean => events > LIMITS.records;
        assert.ok(inside.filter(isMany).length <= 1);
        assert.ok(sum((message) => (isMany(message) ? 0 : message.events)) <= LIMITS.records);
      }
      for (const { admitted } of inside) admitted.release();
      assert.equal(admission.messages(), 0);
      assert.ok(admission.admit(LIMITS.bytes)?.holdRecords(LIMITS.records));
    }),
  );
});

test("contents take room; one message at a time may have more than there is", () => {
  const admission = createAdmission(LIMITS);
  const [first, second, third] = [10, 10, 10].map((bytes) => admission.admit(bytes));
  assert.ok(first && second && third);
  assert.equal(first.holdContents(60), true);
  assert.equal(second.holdContents(50), true, "the large one");
  assert.equal(third.holdContents(50), false);
  assert.equal(third.holdContents(10), true);

  assert.equal(second.holdContents(500), true);
  first.release();
  assert.equal(third.holdContents(80), true, "the large one keeps nobody out");
  second.release();
  assert.equal(third.holdContents(500), true);
  third.release();
  assert.ok(admission.admit(100), "all of it is given back");
});
