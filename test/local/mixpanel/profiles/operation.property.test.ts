import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import {
  applyOperation,
  type Operation,
  type Properties,
} from "../../../../local/mixpanel/profiles/operation.ts";
import { DEFAULT_PROFILE_SWITCHES } from "../../../../local/mixpanel/profiles/profile-switches.ts";

/** Few names and values, so that operations meet. */
const name = fc.constantFrom("a", "b", "__proto__");
const scalar = fc.oneof(fc.constantFrom("x", "y", "1"), fc.constantFrom(1, 2, -3));
const list = fc.array(scalar, { minLength: 1, maxLength: 4 });
const value = fc.oneof(scalar, list, fc.constant(null), fc.constant({ x: 1 }));
const objectOf = (values: fc.Arbitrary<unknown>) => fc.dictionary(name, values);
const properties = fc
  .array(fc.tuple(name, value), { maxLength: 3 })
  .map((entries): Properties => new Map<string, unknown>(entries));
const profile = fc.option(properties, { nil: undefined });

const operation = fc.oneof(
  ...[
    ["$set", objectOf(value)] as const,
    ["$set_once", objectOf(value)] as const,
    ["$add", objectOf(fc.integer({ min: -9, max: 9 }))] as const,
    ["$append", objectOf(value)] as const,
    ["$union", objectOf(list)] as const,
    ["$remove", objectOf(value)] as const,
    ["$unset", fc.array(name, { minLength: 1 })] as const,
    ["$delete", fc.constantFrom("", null)] as const,
  ].map(([operator, operand]) =>
    operand.map((given: unknown): Operation => ({ operator, operand: given })),
  ),
);

const apply = (before: Properties | undefined, ...operations: readonly Operation[]) =>
  operations.reduce<Properties | undefined>(
    (state, next) => applyOperation(state, next, DEFAULT_PROFILE_SWITCHES),
    before,
  );

const REPEATABLE = ["$set", "$set_once", "$union", "$remove", "$unset", "$delete"];

describe("operators", () => {
  it("change no profile in place", () => {
    fc.assert(
      fc.property(properties, operation, (before, change) => {
        const copy = structuredClone([...before]);
        apply(before, change);
        assert.deepEqual([...before], copy);
      }),
    );
  });

  it("that may be repeated make the same of a profile the second time", () => {
    fc.assert(
      fc.property(profile, operation, (before, change) => {
        fc.pre(REPEATABLE.includes(change.operator));
        const once = apply(before, change);
        assert.deepEqual(apply(once, change), once);
      }),
    );
  });

  it("leave what they do not name as it was", () => {
    fc.assert(
      fc.property(properties, operation, (before, change) => {
        fc.pre(change.operator !== "$delete");
        const after = apply(before, change);
        const { operand } = change;
        const named = new Set(Array.isArray(operand) ? operand : Object.keys(operand as object));
        for (const [key, kept] of before)
          if (!named.has(key)) assert.deepEqual(after?.get(key), kept);
      }),
    );
  });

  it("$set wins by order of arrival", () => {
    fc.assert(
      fc.property(profile, objectOf(value), objectOf(value), (before, first, second) => {
        const after = apply(
          before,
          { operator: "$set", operand: first },
          { operator: "$set", operand: second },
        );
        const expected = new Map([
          ...(before ?? []),
          ...Object.entries(first),
          ...Object.entries(second),
        ]);
        assert.deepEqual(after, expected);
      }),
    );
  });

  it("$set_once never overwrites", () => {
    fc.assert(
      fc.property(properties, objectOf(value), (before, operand) => {
        const after = apply(before, { operator: "$set_once", operand });
        assert.deepEqual(after, new Map([...Object.entries(operand), ...before]));
      }),
    );
  });

  it("$add commutes", () => {
    const amounts = objectOf(fc.integer({ min: -9, max: 9 }));
    fc.assert(
      fc.property(profile, amounts, amounts, (before, first, second) => {
        const [one, two] = [first, second].map((operand): Operation => ({
          operator: "$add",
          operand,
        }));
        assert.ok(one && two);
        assert.deepEqual(apply(before, one, two), apply(before, two, one));
      }),
    );
  });

  it("$append adds one element, and $union none that is there", () => {
    fc.assert(
      fc.property(list, scalar, list, (initial, element, added) => {
        const before = new Map([["l", initial]]);
        const appended = apply(before, { operator: "$append", operand: { l: element } });
        assert.deepEqual(appended?.get("l"), [...initial, element]);
        const united = apply(before, { operator: "$union", operand: { l: added } })?.get("l");
        const missing = [...new Set(added)].filter((entry) => !initial.includes(entry));
        assert.deepEqual(united, [...initial, ...missing]);
      }),
    );
  });

  it("$remove leaves no copy, and undoes what $union added", () => {
    fc.assert(
      fc.property(list, scalar, (initial, element) => {
        const removed = apply(
          new Map([["l", initial]]),
          { operator: "$union", operand: { l: [element] } },
          { operator: "$remove", operand: { l: element } },
        );
        assert.deepEqual(
          removed?.get("l"),
          initial.filter((entry) => entry !== element),
        );
      }),
    );
  });
});
