import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { RULES } from "../../../local/mixpanel/rules.ts";
import { type Simulator, startSimulator } from "../../../local/mixpanel/simulator.ts";
import { sendUpdates } from "./profiles/profile-client.ts";
import { NOW_MS, sendEvents, validEvent, validEvents } from "./import-client.ts";

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator({ now: () => NOW_MS });
});
afterEach(() => simulator.stop());

async function get(path: string): Promise<unknown> {
  const response = await fetch(`${simulator.url}/local/${path}`);
  assert.equal(response.status, 200);
  return response.json();
}

async function post(path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
  const response = await fetch(`${simulator.url}/local/${path}`, {
    method: "POST",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
}

/** Two good events, one of them twice, and a bad one. */
const sendSample = () =>
  sendEvents(simulator, [
    validEvent(),
    validEvent(),
    validEvent({ $insert_id: "id-2" }, "other"),
    validEvent({ time: undefined }),
  ]);

describe("over HTTP", () => {
  it("tells what was requested, received and stored", async () => {
    await sendSample();
    const stats = simulator.stats();
    assert.deepEqual(await get("stats"), JSON.parse(JSON.stringify(stats)));
    assert.deepEqual(
      {
        requests: stats.requests,
        requestsByStatus: stats.requestsByStatus,
        eventsReceived: stats.eventsReceived,
        eventsStored: stats.eventsStored,
        eventsRejected: stats.eventsRejected,
        distinctEvents: stats.distinctEvents,
        lastMinute: stats.lastMinute.events,
        seconds: stats.perSecond.map(({ second, events }) => ({ second, events })),
      },
      {
        requests: 1,
        requestsByStatus: { "400": 1 },
        eventsReceived: 4,
        eventsStored: 3,
        eventsRejected: 1,
        distinctEvents: 2,
        lastMinute: 4,
        seconds: [{ second: NOW_MS / 1000, events: 4 }],
      },
    );
  });

  it("counts events by name and day", async () => {
    await sendSample();
    assert.deepEqual(await get("counts"), [
      { event: "e", day: "2026-11-20", stored: 2, distinct: 1 },
      { event: "other", day: "2026-11-20", stored: 1, distinct: 1 },
    ]);
    assert.deepEqual(await get("counts?project=none"), []);
  });

  it("says what was refused, why, and how well that is known", async () => {
    await sendSample();
    const message = "'properties.time' is invalid: must not be missing";
    const reason = { rule: "time-missing", field: "properties.time", message };
    assert.deepEqual(await get("rejects"), {
      reasons: [{ ...reason, count: 1, ...RULES["time-missing"] }],
      events: [
        {
          ...reason,
          request: 1,
          index: 3,
          record: JSON.stringify(validEvent({ time: undefined })),
        },
      ],
      updates: [],
    });
  });

  it("dumps the events, with or without duplicates", async () => {
    await sendSample();
    const dump = async (query: string) =>
      (await (await fetch(`${simulator.url}/local/export${query}`)).text()).trim().split("\n");
    assert.equal((await dump("")).length, 3);
    const distinct = (await dump("?distinct=1")).map((line): unknown => JSON.parse(line));
    assert.equal(distinct.length, 2);
    assert.deepEqual(
      distinct,
      JSON.parse(JSON.stringify([...simulator.events({ distinct: true })])),
    );
  });

  it("dumps users and groups, all or one, and tells refused updates", async () => {
    const token = simulator.token;
    await sendUpdates(simulator, [
      ...["u1", "u2"].map((id) => ({ $token: token, $distinct_id: id, $set: { a: id } })),
      { $token: token, $distinct_id: "u3" },
    ]);
    const group = { $token: token, $group_key: "k", $group_id: "g", $set: { a: 1 } };
    await sendUpdates(simulator, [group], { endpoint: "groups" });
    const dump = async (path: string) => (await fetch(`${simulator.url}/local/${path}`)).text();
    const $last_seen = "2026-11-20T12:00:00";
    assert.equal((await dump("profiles")).trim().split("\n").length, 2);
    assert.deepEqual(JSON.parse(await dump("profiles?id=u2")), {
      $distinct_id: "u2",
      $properties: { a: "u2" },
      $last_seen,
    });
    assert.deepEqual(JSON.parse(await dump("groups")), {
      $group_key: "k",
      $group_id: "g",
      $properties: { a: 1 },
      $last_seen,
    });
    assert.equal(await dump("profiles?project=none"), "");
    const { reasons, updates } = simulator.rejects();
    assert.deepEqual(
      reasons.map(({ rule, count }) => ({ rule, count })),
      [{ rule: "update-operator-missing", count: 1 }],
    );
    assert.equal(updates[0]?.index, 2);
    assert.deepEqual(simulator.stats().profiles, {
      ...{ updatesApplied: 3, updatesRejected: 1, users: 2, groups: 1, isComplete: true },
    });
    assert.deepEqual(await get("lookup-tables"), []);
  });

  it("lists the last requests", async () => {
    await sendSample();
    assert.deepEqual(await get("requests"), JSON.parse(JSON.stringify(simulator.requests())));
    assert.equal(simulator.requests()[0]?.status, "400");
  });

  it("sets faults with a seed", async () => {
    const faults = [{ kind: "status", status: 503, retryAfter: 1, match: { nth: [1, 3] } }];
    assert.deepEqual((await post("faults", faults)).json, faults);
    const statuses = [];
    for (let request = 0; request < 3; request += 1)
      statuses.push((await sendEvents(simulator, validEvents(1))).status);
    assert.deepEqual(statuses, [503, 200, 503]);
    assert.equal((await post("faults", { faults: [], seed: 3 })).status, 200);
    assert.deepEqual(await get("faults"), []);
  });

  it("sets switches, the rate limit and the clock", async () => {
    await post("switches", { failedRecordKey: "$insert_id" });
    assert.equal(simulator.switches().failedRecordKey, "$insert_id");
    assert.deepEqual(await get("switches"), simulator.switches());

    await post("rate-limit", { eventsPerSecond: 1 });
    assert.equal((await sendEvents(simulator, validEvents(60))).status, 200);
    assert.equal((await sendEvents(simulator, validEvents(1))).status, 429);
    assert.deepEqual((await post("clock", { advanceMs: 60_000 })).json, { now: NOW_MS + 60_000 });
    assert.equal((await sendEvents(simulator, validEvents(60))).status, 200);
    await post("rate-limit", "off");
    assert.equal((await sendEvents(simulator, validEvents(60))).status, 200);

    await post("clock", { now: 1_700_000_000_000, frozen: true });
    assert.deepEqual(await get("clock"), { now: 1_700_000_000_000 });
  });

  it("forgets everything on clear but the faults", async () => {
    await post("faults", [{ kind: "latency", ms: 0 }]);
    await sendSample();
    await sendUpdates(simulator, [
      { $token: simulator.token, $distinct_id: "u", $set: { a: 1 } },
      { $token: simulator.token },
    ]);
    await post("clear");
    assert.deepEqual([...simulator.profiles()], []);
    assert.deepEqual(simulator.rejects().updates, []);
    const { requests, eventsStored, eventsRejected, distinctEvents } = simulator.stats();
    assert.deepEqual([requests, eventsStored, eventsRejected, distinctEvents], [0, 0, 0, 0]);
    assert.deepEqual([simulator.counts(), [...simulator.events()]], [[], []]);
    assert.equal(simulator.faults().length, 1);
  });

  const MISTAKES: readonly (readonly [path: string, body: unknown, says: RegExp])[] = [
    ["faults", { kind: "status" }, /list of faults/],
    ["faults", [5], /must be an object/],
    ["faults", [{ kind: "toString" }], /no fault of kind "toString". There are: latency, status/],
    ["faults", [{ kind: "status" }], /`status` of status must be a number, got nothing/],
    ["faults", [{ kind: "status", status: 99 }], /HTTP status from 200 to 599, got 99/],
    ["faults", [{ kind: "status", status: 503, body: "xml" }], /one of html, json, empty/],
    [
      "faults",
      [{ kind: "hang", match: { endpoint: "x" } }],
      /one of import, track, engage, groups/,
    ],
    ["faults", [{ kind: "loseUpdates" }], /`id` of loseUpdates must be a text, got nothing/],
    ["switches", { errorKey: "name" }, /must be one of \["index","id"\]/],
    ["faults", [{ kind: "hang", match: { nth: "first" } }], /`nth` of match must be a number/],
    ["switches", { maxBytes: 1 }, /no switch "maxBytes". There are: maxRequestBytes/],
    ["switches", { tooManyEvents: 500 }, /must be one of \[413,400\]/],
    ["switches", { maxProperties: 0.5 }, /whole number above 0/],
    ["rate-limit", { eventsPerSecond: "many" }, /eventsPerSecond/],
    ["clock", { at: 5 }, /advanceMs/],
    ["clock", [], /must be a JSON object/],
  ];
  for (const [path, body, says] of MISTAKES) {
    it(`refuses ${JSON.stringify(body)} as ${path}, and says why`, async () => {
      const { status, json } = await post(path, body);
      assert.equal(status, 400);
      assert.ok(typeof json === "object" && json !== null && "error" in json);
      assert.match(String(json.error), says);
    });
  }

  it("lists what there is, also to who asks for something else", async () => {
    const list = await (await fetch(`${simulator.url}/local`)).text();
    assert.match(list, /GET \/local\/stats/);
    const other = await fetch(`${simulator.url}/local/status`);
    assert.equal(other.status, 404);
    assert.match(await other.text(), /GET \/local\/stats/);
  });
});
