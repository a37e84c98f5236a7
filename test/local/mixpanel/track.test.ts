import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";

import type { Simulator } from "../../../local/mixpanel/simulator.ts";
import { NOW, type Properties, sendEvents, validEvent } from "./import-client.ts";
import { start } from "./vector-test.ts";

const TOKEN = "local-project-token";
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const JSON_TYPE = { "content-type": "application/json" };
const OK = { error: null, status: 1 };
const DAY = 86_400;

const event = (properties: Properties = {}, name: unknown = "e") => ({
  event: name,
  properties: { token: TOKEN, distinct_id: "u1", ...properties },
});

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");

async function track(
  { url }: Simulator,
  body: string | Buffer,
  {
    query = "?verbose=1&ip=0",
    headers = JSON_TYPE,
  }: { readonly query?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly status: number; readonly text: string; readonly json: unknown }> {
  const response = await fetch(`${url}/track${query}`, {
    method: "POST",
    headers,
    body: new Uint8Array(Buffer.from(body)),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return {
    status: response.status,
    text,
    json: isJson ? (JSON.parse(text) as unknown) : undefined,
  };
}

const trackAll = async (simulator: Simulator, events: readonly unknown[]) =>
  (await track(simulator, JSON.stringify(events))).json;

const tracked = (simulator: Simulator) =>
  [...simulator.events({ endpoint: "track" })].map(({ properties }) => properties);

describe("/track", () => {
  const forms: readonly (readonly [title: string, query: string, body: string])[] = [
    ["a form with base64", "?verbose=1", `data=${encodeURIComponent(base64(event()))}`],
    ["a form with base64 that is not escaped", "?verbose=1", `data=${base64([event()])}`],
    ["a form with JSON", "", `verbose=1&data=${encodeURIComponent(JSON.stringify([event()]))}`],
    ["a form with a slash behind /track", "/?verbose=1", `data=${base64(event())}`],
    ["the query", `?verbose=1&data=${encodeURIComponent(base64(event()))}`, ""],
  ];
  for (const [title, query, body] of forms)
    it(`takes ${title}`, async () => {
      const simulator = await start();
      assert.deepEqual((await track(simulator, body, { query, headers: FORM })).json, OK);
      assert.equal(tracked(simulator).length, 1);
    });

  it("takes a GET, an array, an object, and gzip", async () => {
    const simulator = await start();
    const url = `${simulator.url}/track?data=${encodeURIComponent(base64(event()))}`;
    assert.equal(await (await fetch(url)).text(), "1");
    const body = JSON.stringify([event(), event()]);
    assert.deepEqual((await track(simulator, body)).json, OK);
    assert.deepEqual((await track(simulator, JSON.stringify(event()))).json, OK);
    const headers = { ...JSON_TYPE, "content-encoding": "gzip" };
    assert.deepEqual((await track(simulator, gzipSync(body), { headers })).json, OK);
    assert.equal(tracked(simulator).length, 6);
  });

  it("responds with a digit unless verbose", async () => {
    const simulator = await start();
    const bare = { query: "" };
    assert.equal((await track(simulator, JSON.stringify([event()]), bare)).text, "1");
    assert.equal((await track(simulator, JSON.stringify([{}]), bare)).text, "0");
  });

  it("keeps its events beside those of /import, and tells them apart", async () => {
    const simulator = await start();
    await sendEvents(simulator, [validEvent()]);
    await trackAll(simulator, [event({ $insert_id: "id-1", time: NOW })]);
    const { eventsStored, distinctEvents } = simulator.stats();
    assert.deepEqual({ eventsStored, distinctEvents }, { eventsStored: 2, distinctEvents: 1 });
    const dump = await (await fetch(`${simulator.url}/local/export?endpoint=track`)).text();
    assert.match(dump, new RegExp(`^\\{"event":"e",.*"token":"${TOKEN}".*\\}\\n$`));
    assert.deepEqual(
      simulator.requests().map(({ endpoint, imported }) => ({ endpoint, imported })),
      [
        { endpoint: "import", imported: 1 },
        { endpoint: "track", imported: 1 },
      ],
    );
  });

  it("puts the time of arrival where there is none, or one ahead", async () => {
    const simulator = await start();
    await trackAll(simulator, [event(), event({ time: NOW + DAY }), event({ time: NOW - 60 })]);
    assert.deepEqual(
      tracked(simulator).map(({ time }) => time),
      [NOW, NOW, NOW - 60],
    );
  });

  it("silently drops what is more than five days old, and tells it under /local", async () => {
    const simulator = await start();
    const times = [NOW - 5 * DAY - 1, NOW - 5 * DAY];
    assert.deepEqual(
      await trackAll(
        simulator,
        times.map((time) => event({ time })),
      ),
      OK,
    );
    assert.equal(tracked(simulator).length, 1);
    const { reasons } = simulator.rejects();
    assert.deepEqual(
      reasons.map(({ rule, count }) => ({ rule, count })),
      [{ rule: "tracked-too-old", count: 1 }],
    );
  });

  it("accepts a wrong token, and stores nothing", async () => {
    const simulator = await start();
    assert.deepEqual(await trackAll(simulator, [event({ token: "nonsense" })]), OK);
    assert.equal(simulator.stats().eventsStored, 0);
  });

  it("stores nothing in another region", async () => {
    const simulator = await start({ projects: [{ id: "1", token: TOKEN, region: "eu" }] });
    assert.deepEqual(await trackAll(simulator, [event()]), OK);
    assert.equal(simulator.stats().eventsStored, 0);
  });

  const bad: readonly (readonly [title: string, body: string, error: string])[] = [
    ["no token", JSON.stringify([event({ token: undefined })]), "token, missing or empty"],
    ["an empty token", JSON.stringify([event({ token: "" })]), "token, missing or empty"],
    ["no event", JSON.stringify([event({}, "")]), "event, missing or empty"],
    ["no properties", '[{"event":"e"}]', "token, missing or empty"],
    ["nothing", "", "data, missing or empty"],
    ["an empty array", "[]", "data, missing or empty"],
    ["no JSON", "hello", "data, missing or empty"],
  ];
  for (const [title, body, error] of bad)
    it(`says 0 to ${title}`, async () => {
      const { status, json } = await track(await start(), body);
      assert.deepEqual({ status, json }, { status: 200, json: { error, status: 0 } });
    });

  it("says 1 when one or more events are valid", async () => {
    const simulator = await start();
    assert.deepEqual(await trackAll(simulator, [{}, event()]), OK);
    assert.equal(tracked(simulator).length, 1);
    assert.equal(simulator.stats().eventsRejected, 1);
  });

  it("makes ids and places of addresses with ip=1 only", async () => {
    const simulator = await start();
    const body = JSON.stringify([event({ distinct_id: undefined })]);
    for (const query of ["", "?ip=1"]) await track(simulator, body, { query });
    const [without, located] = tracked(simulator);
    assert.deepEqual([without?.["distinct_id"], without?.["$city"]], ["", undefined]);
    assert.match(String(located?.["distinct_id"]), /^[0-9a-f]{32}$/);
    assert.equal(located?.["$city"], "City of 127.0.0.1");
  });

  it("refuses 2001 events, a large body, and what is over the rate", async () => {
    const simulator = await start({
      rateLimit: { eventsPerSecond: 1 },
      switches: { maxRequestBytes: 300_000 },
    });
    const many = JSON.stringify(Array.from({ length: 2001 }, () => event()));
    assert.equal((await track(simulator, many)).status, 413);
    assert.equal((await track(simulator, `[${" ".repeat(300_000)}]`)).status, 413);
    const minute = Array.from({ length: 60 }, () => event());
    assert.deepEqual(await trackAll(simulator, minute), OK);
    assert.equal((await track(simulator, JSON.stringify([event()]))).status, 429);
    assert.equal(tracked(simulator).length, 60);
  });

  it("has faults of its own", async () => {
    const match = { endpoint: "track" } as const;
    const simulator = await start({
      faults: [
        { kind: "status", status: 503, match: { ...match, nth: 1 } },
        { kind: "refuseBatch", error: "no", match: { ...match, nth: 2 } },
        { kind: "loseEvents", event: "e", match: { ...match, nth: 3 } },
      ],
    });
    const body = JSON.stringify([event()]);
    assert.equal((await track(simulator, body)).status, 503);
    assert.deepEqual((await track(simulator, body)).json, { error: "no", status: 0 });
    assert.deepEqual((await track(simulator, body)).json, OK);
    assert.equal(simulator.stats().eventsStored, 0);
    assert.deepEqual((await track(simulator, body)).json, OK);
    assert.equal(simulator.stats().eventsStored, 1);
  });
});
