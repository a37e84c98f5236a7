import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";

import fc from "fast-check";

import { createEventStore } from "../../../local/mixpanel/event-store.ts";
import { createFingerprintCounter } from "../../../local/mixpanel/fingerprint-counter.ts";
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../../local/mixpanel/simulator.ts";
import {
  type ImportRequest,
  NOW,
  NOW_MS,
  type Properties,
  sendEvents,
  sendRequest,
  validEvent,
  validEvents,
} from "./import-client.ts";

let running: Simulator | undefined;

async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  running = await startSimulator({ now: () => NOW_MS, ...options });
  return running;
}

/** The properties an event is stored with. */
async function stored(
  properties: Properties,
  request: Omit<ImportRequest, "body"> = {},
): Promise<Properties> {
  const simulator = running ?? (await start());
  await sendEvents(simulator, [validEvent(properties)], request);
  const last = [...simulator.events()].at(-1);
  assert.ok(last);
  return last.properties;
}

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

describe("an event is stored", () => {
  it("with its time in seconds, and milliseconds kept", async () => {
    assert.equal((await stored({ time: 1_618_716_477 }))["time"], 1_618_716_477);
    assert.equal((await stored({ time: 1_618_716_477_123 }))["time"], 1_618_716_477.123);
    assert.equal((await stored({ time: "1618716477.5" }))["time"], 1_618_716_477.5);
  });

  it("at the time of arrival when it lies in the coming hour, so a repetition counts twice", async () => {
    const simulator = await start();
    assert.equal((await stored({ time: NOW + 1800 }))["time"], NOW);
    simulator.clock.advance(1000);
    assert.equal((await stored({ time: NOW + 1800 }))["time"], NOW + 1);
    assert.equal(simulator.stats().distinctEvents, 2);
  });

  it("with texts cut at 255 characters, or bytes, never through a character", async () => {
    const simulator = await start();
    const text = "\u{1f600}".repeat(300);
    assert.equal((await stored({ text }))["text"], "\u{1f600}".repeat(255));
    simulator.setSwitches({ textUnit: "bytes" });
    assert.equal((await stored({ text }))["text"], "\u{1f600}".repeat(63));
    assert.equal((await stored({ text: "x".repeat(256) }))["text"], "x".repeat(255));
  });

  it("located by its ip, else by the request, else nowhere; the ip itself is not kept", async () => {
    const forwarded = { "x-forwarded-for": "203.0.113.9, 10.0.0.1" };
    assert.equal((await stored({ ip: "198.51.100.4" }))["$city"], "City of 198.51.100.4");
    assert.equal((await stored({}))["$city"], "City of 127.0.0.1");
    assert.equal((await stored({}, { headers: forwarded }))["$city"], "City of 203.0.113.9");
    assert.equal((await stored({}, { query: "?strict=1&ip=0" }))["$city"], undefined);
    const withoutPlace = await stored({ ip: 0 });
    assert.ok(!("$city" in withoutPlace) && !("ip" in withoutPlace));
    assert.equal((await stored({ $city: "Graz" }))["$city"], "Graz");
  });

  it("not at all with a truthy $ignore, though it counts as imported", async () => {
    const simulator = await start();
    const events = [true, 1, "yes", false, "", 0].map(($ignore, index) =>
      validEvent({ $ignore, $insert_id: `id-${index}` }),
    );
    const response = await sendEvents(simulator, events);
    assert.deepEqual(response.json, { code: 200, num_records_imported: 6, status: "OK" });
    assert.equal(simulator.stats().eventsStored, 3);
  });

  it("with every digit of a large integer, in properties and in ids", async () => {
    const simulator = await start();
    const line = (id: string) =>
      `{"event":"e","properties":{"time":${NOW},"distinct_id":${id},"$insert_id":"x","n":-${id},"f":0.1234567890123456789}}`;
    await sendRequest(simulator, {
      body: `${line("1234567890123456781")}\n${line("1234567890123456782")}`,
    });
    await sendRequest(simulator, {
      body: `[${line("1234567890123456783")}]`,
      headers: { "content-type": "application/json" },
    });
    assert.equal(simulator.stats().distinctEvents, 3);
    const dump = await (await fetch(`${simulator.url}/local/export`)).text();
    assert.match(dump, /"distinct_id":"1234567890123456782".*"n":-1234567890123456782/);
    assert.match(dump, /"n":-1234567890123456783/);
  });
});

describe("distinct_id", () => {
  it("follows $user_id, then $device_id, in a simplified project", async () => {
    const both = { $user_id: "u9", $device_id: "d9" };
    assert.equal((await stored(both))["distinct_id"], "u9");
    assert.equal((await stored({ $device_id: "d9" }))["distinct_id"], "$device:d9");
    assert.equal((await stored({ distinct_id: 12_345 }))["distinct_id"], "12345");
  });

  it("is taken as sent in an original project", async () => {
    await start({ identityMode: "original" });
    assert.equal((await stored({ $user_id: "u9" }))["distinct_id"], "u1");
  });

  it("is made of the request's address when there is none, so two senders are two users", async () => {
    const simulator = await start();
    const event = { distinct_id: undefined };
    const first = await stored(event);
    assert.deepEqual(await stored(event), first);
    const other = await stored(event, { headers: { "x-forwarded-for": "203.0.113.9" } });
    assert.notEqual(other["distinct_id"], first["distinct_id"]);
    assert.equal(simulator.stats().distinctEvents, 2);
  });
});

describe("strict=0", () => {
  const query = "?strict=0";

  it("puts the time of arrival where there is none, or one out of range", async () => {
    for (const time of [undefined, "yesterday", 0, NOW + 86_400])
      assert.equal((await stored({ time }, { query }))["time"], NOW);
    assert.equal((await stored({ time: 1_618_716_477 }, { query }))["time"], 1_618_716_477);
  });

  it("never shows two events without a valid $insert_id as one", async () => {
    const simulator = await start();
    for (const id of [undefined, undefined, "a:b", "a:b", "good", "good"])
      await stored({ $insert_id: id }, { query });
    const { eventsStored, distinctEvents } = simulator.stats();
    assert.deepEqual({ eventsStored, distinctEvents }, { eventsStored: 6, distinctEvents: 5 });
    assert.equal([...simulator.events({ distinct: true })].length, 5);
  });

  it("imports the readable lines beside a malformed one", async () => {
    const simulator = await start();
    const body = `{"event":\n${JSON.stringify(validEvent())}`;
    assert.equal((await sendRequest(simulator, { body, query })).text, "1");
    assert.equal(simulator.stats().eventsStored, 1);
  });
});

describe("memory", () => {
  const event = (name: string) => ({
    name,
    timeMs: NOW_MS,
    distinctId: "u",
    insertId: name,
    isIgnored: false,
  });
  const source = () => ({
    text: "x".repeat(1000),
    receivedMs: 0,
    locatedBy: undefined,
    endpoint: "import" as const,
  });

  it("keeps the first events whole, up to their number", async () => {
    const simulator = await start({ keepEvents: 3 });
    await sendEvents(simulator, validEvents(10));
    const ids = [...simulator.events()].map(({ properties }) => properties["$insert_id"]);
    assert.deepEqual(ids, ["id-0", "id-1", "id-2"]);
    assert.equal(simulator.stats().distinctEvents, 10);
  });

  it("keeps no more once their bytes are used up", () => {
    const store = createEventStore({ keepEvents: 1000, keepBytes: 10_000 });
    for (let index = 0; index < 100; index += 1) store.add(event(`e${index}`), source);
    assert.equal(store.kept().length, 5);
    assert.equal(store.totals().distinct, 100);
  });

  it("counts names beyond 100,000 together", () => {
    const store = createEventStore({ keepEvents: 0, keepBytes: 0 });
    for (let index = 0; index < 100_010; index += 1) store.add(event(`e${index}`), source);
    const other = store.counts().find(({ event: name }) => name === "(other)");
    assert.equal(other?.stored, 10);
    assert.equal(store.totals().stored, 100_010);
  });

  it("keeps at most 10,000 refused events, but counts all", async () => {
    const simulator = await start();
    const bad = Array.from({ length: 2000 }, () => ({ event: "x".repeat(5000), properties: {} }));
    for (let request = 0; request < 6; request += 1)
      await sendEvents(simulator, bad.slice(0, 1800));
    const { events, reasons } = simulator.rejects();
    assert.equal(events.length, 10_000);
    assert.equal(events[0]?.record.length, 2048);
    assert.equal(reasons[0]?.count, 10_800);
  });

  it("does not take a small body that inflates to very much", async () => {
    const simulator = await start();
    const response = await sendRequest(simulator, { body: Buffer.alloc(300_000_000), gzip: true });
    assert.equal(response.status, 413);
    assert.equal(simulator.stats().bytes, 0);
  });
});

describe("the fingerprint counter", () => {
  it("counts like a map, whatever the texts", () => {
    const texts = fc.array(fc.oneof(fc.string(), fc.constantFrom("a", "b", "")), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(texts, (sequence) => {
        const counter = createFingerprintCounter();
        const map = new Map<string, number>();
        for (const text of sequence) {
          map.set(text, (map.get(text) ?? 0) + 1);
          assert.equal(counter.count(text), map.get(text));
        }
        assert.equal(counter.size, map.size);
      }),
    );
  });

  it("keeps its counts while it grows", () => {
    const counter = createFingerprintCounter();
    for (let index = 0; index < 50_000; index += 1) assert.equal(counter.count(`id-${index}`), 1);
    for (let index = 0; index < 50_000; index += 1) assert.equal(counter.count(`id-${index}`), 2);
    assert.equal(counter.size, 50_000);
  });

  it("says so when there is no room for more", () => {
    const counter = createFingerprintCounter(2);
    assert.deepEqual(
      ["a", "b", "a"].map((text) => counter.count(text)),
      [1, 1, 2],
    );
    assert.ok(counter.isExact);
    assert.equal(counter.count("c"), 0);
    assert.equal(counter.isExact, false);
    assert.equal(counter.size, 2);
    counter.clear();
    assert.equal(counter.count("c"), 1);
  });
});
