import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { Problem } from "../../../functions/event/problem.ts";
import {
  decodeContinuation,
  encodeContinuation,
  firstProgress,
} from "../../../functions/objects/continuation.ts";
import {
  QuarantineGate,
  type QuarantineGateOptions,
} from "../../../functions/objects/quarantine-gate.ts";
import { carriedProblems } from "../../../functions/objects/quarantine.ts";
import type { SliceOutcome } from "../../../functions/objects/slice-delivery.ts";
import { createSlice, type Slice } from "../../../functions/objects/slice.ts";
import { createWatermark } from "../../../functions/objects/watermark.ts";
import { UnavailableError } from "../../../functions/platform/errors.ts";
import { ZERO_COUNTERS } from "../../../functions/records/counters.ts";

const PROBLEM: Problem = { reason: "invalid", field: "event", error: "missing" };
const START = { offset: 0, line: 1 };

/**
 * What delivering a slice of `read` records comes to, of which `unusable` are dead, from `line` on.
 */
function outcomeOf(read: number, unusable: number, line: number): SliceOutcome {
  const dead = Array.from({ length: unusable }, (_, index) => ({
    problem: PROBLEM,
    bytes: Buffer.from("{}"),
    line: line + index,
  }));
  const used = read - unusable;
  return {
    dead,
    counters: {
      ...ZERO_COUNTERS,
      records: { read, dropped: 0, unusable, used },
      events: { produced: used, imported: used, rejected: 0, idsAdded: 0 },
    },
    firstError: unusable > 0 ? { reason: "invalid", field: "event", error: "missing", line } : null,
    retryReason: undefined,
  };
}

function setUp(options: Partial<QuarantineGateOptions> & { outcomes: readonly SliceOutcome[] }) {
  const published: number[] = [];
  const watermark = createWatermark(START);
  const outcomes = [...options.outcomes];
  const gate = new QuarantineGate({
    offsetIn: () => "bytes",
    deliver: () => Promise.resolve(outcomes.shift() ?? assert.fail()),
    publish: (dead) => {
      published.push(dead.length);
      return Promise.resolve();
    },
    watermark,
    onCredentialsError: () => undefined,
    percent: 90,
    before: firstProgress("2026-01-01T00:00:00.000Z"),
    ...options,
  });
  return { gate, published, watermark };
}

const SLICE: Slice = createSlice(() => assert.fail(), Infinity);

describe("the quarantine gate", () => {
  it("quarantines an object whose first records are refused, and publishes none of them", async () => {
    const { gate, published, watermark } = setUp({
      outcomes: [outcomeOf(400, 400, 1), outcomeOf(600, 500, 401)],
    });
    await gate.push(SLICE, { offset: 4000, line: 401 });
    assert.equal(gate.recordsLeft(), 600);
    await gate.push(SLICE, { offset: 10_000, line: 1001 });
    await gate.drain();

    const quarantined = gate.quarantined();
    assert.match(
      quarantined?.problem.error ?? "",
      /^invalid event missing \(900\); only the first 10000 bytes/,
    );
    assert.deepEqual(
      [quarantined?.counters.records.unusable, quarantined?.firstError?.line, quarantined?.bytes],
      [900, 1, 10_000],
    );
    assert.deepEqual([published, watermark.current().position], [[], START]);
  });

  it("releases what it held when the object is fit to be imported", async () => {
    const { gate, published, watermark } = setUp({
      outcomes: [outcomeOf(400, 400, 1), outcomeOf(600, 499, 401)],
    });
    await gate.push(SLICE, { offset: 4000, line: 401 });
    assert.deepEqual(published, []);
    const end = { offset: 10_000, line: 1001 };
    await gate.push(SLICE, end);

    assert.equal(gate.quarantined(), undefined);
    assert.deepEqual([published, watermark.current().position], [[899], end]);
  });

  it("judges over several runs as in one", async () => {
    const first = setUp({ outcomes: [outcomeOf(400, 400, 1)] });
    await first.gate.push(SLICE, { offset: 4000, line: 401 });
    await first.gate.drain();
    assert.deepEqual(first.published, [400]);
    const { counters, firstError, position } = first.watermark.current();
    const progress = decodeContinuation(
      encodeContinuation(
        {
          ...firstProgress("2026-01-01T00:00:00.000Z"),
          position: { ...position, member: null },
          counters,
          firstError,
          problems: carriedProblems(first.gate.problems()),
          run: 2,
        },
        undefined,
      ),
    );
    assert.ok(progress);

    const second = setUp({ before: progress, outcomes: [outcomeOf(600, 500, 401)] });
    await second.gate.push(SLICE, { offset: 10_000, line: 1001 });
    const quarantined = second.gate.quarantined();
    assert.match(
      quarantined?.problem.error ?? "",
      /^invalid event missing \(900\); only the first 10000 bytes/,
    );
    assert.deepEqual([quarantined?.firstError?.line, quarantined?.bytes], [1, 10_000]);
  });

  it("holds copies of dead records, not the blocks they came in", async () => {
    const block = Buffer.from("{} and megabytes of others");
    const { dead, ...outcome } = outcomeOf(1, 1, 1);
    const published: string[] = [];
    const { gate } = setUp({
      outcomes: [
        { ...outcome, dead: dead.map((one) => ({ ...one, bytes: block.subarray(0, 2) })) },
      ],
      publish: (records) => {
        published.push(...records.map(({ bytes }) => bytes.toString()));
        return Promise.resolve();
      },
    });
    await gate.push(SLICE, { offset: 10, line: 2 });
    // The block's memory is used for another one meanwhile.
    block.fill("x");
    await gate.drain();
    assert.deepEqual(published, ["{}"]);
  });

  it("only stops when the dead letters cannot be published for now", async () => {
    const { gate, watermark } = setUp({
      outcomes: [outcomeOf(1000, 1, 1)],
      publish: () => Promise.reject(new UnavailableError("Pub/Sub is away")),
    });
    await gate.push(SLICE, { offset: 10_000, line: 1001 });
    assert.deepEqual(
      [gate.retryReason(), gate.quarantined(), watermark.current().position],
      ["Pub/Sub is away", undefined, START],
    );
  });

  it("throws a bug", async () => {
    const { gate } = setUp({
      outcomes: [outcomeOf(1000, 1, 1)],
      publish: () => Promise.reject(new TypeError("a bug")),
    });
    await assert.rejects(gate.push(SLICE, { offset: 10_000, line: 1001 }), /a bug/);
  });
});
