import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { basic } from "../import-client.ts";
import { start, vector } from "../vector-test.ts";
import {
  OK_STRICT,
  OK_VERBOSE,
  sendBody,
  sendUpdates,
  TOKEN,
  userOf,
  userUpdate,
} from "./profile-client.ts";

const U = userUpdate();
const NO_ID = userUpdate({ $distinct_id: undefined, $set: { a: 1 } });
const STRICT = { query: "?strict=1&ip=0" };
const BARE = { query: "?ip=0" };
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");

describe("how /engage responds", () => {
  vector(1, "O", "verbose", async () => {
    const { status, contentType, json } = await sendUpdates(await start(), [U]);
    assert.deepEqual({ status, contentType }, { status: 200, contentType: "application/json" });
    assert.deepEqual(json, OK_VERBOSE);
  });

  vector(2, "O", "strict and verbose", async () => {
    const { text } = await sendUpdates(await start(), [U], { query: "?strict=1&verbose=1" });
    assert.equal(text, '{"error":null,"errors":{},"num_good_events":1,"status":1}');
  });

  vector(3, "O", "strict", async () => {
    assert.deepEqual((await sendUpdates(await start(), [U], STRICT)).json, OK_STRICT(1));
  });

  vector(4, "D", "bare", async () => {
    const { contentType, text } = await sendUpdates(await start(), [U], BARE);
    assert.deepEqual({ contentType, text }, { contentType: "text/plain", text: "1" });
  });

  it("takes verbose=2 for verbose=1, as Mixpanel's samples send it", async () => {
    const { json } = await sendUpdates(await start(), [U], { query: "?verbose=2" });
    assert.deepEqual(json, OK_VERBOSE);
  });
});

describe("size of a request about profiles", () => {
  vector(5, "D", "accepts 2000 updates", async () => {
    const simulator = await start();
    const updates = Array.from({ length: 2000 }, () => U);
    assert.deepEqual((await sendUpdates(simulator, updates, STRICT)).json, OK_STRICT(2000));
    assert.equal(simulator.stats().profiles.updatesApplied, 2000);
  });

  vector(6, "I", "refuses 2001 updates and applies none", async () => {
    const simulator = await start();
    const updates = Array.from({ length: 2001 }, () => U);
    assert.equal((await sendUpdates(simulator, updates, STRICT)).status, 413);
    simulator.setSwitches({ tooManyUpdates: "refuse" });
    const { status, json } = await sendUpdates(simulator, updates);
    assert.equal(status, 200);
    const error = "request exceeds max limit of 2000 updates";
    assert.deepEqual(json, { error, status: 0 });
    assert.equal(simulator.stats().profiles.updatesApplied, 0);
  });

  vector(
    7,
    "D limit",
    "refuses an update of 1 MiB and a byte, and none of its neighbours",
    async () => {
      const simulator = await start();
      const sized = (bytes: number) => {
        const bare = JSON.stringify(userUpdate({ $set: { a: "" } })).length;
        return userUpdate({ $set: { a: "x".repeat(bytes - bare) } });
      };
      const updates = [sized(1_048_576), sized(1_048_577), U];
      const { json } = await sendUpdates(simulator, updates, STRICT);
      assert.deepEqual(json, {
        error: null,
        errors: { "1": "update must not be larger than 1 MB" },
        num_good_events: 2,
        status: 1,
      });
      assert.equal((await sendUpdates(simulator, [sized(1_048_577)], BARE)).text, "0");
    },
  );

  vector(8, "C", "refuses a body that is too large", async () => {
    const simulator = await start({ switches: { maxRequestBytes: 1000 } });
    const body = JSON.stringify([U]);
    assert.deepEqual((await sendBody(simulator, body.padEnd(1000), {})).json, OK_VERBOSE);
    const { status, text } = await sendBody(simulator, body.padEnd(1001), {});
    assert.equal(status, 413);
    assert.match(text, /request exceeds max limit of 1000 bytes/);
  });

  vector(9, "D", "refuses an empty array, and an empty body", async () => {
    const simulator = await start();
    const error = "data, missing or empty";
    for (const body of ["[]", ""])
      assert.deepEqual((await sendBody(simulator, body, {})).json, { error, status: 0 });
    assert.equal((await sendUpdates(simulator, [], BARE)).text, "0");
  });
});

describe("who is updated", () => {
  vector(10, "O", "nobody without a token, whatever else there is", async () => {
    const simulator = await start();
    const request = {
      query: "?verbose=1&project_id=1",
      headers: { authorization: basic("account", "secret") },
    };
    for (const $token of [undefined, "", null, 5]) {
      const { status, json } = await sendUpdates(simulator, [userUpdate({ $token })], request);
      assert.equal(status, 200);
      assert.deepEqual(json, { error: "$token, missing or empty", status: 0 });
    }
  });

  vector(11, "O", "nobody with a wrong token, and nothing is said", async () => {
    const simulator = await start();
    const update = userUpdate({ $token: "nonsense", $set: { a: 1 } });
    assert.deepEqual((await sendUpdates(simulator, [update])).json, OK_VERBOSE);
    assert.deepEqual((await sendUpdates(simulator, [update], STRICT)).json, OK_STRICT(1));
    assert.deepEqual([...simulator.profiles()], []);
    assert.equal(simulator.stats().profiles.updatesApplied, 0);
  });

  vector(12, "O", "nobody without an id", async () => {
    const { status, json } = await sendUpdates(await start(), [NO_ID]);
    assert.equal(status, 200);
    assert.deepEqual(json, { error: "$distinct_id, missing or empty", status: 0 });
  });

  vector(13, "O", "nobody with an empty id", async () => {
    const simulator = await start();
    for (const $distinct_id of ["", null, false, {}]) {
      const { json } = await sendUpdates(simulator, [userUpdate({ $distinct_id, $set: {} })]);
      assert.deepEqual(json, { error: "$distinct_id, missing or empty", status: 0 });
    }
  });

  vector(14, "D", "nobody without an id, in one digit", async () => {
    assert.equal((await sendUpdates(await start(), [NO_ID], BARE)).text, "0");
  });

  it("a user whose id is a number, with all its digits", async () => {
    const simulator = await start();
    const body = `[{"$token":"${TOKEN}","$distinct_id":12345678901234567890,"$set":{"a":1}}]`;
    assert.deepEqual((await sendBody(simulator, body, STRICT)).json, OK_STRICT(1));
    assert.deepEqual(userOf(simulator, "12345678901234567890"), { a: 1 });
  });

  vector(50, "I", "nobody in another region, and nothing is said", async () => {
    const simulator = await start({ projects: [{ id: "1", token: TOKEN, region: "eu" }] });
    assert.deepEqual((await sendUpdates(simulator, [U], STRICT)).json, OK_STRICT(1));
    assert.deepEqual([...simulator.profiles()], []);
  });
});

describe("a batch with a bad update in it", () => {
  const batch = [U, NO_ID, userUpdate({ $set: { b: 2 } })];
  const error = "$distinct_id, missing or empty";

  vector(15, "D vs C", "has the others applied, or none", async () => {
    const simulator = await start();
    assert.deepEqual((await sendUpdates(simulator, batch)).json, OK_VERBOSE);
    assert.deepEqual(userOf(simulator), { a: 1, b: 2 });

    simulator.clear();
    simulator.setSwitches({ partialUpdates: "refuse-all" });
    assert.deepEqual((await sendUpdates(simulator, batch)).json, { error, status: 0 });
    assert.equal(userOf(simulator), undefined);
    const { updatesApplied, updatesRejected } = simulator.stats().profiles;
    assert.deepEqual(
      { updatesApplied, updatesRejected },
      { updatesApplied: 0, updatesRejected: 3 },
    );
  });

  vector(16, "I", "is counted and listed when strict, in each way it may be", async () => {
    const simulator = await start();
    const partly = { error: null, errors: { "1": error }, num_good_events: 2, status: 1 };
    const send = async () => (await sendUpdates(simulator, batch, STRICT)).json;
    assert.deepEqual(await send(), partly);
    simulator.setSwitches({ partialStatus: 0 });
    assert.deepEqual(await send(), { ...partly, error, status: 0 });
    simulator.setSwitches({ errorKey: "id", errorValue: "list" });
    assert.deepEqual(await send(), { ...partly, error, errors: { "": [error] }, status: 0 });
    simulator.setSwitches({ partialUpdates: "refuse-all", errorKey: "index", errorValue: "text" });
    assert.deepEqual(await send(), { ...partly, error, num_good_events: 0, status: 0 });
  });

  it("says 0 when all are bad, and lists each", async () => {
    const { json } = await sendUpdates(await start(), [NO_ID, 5], STRICT);
    const errors = { "0": error, "1": "update must be an object" };
    assert.deepEqual(json, { error, errors, num_good_events: 0, status: 0 });
  });
});

describe("how updates are sent", () => {
  vector(17, "O", "in the query, by POST and by GET", async () => {
    const simulator = await start();
    const url = `${simulator.url}/engage?verbose=1&data=${encodeURIComponent(base64(U))}`;
    for (const method of ["POST", "GET"])
      assert.deepEqual(await (await fetch(url, { method })).json(), OK_VERBOSE);
    assert.equal(simulator.stats().profiles.updatesApplied, 2);
  });

  vector(18, "C", "as a form, with JSON or base64 in it", async () => {
    const simulator = await start();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    for (const data of [JSON.stringify([U]), JSON.stringify(U), base64([U]), base64(U)]) {
      const body = new URLSearchParams({ data, verbose: "1" }).toString();
      const { json } = await sendBody(simulator, body, { query: "/", headers });
      assert.deepEqual(json, OK_VERBOSE);
    }
    const empty = await sendBody(simulator, "data=&verbose=1", { query: "", headers });
    assert.deepEqual(empty.json, { error: "data, missing or empty", status: 0 });
  });

  vector(19, "D", "in gzip: refused, or inflated", async () => {
    const simulator = await start();
    assert.equal((await sendUpdates(simulator, [U], { gzip: true })).status, 400);
    simulator.setSwitches({ gzipUpdates: "inflate" });
    assert.deepEqual((await sendUpdates(simulator, [U], { gzip: true })).json, OK_VERBOSE);
    assert.equal(simulator.stats().profiles.updatesApplied, 1);
  });

  vector(20, "I", "as something that is no array: refused in either way", async () => {
    const simulator = await start();
    const bodies = ["hello", JSON.stringify(U), `${JSON.stringify(U)}\n${JSON.stringify(U)}`];
    for (const body of bodies) assert.equal((await sendBody(simulator, body, {})).status, 400);
    simulator.setSwitches({ malformedUpdates: "refuse" });
    const error = "request body is not a JSON array";
    for (const body of bodies)
      assert.deepEqual((await sendBody(simulator, body, {})).json, { error, status: 0 });
    assert.equal(simulator.stats().profiles.updatesApplied, 0);
  });

  it("nested 50,000 levels deep: refused, and the simulator lives on", async () => {
    const simulator = await start();
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const beginning = `{"$token":"${TOKEN}","$distinct_id":`;
    const body = `[${deep},${beginning}${deep},"$set":{}},${beginning}"u1","$set":{"a":${deep}}}]`;
    const { status, json } = await sendBody(simulator, body, STRICT);
    assert.equal(status, 200);
    assert.ok(typeof json === "object" && json !== null && "num_good_events" in json);
    assert.equal(json.num_good_events, 0);
    assert.equal(simulator.stats().profiles.updatesRejected, 3);
  });

  it("by another method: 405", async () => {
    const simulator = await start();
    for (const path of ["engage", "groups"])
      assert.equal((await fetch(`${simulator.url}/${path}`)).status, 405);
  });
});
