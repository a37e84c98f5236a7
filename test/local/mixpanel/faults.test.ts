import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";

import { createFaultSchedule } from "../../../local/mixpanel/fault-schedule.ts";
import type { Fault } from "../../../local/mixpanel/faults.ts";
import type { RequestContents } from "../../../local/mixpanel/incoming-request.ts";
import { type Simulator, startSimulator } from "../../../local/mixpanel/simulator.ts";
import { basic, NOW_MS, sendEvents, validEvent, validEvents } from "./import-client.ts";

const BAD_EVENT = validEvent({ time: undefined });
let running: Simulator | undefined;

async function startWith(...faults: readonly Fault[]): Promise<Simulator> {
  running = await startSimulator({ now: () => NOW_MS, faults });
  return running;
}

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

interface FaultCase {
  readonly title: string;
  readonly fault: Fault;
  readonly status: number;
  readonly body: RegExp;
  readonly stored: number;
}

/** Each is sent two good events and a bad one. */
const CASES: readonly FaultCase[] = [
  {
    title: "429 in the documented words, with Retry-After on request",
    fault: { kind: "status", status: 429, retryAfter: 7 },
    status: 429,
    body: /^\{"code":429,"error":"Project exceeded rate limits\./,
    stored: 0,
  },
  {
    title: "500 with HTML",
    fault: { kind: "status", status: 500 },
    status: 500,
    body: /^<html>.*500 Internal Server Error/,
    stored: 0,
  },
  {
    title: "503 with nothing",
    fault: { kind: "status", status: 503, body: "empty" },
    status: 503,
    body: /^$/,
    stored: 0,
  },
  {
    title: "502 with JSON, after storing",
    fault: { kind: "status", status: 502, body: "json", stored: true },
    status: 502,
    body: /^\{"code":502,/,
    stored: 2,
  },
  {
    title: "one more than was imported",
    fault: { kind: "wrongCount", by: 1 },
    status: 400,
    body: /"num_records_imported":3,"failed_records":\[\{/,
    stored: 2,
  },
  {
    title: "texts in failed_records",
    fault: { kind: "stringsInFailedRecords" },
    status: 400,
    body: /"num_records_imported":2,"failed_records":\["'properties.time' is invalid: [^"]*"\]\}$/,
    stored: 2,
  },
  {
    title: "400 without failed_records",
    fault: { kind: "dropFailedRecords" },
    status: 400,
    body: /"num_records_imported":2\}$/,
    stored: 2,
  },
  {
    title: "400 with too few failed_records",
    fault: { kind: "cutFailedRecords", keep: 0 },
    status: 400,
    body: /"failed_records":\[\]\}$/,
    stored: 2,
  },
  {
    title: "400 for the whole batch, in texts",
    fault: { kind: "refuseBatch", error: "no" },
    status: 400,
    body: /"num_records_imported":0,"failed_records":\["no"\]\}$/,
    stored: 0,
  },
  {
    title: "400 for the whole batch, without failed_records",
    fault: { kind: "refuseBatch", records: "none" },
    status: 400,
    body: /"num_records_imported":0\}$/,
    stored: 0,
  },
  { title: "200 and nothing", fault: { kind: "emptyBody" }, status: 200, body: /^$/, stored: 2 },
  {
    title: "200 and HTML",
    fault: { kind: "htmlBody200" },
    status: 200,
    body: /^<html>/,
    stored: 2,
  },
  {
    title: "half of the body",
    fault: { kind: "cutBody" },
    status: 400,
    body: /^\{"code":400.*[^}]$/,
    stored: 2,
  },
  {
    title: "413 with another limit",
    fault: { kind: "limitBytes", bytes: 100 },
    status: 413,
    body: /max limit of 100 bytes/,
    stored: 0,
  },
  {
    title: "nothing about an event it lost",
    fault: { kind: "loseEvents", event: "e" },
    status: 400,
    body: /"num_records_imported":0,"failed_records":\[\{"index":2,/,
    stored: 0,
  },
];

describe("a fault", () => {
  for (const { title, fault, status, body, stored } of CASES) {
    it(`responds with ${title}`, async () => {
      const simulator = await startWith(fault);

      const response = await sendEvents(simulator, [...validEvents(2), BAD_EVENT]);

      assert.equal(response.status, status);
      assert.match(response.text, body);
      assert.equal(simulator.stats().eventsStored, stored);
      assert.equal(simulator.requests()[0]?.fault, fault.kind);
    });
  }

  it("sends Retry-After as given", async () => {
    const simulator = await startWith({ kind: "status", status: 503, retryAfter: "120" });
    const { headers } = await sendEvents(simulator, validEvents(1));
    assert.equal(headers.get("retry-after"), "120");
  });

  for (const kind of ["resetBeforeStore", "resetAfterStore"] as const) {
    it(`${kind} breaks the connection`, async () => {
      const simulator = await startWith({ kind });
      await assert.rejects(sendEvents(simulator, validEvents(1)), TypeError);
      assert.equal(simulator.stats().eventsStored, kind === "resetAfterStore" ? 1 : 0);
      assert.deepEqual(simulator.stats().requestsByStatus, { reset: 1 });
    });
  }

  it("hang sends nothing until the simulator stops", async () => {
    const simulator = await startWith({ kind: "hang" });
    const response = assert.rejects(sendEvents(simulator, validEvents(1)), TypeError);
    while (simulator.requests().length === 0) await new Promise(setImmediate);
    assert.equal(simulator.requests()[0]?.status, "hang");
    await simulator.stop();
    await response;
    assert.equal(simulator.stats().eventsStored, 0);
  });

  it("latency delays the response and adds to another fault", async () => {
    const simulator = await startWith(
      { kind: "latency", ms: 30 },
      { kind: "status", status: 503 },
      { kind: "latency", ms: 30 },
    );
    const { status } = await sendEvents(simulator, validEvents(1));
    assert.equal(status, 503);
    assert.ok((simulator.requests()[0]?.durationMs ?? 0) >= 59);
  });

  it("latency leaves the events stored when the client does not wait for it", async () => {
    const simulator = await startWith({ kind: "latency", ms: 600_000 });
    const impatient = new AbortController();
    const response = assert.rejects(
      fetch(`${simulator.url}/import?strict=1`, {
        method: "POST",
        headers: { authorization: basic(simulator.token) },
        body: JSON.stringify(validEvent()),
        signal: impatient.signal,
      }),
    );
    while (simulator.stats().eventsStored === 0) await new Promise(setImmediate);
    impatient.abort();
    await response;
    while (simulator.stats().inFlight > 0) await new Promise(setImmediate);
    assert.equal(simulator.requests()[0]?.status, "aborted");
  });

  it("strikes only the requests that hold an event of a name", async () => {
    const simulator = await startWith({ kind: "refuseBatch", match: { event: "poison" } });
    const batches = [[validEvent()], [validEvent(), validEvent({}, "poison")], [validEvent()]];
    const statuses = [];
    for (const batch of batches) statuses.push((await sendEvents(simulator, batch)).status);
    assert.deepEqual(statuses, [200, 400, 200]);
  });

  it("can be replaced while the simulator runs", async () => {
    const simulator = await startWith({ kind: "status", status: 503 });
    assert.equal((await sendEvents(simulator, validEvents(1))).status, 503);
    simulator.setFaults([]);
    assert.equal((await sendEvents(simulator, validEvents(1))).status, 200);
  });
});

describe("a schedule", () => {
  const NOTHING: RequestContents = { eventNames: () => new Set(), profileIds: () => new Set() };
  const struck = (faults: readonly Fault[], requests: number, seed?: number): string => {
    const schedule = createFaultSchedule();
    schedule.set(faults, seed);
    const effects = Array.from({ length: requests }, () => schedule.next("import")(NOTHING).effect);
    return effects.map((effect) => (effect === undefined ? "." : effect.kind[0])).join("");
  };

  it("strikes the nth request, several of them, or the first few", () => {
    assert.equal(struck([{ kind: "hang", match: { nth: 2 } }], 4), ".h..");
    assert.equal(struck([{ kind: "hang", match: { nth: [1, 4] } }], 4), "h..h");
    assert.equal(struck([{ kind: "hang", match: { count: 2 } }], 4), "hh..");
  });

  it("lets the first fault that strikes decide, and saves the others' count", () => {
    const faults: readonly Fault[] = [
      { kind: "hang", match: { nth: 1 } },
      { kind: "cutBody", match: { count: 2 } },
    ];
    assert.equal(struck(faults, 4), "hcc.");
  });

  it("strikes about the given part of all requests, the same ones for the same seed", () => {
    const faults: readonly Fault[] = [{ kind: "hang", match: { fraction: 0.2 } }];
    const hits = struck(faults, 10_000, 7).replaceAll(".", "").length;
    assert.ok(hits > 1800 && hits < 2200, String(hits));
    assert.equal(struck(faults, 200, 7), struck(faults, 200, 7));
    assert.notEqual(struck(faults, 200, 7), struck(faults, 200, 8));
    assert.equal(struck([{ kind: "hang", match: { fraction: 0 } }], 50), ".".repeat(50));
    assert.equal(struck([{ kind: "hang", match: { fraction: 1 } }], 50), "h".repeat(50));
  });

  it("counts a request when it arrives, not when it has been read", () => {
    const schedule = createFaultSchedule([{ kind: "hang", match: { nth: 1 } }]);
    const [first, second] = [schedule.next("import"), schedule.next("import")];
    assert.equal(second(NOTHING).effect, undefined);
    assert.equal(first(NOTHING).effect?.kind, "hang");
  });
});
