import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { NDJSON } from "../../../functions/formats/ndjson/ndjson-format.ts";
import { decodeContinuation } from "../../../functions/objects/continuation.ts";
import type { RunEnd } from "../../../functions/objects/import-run.ts";
import { CountMismatchError, CredentialsError } from "../../../functions/platform/errors.ts";
import { ZERO_UPDATES } from "../../../functions/records/counters.ts";
import {
  COUNTERS,
  DOWN,
  endedRun,
  FINISH,
  RECEIPT,
  NOW,
  OBJECT,
  STARTED_AT,
  startFinishRun,
  TOPIC,
  WALL_NOW,
  type EndedRunParts,
  type Surroundings,
} from "../support/ended-run.ts";

const COMPLETE: RunEnd = { kind: "complete" };
const GONE: RunEnd = { kind: "gone" };
const STOPPED: RunEnd = { kind: "stopped", reason: "out of time" };
const PROBLEM = { reason: "unreadable", field: "", error: "not gzip" } as const;
const TRUNCATED: RunEnd = { kind: "truncated", problem: PROBLEM };
const QUARANTINED: RunEnd = {
  kind: "quarantined",
  problem: { reason: "quarantined", field: "", error: "no file of events" },
  counters: COUNTERS,
  firstError: { reason: "rejected", field: "time", line: 2 },
  bytes: 4711,
};
const URI = "gs://landing/a.json#7";
const EVENTS_ALONE = { ...COUNTERS, profiles: ZERO_UPDATES, groups: ZERO_UPDATES };
const UNBALANCED = { ...COUNTERS, events: { ...COUNTERS.events, imported: 5 } };

/** What a run that ended like this comes to. */
async function finish(end: RunEnd, parts: EndedRunParts = {}, surroundings: Surroundings = {}) {
  const world = startFinishRun(surroundings);
  const response = await world.finishRun(endedRun(end, parts));
  return { ...world, response };
}

describe("the end of a run", () => {
  for (const [end, state, steps] of [
    [COMPLETE, "complete", ["write receipt"]],
    [TRUNCATED, "truncated", [`dead letter of ${URI}`, "write receipt"]],
    [QUARANTINED, "quarantined", [`dead letter of ${URI}`, "write receipt"]],
  ] as const)
    it(`that is ${state} is written down, and the message is done with`, async () => {
      const { response, steps: taken, receipts, logLine, deadlines } = await finish(end);
      assert.deepEqual(response, { status: 204, text: state });
      assert.deepEqual(taken, steps);
      assert.equal(receipts[0]?.receipt.state, state);
      assert.equal(receipts[0].replaces, "0");
      assert.deepEqual(receipts[0].receipt.events, COUNTERS.events);
      assert.equal(logLine("Import complete")?.[0], state === "complete" ? "INFO" : "WARNING");
      assert.deepEqual([...deadlines], [RECEIPT]);
    });

  it("is in the receipt with all that is known of it", async () => {
    const { receipts } = await finish(COMPLETE);
    assert.deepEqual(receipts[0]?.receipt, {
      version: 1,
      ...OBJECT,
      size: 100,
      state: "complete",
      records: COUNTERS.records,
      events: COUNTERS.events,
      profiles: COUNTERS.profiles,
      groups: COUNTERS.groups,
      bytes: 80,
      requests: 3,
      retries: 1,
      runs: 1,
      code: "hash",
      firstError: null,
      startedAt: STARTED_AT,
      finishedAt: new Date(WALL_NOW).toISOString(),
    });
  });

  it("is in the log with how long the run and all runs took", async () => {
    const { logLine } = await finish(COMPLETE);
    const [, , fields] = logLine("Import complete") ?? [];
    assert.deepEqual([fields?.["runSeconds"], fields?.["seconds"]], [(NOW - 1000) / 1000, 60]);
  });

  it("tells the dead-letter topic what is wrong with the object", async () => {
    assert.deepEqual((await finish(TRUNCATED)).dead, [
      { problem: PROBLEM, bytes: Buffer.alloc(0), line: 0 },
    ]);
  });

  it("writes no receipt of an empty object", async () => {
    const records = { size: () => 0, memberAt: () => null, format: () => NDJSON };
    const { response, steps, logLine } = await finish(COMPLETE, { records, offset: 0 });
    assert.deepEqual(response, { status: 204, text: "skipped: empty" });
    assert.deepEqual(steps, []);
    assert.deepEqual(logLine("Object skipped")?.[2], { ...OBJECT, reason: "empty" });
  });

  it("replaces the receipt that was there when an import is repeated", async () => {
    const { receipts } = await finish(COMPLETE, { importId: "again", receiptGeneration: "12" });
    assert.equal(receipts[0]?.replaces, "12");
  });

  it("is no success twice when another delivery was faster", async () => {
    const { response, logged } = await finish(COMPLETE, {}, { write: false });
    assert.deepEqual(response, { status: 204, text: "already imported by another delivery" });
    assert.deepEqual(logged, []);
  });
});

describe("a generation that is gone", () => {
  it("is superseded when the metadata say so, and nobody is bothered", async () => {
    const { response, steps, dead, logLine } = await finish(GONE, {}, { state: "superseded" });
    assert.deepEqual(response, { status: 204, text: "superseded" });
    assert.deepEqual(steps, ["look up", "write receipt"]);
    assert.deepEqual(dead, []);
    assert.equal(logLine("Import complete")?.[0], "INFO");
  });

  it("is dead-lettered when it is deleted", async () => {
    const { response, steps, dead } = await finish(GONE, {}, { state: "deleted" });
    assert.deepEqual(response, { status: 204, text: "deleted" });
    assert.deepEqual(steps, ["look up", `dead letter of ${URI}`, "write receipt"]);
    assert.match(dead[0]?.problem.error ?? "", /deleted before it was imported/);
  });

  for (const [what, state] of [
    ["is there after all", "present"],
    ["cannot be looked up", DOWN],
  ] as const)
    it(`is read again when it ${what}`, async () => {
      const idle = await finish(GONE, { offset: 0 }, { state });
      assert.equal(idle.response.status, 503);
      assert.deepEqual(idle.receipts, []);
      const advanced = await finish(GONE, {}, { state });
      assert.deepEqual(advanced.response, { status: 204, text: "continued" });
      assert.deepEqual([advanced.receipts, advanced.published.length], [[], 1]);
    });
});

describe("a run that stopped", () => {
  it("is continued from where everything is settled", async () => {
    const member = { compressed: 10, decompressed: 70 };
    const records = { size: () => 100, memberAt: () => member, format: () => NDJSON };
    const { response, published, steps, deadlines, logLine } = await finish(STOPPED, {
      ...{ records, counters: EVENTS_ALONE },
    });
    assert.deepEqual(response, { status: 204, text: "continued" });
    assert.deepEqual(steps, ["find receipt", "publish"]);
    assert.deepEqual([...deadlines], [RECEIPT, FINISH]);
    assert.equal(published[0]?.topic, TOPIC);
    const { data, attributes } = published[0].message;
    assert.deepEqual(attributes, {
      eventType: "IMPORT_CONTINUE",
      bucketId: "landing",
      objectId: "a.json",
    });
    assert.deepEqual(decodeContinuation(data), {
      position: { offset: 80, line: 6, member },
      counters: EVENTS_ALONE,
      firstError: null,
      run: 2,
      problems: new Map(),
      startedAt: STARTED_AT,
      size: 100,
    });
    assert.equal(logLine("Import continues")?.[0], "INFO");
  });

  it("is redelivered when it settled nothing", async () => {
    const { response, steps, logLine } = await finish(STOPPED, { offset: 0 });
    assert.deepEqual(response, { status: 503, text: "out of time" });
    assert.deepEqual(steps, []);
    assert.deepEqual(logLine("Import postponed")?.[2], { ...OBJECT, reason: "out of time" });
  });

  it("ends there when another delivery has imported the object", async () => {
    for (const [counters, mayRepeatUpdates] of [
      [EVENTS_ALONE, true],
      [COUNTERS, false],
    ] as const) {
      const { response, published } = await finish(
        STOPPED,
        { counters },
        { found: "12", mayRepeatUpdates },
      );
      assert.deepEqual(response, { status: 204, text: "already imported by another delivery" });
      assert.deepEqual(published, []);
    }
  });

  it("is continued all the same when it has sent updates: older values would stay", async () => {
    const { response, published } = await finish(STOPPED, {}, { found: "12" });
    assert.deepEqual(response, { status: 204, text: "continued" });
    assert.equal(published.length, 1);
  });

  it("is continued for an import that is repeated, whatever receipt is there", async () => {
    const { response, published, steps } = await finish(
      STOPPED,
      { importId: "again" },
      { found: "12" },
    );
    assert.deepEqual(response, { status: 204, text: "continued" });
    assert.deepEqual(steps, ["publish"]);
    assert.equal(published[0]?.message.attributes["importId"], "again");
  });

  it("is continued when it cannot be found out whether it is imported", async () => {
    for (const found of [DOWN, new CredentialsError("not allowed", 403)]) {
      const { response } = await finish(STOPPED, { counters: EVENTS_ALONE }, { found });
      assert.deepEqual(response, { status: 204, text: "continued" });
    }
  });

  it("is redelivered when not even its continuation can be published", async () => {
    for (const publishing of [DOWN, new CredentialsError("not allowed", 403)]) {
      const { finishRun, steps } = startFinishRun({ publishing });
      await assert.rejects(finishRun(endedRun(STOPPED, { counters: EVENTS_ALONE })), publishing);
      assert.deepEqual(steps, ["find receipt", "publish"]);
    }
  });
});

describe("a run whose end cannot be written down", () => {
  for (const [what, surroundings] of [
    ["receipt", { write: DOWN }],
    ["dead letter", { deadLetters: DOWN }],
  ] as const) {
    it(`is continued when it settled something (${what})`, async () => {
      const { response, published, logLine } = await finish(TRUNCATED, {}, surroundings);
      assert.deepEqual(response, { status: 204, text: "continued" });
      assert.equal(published.length, 1);
      assert.equal(logLine("Import complete"), undefined);
    });

    it(`is redelivered when it settled nothing (${what})`, async () => {
      const { response, published } = await finish(TRUNCATED, { offset: 0 }, surroundings);
      assert.deepEqual(response, { status: 503, text: "down" });
      assert.deepEqual(published, []);
    });
  }

  it("is redelivered when its continuation cannot be published either", async () => {
    const { finishRun } = startFinishRun({ write: DOWN, publishing: DOWN });
    await assert.rejects(finishRun(endedRun(COMPLETE)), DOWN);
  });

  it("wakes somebody up when it is not allowed", async () => {
    const write = new CredentialsError("writing the receipt is not allowed (403)", 403);
    const { response, logLine } = await finish(COMPLETE, {}, { write });
    assert.deepEqual(response, { status: 204, text: "continued" });
    assert.deepEqual(logLine("Google refused the credentials"), [
      "CRITICAL",
      "Google refused the credentials",
      { error: write.message },
    ]);
  });

  it("fails for a bug of ours, of which nothing is handed over", async () => {
    const bug = new TypeError("a bug");
    for (const surroundings of [{ write: bug }, { deadLetters: bug }]) {
      const { finishRun, published } = startFinishRun(surroundings);
      await assert.rejects(finishRun(endedRun(TRUNCATED)), bug);
      assert.deepEqual(published, []);
    }
    const stopped = endedRun(STOPPED, { counters: EVENTS_ALONE });
    await assert.rejects(startFinishRun({ found: bug }).finishRun(stopped), bug);
  });
});

describe("counts that do not balance", () => {
  for (const end of [COMPLETE, TRUNCATED, STOPPED, GONE, { ...QUARANTINED, counters: UNBALANCED }])
    it(`fail the run: ${end.kind}`, async () => {
      const result = endedRun(end);
      const watermark = { ...result.run.watermark, counters: UNBALANCED };
      const { finishRun, receipts, published, dead } = startFinishRun();
      await assert.rejects(
        finishRun({ ...result, run: { ...result.run, watermark } }),
        CountMismatchError,
      );
      assert.deepEqual([receipts, published, dead], [[], [], []]);
    });
});
