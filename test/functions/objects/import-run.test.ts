import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { lengthOf } from "../../../functions/mixpanel/destinations/import/event-batch.ts";
import { firstProgress } from "../../../functions/objects/continuation.ts";
import { CredentialsError, UnavailableError } from "../../../functions/platform/errors.ts";
import { CorruptDataError } from "../../../functions/reading/corrupt-data.ts";
import { MemberTooLargeError } from "../../../functions/reading/skip-to.ts";
import { ObjectGoneError } from "../../../functions/reading/read-range.ts";
import { accept, linesOfObject, refuse, startImport } from "../support/import-world.ts";

/** A line of this length, with its line feed. */
const EVENT = '{"event":"e","properties":{"time":1,"$insert_id":"i"}}\n';
const GARBAGE = `${"x".repeat(EVENT.length - 1)}\n`;

const repeat = (count: number, line = EVENT): string => line.repeat(count);

describe("a run at an object", () => {
  it("reads to the end, and settles all of it", async () => {
    const { run, sent, dead } = await startImport({ text: repeat(7) + GARBAGE });
    assert.deepEqual(run.end, { kind: "complete" });
    assert.deepEqual(run.watermark.position, { offset: 8 * EVENT.length, line: 9 });
    assert.deepEqual(run.watermark.counters.records, {
      read: 8,
      dropped: 0,
      unusable: 1,
      used: 7,
    });
    assert.deepEqual(run.watermark.firstError?.line, 8);
    assert.deepEqual([sent.flat().length, dead.map(({ line }) => line)], [7, [8]]);
  });

  it("is complete at once at an object of which nothing is left", async () => {
    const { run, sent } = await startImport({ text: "" });
    assert.deepEqual([run.end, sent, run.watermark.position.offset], [{ kind: "complete" }, [], 0]);
  });

  it("goes on where the last one stopped, and counts from there", async () => {
    const progress = {
      ...firstProgress("2026-01-01T00:00:00.000Z"),
      position: { offset: 500, line: 11, member: null },
    };
    const { run } = await startImport({ text: repeat(2), progress });
    assert.deepEqual(run.watermark.position, { offset: 500 + 2 * EVENT.length, line: 13 });
    assert.equal(run.watermark.counters.records.read, 2);
  });

  it("stops when there is a reason to, and hands back the watermark", async () => {
    let slices = 0;
    const { run, sent } = await startImport({
      text: repeat(30),
      // Slices of three events: two are complete, and what is left over is not sent.
      deliver: (batch) => {
        slices++;
        return accept(batch);
      },
      stopReason: () => (slices === 2 ? "out of time" : undefined),
    });
    assert.deepEqual(run.end, { kind: "stopped", reason: "out of time" });
    assert.deepEqual([sent.flat().length, run.watermark.position.line], [6, 7]);
  });

  it("starts nothing when there is a reason not to from the beginning", async () => {
    const { run, sent } = await startImport({
      text: repeat(30),
      stopReason: () => "the instance goes away",
    });
    assert.deepEqual(run.end, { kind: "stopped", reason: "the instance goes away" });
    assert.deepEqual([sent, run.watermark.position.offset], [[], 0]);
  });

  it("stops where events cannot be delivered", async () => {
    let requests = 0;
    const { run } = await startImport({
      text: repeat(30),
      deliver: (batch) => (++requests === 3 ? refuse(batch, "down") : accept(batch)),
      maxInFlight: 1,
    });
    assert.deepEqual(run.end, { kind: "stopped", reason: "down" });
    assert.deepEqual(run.watermark.position, { offset: 6 * EVENT.length, line: 7 });
  });

  it("is stopped too when delivery fails after reading has ended", async () => {
    const { run } = await startImport({
      text: repeat(2),
      deliver: (batch) => refuse(batch, "down"),
    });
    assert.deepEqual(run.end, { kind: "stopped", reason: "down" });
    assert.equal(run.watermark.position.offset, 0);
  });

  it("is stopped when the last dead letters cannot be published", async () => {
    const { run } = await startImport({
      text: EVENT + GARBAGE,
      publish: () => Promise.reject(new UnavailableError("Pub/Sub is away")),
    });
    assert.deepEqual(run.end, { kind: "stopped", reason: "Pub/Sub is away" });
  });

  it("throws a bug of ours, from sending and from reading", async () => {
    const bug = new TypeError("a bug");
    const options = { text: repeat(30), maxInFlight: 1 };
    await assert.rejects(startImport({ ...options, deliver: () => Promise.reject(bug) }), bug);
    await assert.rejects(startImport({ ...options, failure: bug }), bug);
  });
});

describe("what cannot be read on", () => {
  const cases = [
    {
      name: "an object that is gone",
      failure: new ObjectGoneError(),
      end: { kind: "gone" },
    },
    {
      name: "damaged gzip",
      failure: new CorruptDataError("the gzip is damaged"),
      end: {
        kind: "truncated",
        problem: {
          reason: "unreadable",
          field: "",
          error: "the gzip is damaged: upload the object again",
        },
      },
    },
    {
      name: "a gzip member that is too large",
      failure: new MemberTooLargeError(),
      end: {
        kind: "truncated",
        problem: {
          reason: "unreadable",
          field: "",
          error:
            "too large for one gzip member: upload it plain, in smaller files, or as several members",
        },
      },
    },
  ] as const;
  for (const { name, failure, end } of cases) {
    it(`is imported up to there: ${name}`, async () => {
      const { run, sent } = await startImport({ text: repeat(5), failure });
      assert.deepEqual(run.end, end);
      assert.deepEqual([sent.flat().length, run.watermark.position.line], [5, 6]);
    });
  }

  it("is read again when what was read of it cannot be delivered", async () => {
    const { run } = await startImport({
      text: repeat(2),
      failure: new CorruptDataError("the gzip is damaged"),
      deliver: (batch) => refuse(batch, "down"),
    });
    assert.deepEqual(run.end, { kind: "stopped", reason: "down" });
  });

  it("is not concluded to be gone while what was read of it is not delivered", async () => {
    const { run } = await startImport({
      text: repeat(2),
      failure: new ObjectGoneError(),
      deliver: (batch) => refuse(batch, "down"),
    });
    assert.deepEqual(run.end, { kind: "stopped", reason: "down" });
    assert.equal(run.watermark.position.offset, 0);
  });

  it("stops the run when it fails for now only, and leaves the slice that is not full", async () => {
    const failure = new UnavailableError("reading the object: responded with 503");
    const { run, sent } = await startImport({ text: repeat(5), failure });
    assert.deepEqual(run.end, { kind: "stopped", reason: failure.message });
    assert.deepEqual([sent.flat().length, run.watermark.position.line], [3, 4]);
  });

  it("stops the run when Google refuses the credentials, and tells", async () => {
    const failure = new CredentialsError("reading the object is not allowed (403)", 403);
    const { run, told } = await startImport({ text: repeat(3), failure });
    assert.deepEqual([run.end, told], [{ kind: "stopped", reason: failure.message }, [failure]]);
  });
});

describe("an object that is no file of events", () => {
  const text = repeat(1200, GARBAGE);

  it("is quarantined, and none of it is settled or published", async () => {
    const { run, dead } = await startImport({ text, quarantinePercent: 90 });
    assert.ok(run.end.kind === "quarantined");
    assert.match(run.end.problem.error, /^malformed not valid JSON \(1000\)/);
    assert.deepEqual([run.end.bytes, run.end.firstError?.line], [1000 * EVENT.length, 1]);
    assert.deepEqual([dead, run.watermark.position.offset], [[], 0]);
  });

  it("is imported when the quarantine is off", async () => {
    const { run, dead } = await startImport({ text, quarantinePercent: 0 });
    assert.deepEqual([run.end, dead.length], [{ kind: "complete" }, 1200]);
    assert.equal(run.problems.size, 0);
  });

  it("is imported when earlier runs have judged it", async () => {
    const first = firstProgress("2026-01-01T00:00:00.000Z");
    const records = { read: 1000, dropped: 0, unusable: 1000, used: 0 };
    const progress = { ...first, counters: { ...first.counters, records } };
    const { run } = await startImport({ text, progress, quarantinePercent: 90 });
    assert.deepEqual(run.end, { kind: "complete" });
  });

  it("is not judged by fewer records than the sample", async () => {
    const { run, dead } = await startImport({
      text: repeat(999, GARBAGE),
      quarantinePercent: 90,
    });
    assert.deepEqual([run.end, dead.length], [{ kind: "complete" }, 999]);
    assert.deepEqual([...run.problems], [["malformed not valid JSON", 999]]);
  });

  it("is judged by the first thousand records alone", async () => {
    const { run } = await startImport({
      text: repeat(101) + repeat(5000, GARBAGE),
      quarantinePercent: 90,
    });
    assert.equal(run.end.kind, "complete");
  });
});

describe("what is under way", () => {
  it("is never more than maxInFlight slices", async () => {
    let underWay = 0;
    let most = 0;
    const { run } = await startImport({
      text: repeat(60),
      maxInFlight: 4,
      deliver: async (batch) => {
        assert.ok(lengthOf(batch) <= 3);
        most = Math.max(most, ++underWay);
        const delivery = await accept(batch);
        await turn();
        underWay--;
        return delivery;
      },
    });
    assert.deepEqual([run.watermark.counters.events.imported, most], [60, 4]);
  });

  it("is not reading, once the run has stopped", async () => {
    const lines = linesOfObject([repeat(3), repeat(3)]);
    await startImport({ lines, stopReason: () => "out of time" });
    assert.equal(lines.isClosed(), true);
  });
});
