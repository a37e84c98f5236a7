import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { Fault } from "../../../../local/mixpanel/faults.ts";
import { sendEvents, validEvent } from "../import-client.ts";
import { start, vector } from "../vector-test.ts";
import { OK_STRICT, sendUpdates, userOf, userUpdate } from "./profile-client.ts";

const STRICT = { query: "?strict=1&verbose=1&ip=0" };
const startWith = (...faults: readonly Fault[]) => start({ faults });

/** Two good updates of "u1" and "u2", and one without an operator. */
const BATCH = [userUpdate(), userUpdate({ $distinct_id: "u2", $set: { a: 1 } }), userUpdate({})];
const NO_OPERATOR = "update has no known operator";
const PARTLY = { error: null, errors: { "2": NO_OPERATOR }, num_good_events: 2, status: 1 };

interface FaultCase {
  readonly title: string;
  readonly fault: Fault;
  readonly says: unknown;
  readonly applied: number;
}

const { errors, num_good_events: good, ...WITHOUT_EITHER } = PARTLY;

const CASES: readonly FaultCase[] = [
  {
    title: "one fewer than were good",
    fault: { kind: "wrongCount", by: -1 },
    says: { ...PARTLY, num_good_events: 1 },
    applied: 2,
  },
  {
    title: "no count",
    fault: { kind: "noCount" },
    says: { ...WITHOUT_EITHER, errors },
    applied: 2,
  },
  {
    title: "no errors",
    fault: { kind: "dropFailedRecords" },
    says: { ...WITHOUT_EITHER, num_good_events: good },
    applied: 2,
  },
  {
    title: "too few errors",
    fault: { kind: "cutFailedRecords", keep: 0 },
    says: { ...PARTLY, errors: {} },
    applied: 2,
  },
  {
    title: "errors as a list of texts",
    fault: { kind: "stringsInFailedRecords" },
    says: { ...PARTLY, errors: [NO_OPERATOR] },
    applied: 2,
  },
  {
    title: "that the whole batch is bad",
    fault: { kind: "refuseBatch", error: "no" },
    says: { error: "no", errors: {}, num_good_events: 0, status: 0 },
    applied: 0,
  },
  {
    title: "that the whole batch is bad, without errors",
    fault: { kind: "refuseBatch", records: "none", error: "no" },
    says: { error: "no", num_good_events: 0, status: 0 },
    applied: 0,
  },
  {
    title: "nothing about an update it lost",
    fault: { kind: "loseUpdates", id: "u2" },
    says: { ...PARTLY, num_good_events: 1 },
    applied: 1,
  },
  {
    title: "that it refuses an update nobody knew to be bad",
    fault: { kind: "refuseUpdates", id: "u2", error: "no" },
    says: { error: null, errors: { "1": "no", "2": NO_OPERATOR }, num_good_events: 1, status: 1 },
    applied: 1,
  },
  { title: "nothing", fault: { kind: "emptyBody" }, says: undefined, applied: 2 },
  { title: "HTML", fault: { kind: "htmlBody200" }, says: undefined, applied: 2 },
  { title: "half of it", fault: { kind: "cutBody" }, says: undefined, applied: 2 },
];

describe("a fault of /engage", () => {
  for (const { title, fault, says, applied } of CASES)
    it(`says ${title}`, async () => {
      const simulator = await startWith(fault);
      const { status, json } = await sendUpdates(simulator, BATCH, STRICT);
      assert.deepEqual({ status, json }, { status: 200, json: says });
      assert.equal([...simulator.profiles()].length, applied);
      assert.equal(simulator.requests()[0]?.fault, fault.kind);
    });

  vector(44, "D", "is 403 in the documented form", async () => {
    const simulator = await startWith({ kind: "status", status: 403, body: "json" });
    for (const endpoint of ["engage", "groups"] as const) {
      const { status, json } = await sendUpdates(simulator, BATCH, { endpoint });
      assert.deepEqual(
        { status, json },
        { status: 403, json: { error: "Forbidden", status: "error" } },
      );
    }
    assert.deepEqual([...simulator.profiles()], []);
  });

  vector(45, "D", "is 429, HTML with 503, or a reset after which $add counts twice", async () => {
    const simulator = await startWith(
      { kind: "status", status: 429, match: { nth: 1 } },
      { kind: "status", status: 503, match: { nth: 2 } },
      { kind: "resetAfterStore", match: { nth: 3 } },
    );
    const send = () => sendUpdates(simulator, [userUpdate({ $add: { a: 1 } })], STRICT);
    const { status, text } = await send();
    assert.equal(status, 429);
    assert.match(text, /Project exceeded rate limits/);
    assert.match((await send()).text, /^<html>.*503 Service Unavailable/);
    assert.equal(userOf(simulator), undefined);
    await assert.rejects(send(), TypeError);
    assert.deepEqual((await send()).json, OK_STRICT(1));
    assert.deepEqual(userOf(simulator), { a: 2 });
  });

  it("is 413 with another limit, or a reset before anything is applied", async () => {
    const simulator = await startWith(
      { kind: "limitBytes", bytes: 100, match: { nth: 1 } },
      { kind: "resetBeforeStore", match: { nth: 2 } },
    );
    assert.match((await sendUpdates(simulator, BATCH, STRICT)).text, /max limit of 100 bytes/);
    await assert.rejects(sendUpdates(simulator, BATCH, STRICT), TypeError);
    assert.deepEqual([...simulator.profiles()], []);
  });
});

describe("a fault strikes", () => {
  it("one endpoint, and counts its requests only", async () => {
    const simulator = await startWith({
      kind: "status",
      status: 503,
      match: { endpoint: "engage", nth: 2 },
    });
    const event = validEvent();
    const statuses = [];
    for (const send of [
      () => sendEvents(simulator, [event]),
      () => sendUpdates(simulator, BATCH),
      () => sendUpdates(simulator, BATCH, { endpoint: "groups" }),
      () => sendEvents(simulator, [event]),
      () => sendUpdates(simulator, BATCH),
      () => sendUpdates(simulator, BATCH),
    ])
      statuses.push((await send()).status);
    assert.deepEqual(statuses, [200, 200, 200, 200, 503, 200]);
  });

  it("only batches with an update of a profile", async () => {
    const simulator = await startWith({ kind: "refuseBatch", match: { id: "u2" } });
    const [first, second] = [BATCH.slice(0, 1), BATCH.slice(0, 2)];
    assert.deepEqual((await sendUpdates(simulator, first, STRICT)).json, OK_STRICT(1));
    assert.match((await sendUpdates(simulator, second, STRICT)).text, /"status":0/);
  });
});

describe("the rate limit", () => {
  it("is one for events and updates, of the project that a token names", async () => {
    const simulator = await start({ rateLimit: { eventsPerSecond: 1 } });
    const updates = Array.from({ length: 59 }, () => userUpdate());
    await sendUpdates(simulator, updates, STRICT);
    assert.equal((await sendEvents(simulator, [validEvent()])).status, 200);
    const { status, json } = await sendUpdates(simulator, [userUpdate()]);
    assert.equal(status, 429);
    assert.match(JSON.stringify(json), /"status":0/);
    const ofNobody = [userUpdate({ $token: "nonsense", $set: { a: 1 } })];
    assert.equal((await sendUpdates(simulator, ofNobody)).status, 200);
  });
});
