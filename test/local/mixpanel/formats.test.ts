import assert from "node:assert/strict";
import http from "node:http";
import { after, afterEach, before, describe, it } from "node:test";

import { type Simulator, startSimulator } from "../../../local/mixpanel/simulator.ts";
import {
  basic,
  ndjson,
  NOW,
  NOW_MS,
  sendRequest,
  validEvent,
  validEvents,
} from "./import-client.ts";

let simulator: Simulator;

before(async () => {
  simulator = await startSimulator({ now: () => NOW_MS });
});
afterEach(() => {
  simulator.clear();
});
after(() => simulator.stop());

const OK = (imported: number) => ({ code: 200, num_records_imported: imported, status: "OK" });
const JSON_TYPE = { "content-type": "application/json" };
const FORM_TYPE = { "content-type": "application/x-www-form-urlencoded" };
const form = (value: unknown): string =>
  `data=${encodeURIComponent(Buffer.from(JSON.stringify(value)).toString("base64"))}`;

describe("a body", () => {
  const two = validEvents(2);
  const bodies = [
    { title: "a JSON array", body: JSON.stringify(two), headers: JSON_TYPE },
    { title: "a printed JSON array", body: JSON.stringify(two, null, 2), headers: JSON_TYPE },
    { title: "lines", body: ndjson(two), headers: {} },
    { title: "lines with CRLF", body: `${ndjson(two).replace("\n", "\r\n")}\r\n`, headers: {} },
    {
      title: "lines with blank ones",
      body: `\n${ndjson(two).replace("\n", "\n \n\n")}\n`,
      headers: {},
    },
    { title: "lines under a type curl chose", body: ndjson(two), headers: FORM_TYPE },
    { title: "an array under a type curl chose", body: JSON.stringify(two), headers: FORM_TYPE },
    { title: "lines of no type", body: ndjson(two), headers: { "content-type": "" } },
  ];
  for (const { title, body, headers } of bodies) {
    it(`may be ${title}`, async () => {
      assert.deepEqual((await sendRequest(simulator, { body, headers })).json, OK(2));
    });
  }

  it("may be one object", async () => {
    const body = JSON.stringify(validEvent(), null, 2);
    assert.deepEqual((await sendRequest(simulator, { body, headers: JSON_TYPE })).json, OK(1));
  });

  it("may not be empty, a scalar, a broken array, or lines called an array", async () => {
    for (const body of ["", "5", "[{]", `[${JSON.stringify(validEvent())}`, ndjson(validEvents(2))])
      assert.equal((await sendRequest(simulator, { body, headers: JSON_TYPE })).status, 400, body);
    for (const body of ["", "\n\n"])
      assert.equal((await sendRequest(simulator, { body })).status, 400, body);
    assert.equal(simulator.stats().eventsStored, 0);
  });

  it("refuses elements that are no objects, and only those", async () => {
    const body = JSON.stringify([validEvent(), 5, null, [], "x"]);
    const { text } = await sendRequest(simulator, { body, headers: JSON_TYPE });
    assert.match(text, /"num_records_imported":1,"failed_records":\[\{"index":1,/);
    assert.match(text, /\{"index":4,"insert_id":"","field":"event",[^}]*\}\]\}$/);
  });

  it("is strict when nothing says otherwise", async () => {
    const body = ndjson([validEvent({ time: undefined })]);
    for (const query of ["", "?strict=1", "?verbose=1", "?strict="])
      assert.equal((await sendRequest(simulator, { body, query })).status, 400, query);
  });

  it("blames only lines that are not UTF-8, in a request that has one", async () => {
    const good = validEvent({ note: "\u{fffd}" });
    const bad = Buffer.from(ndjson([validEvent({ note: "#" })]).replace("#", "\u00ff"), "latin1");
    const body = Buffer.concat([Buffer.from(`${ndjson([good])}\n`), bad]);
    const { text } = await sendRequest(simulator, { body });
    assert.match(text, /"num_records_imported":1,"failed_records":\[\{"index":1,/);
  });

  it("may nest as deep as its size allows without harm", async () => {
    const deep = `{"event":"e","properties":{"time":${NOW},"distinct_id":"u","$insert_id":"i","k":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`;
    const { text } = await sendRequest(simulator, { body: deep });
    assert.match(text, /"field":"properties\.k"/);
  });
});

describe("the old form encoding", () => {
  it("has the response 1, or status 1, whatever becomes of the events", async () => {
    const events = [validEvent(), { event: "no properties" }];
    const request = { body: form(events), query: "", headers: FORM_TYPE };
    assert.equal((await sendRequest(simulator, request)).text, "1");
    const verbose = await sendRequest(simulator, { ...request, query: "?verbose=1" });
    assert.deepEqual(verbose.json, { status: 1, error: null });
    assert.equal(simulator.stats().eventsStored, 2);
  });

  it("may name strict and verbose, and send plain JSON", async () => {
    const body = `data=${encodeURIComponent(JSON.stringify([validEvent()]))}&strict=1&verbose=1`;
    const response = await sendRequest(simulator, { body, query: "", headers: FORM_TYPE });
    assert.deepEqual(response.json, OK(1));
  });

  it("comes as a GET from Mixpanel's own Node library", async () => {
    const response = await fetch(`${simulator.url}/import?${form(validEvent())}&verbose=0`, {
      headers: { authorization: basic(simulator.token) },
    });
    assert.equal(await response.text(), "1");
    assert.equal(simulator.stats().eventsStored, 1);
  });
});

describe("the server", () => {
  it("responds with 404 in JSON on other paths, and 405 to a GET without data", async () => {
    const other = await fetch(`${simulator.url}/decide?verbose=1`, { method: "POST", body: "{}" });
    assert.equal(other.status, 404);
    assert.match(await other.text(), /^\{"code":404,/);
    const get = await fetch(`${simulator.url}/import`);
    assert.equal(get.status, 405);
    assert.equal(get.headers.get("allow"), "POST");
  });

  it("outlives a client that leaves in the middle of its body", async () => {
    const request = http.request(`${simulator.url}/import`, { method: "POST" });
    const failed = new Promise((resolve) => request.once("error", resolve));
    request.setHeader("content-length", 1000);
    request.write("{");
    while (simulator.stats().requests === 0) await new Promise(setImmediate);
    request.destroy();
    await failed;
    while (simulator.stats().inFlight > 0) await new Promise(setImmediate);
    assert.deepEqual(simulator.stats().requestsByStatus, { aborted: 1 });
    const body = ndjson([validEvent()]);
    assert.deepEqual((await sendRequest(simulator, { body })).json, OK(1));
  });
});
