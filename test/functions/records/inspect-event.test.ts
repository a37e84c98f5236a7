import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { checkProperties, checkShape } from "../../../functions/event/event-rules.ts";
import { isUsableInsertId } from "../../../functions/records/insert-id.ts";
import { inspectEvent } from "../../../functions/records/inspect-event.ts";
import type { JsonRecord } from "../../../functions/event/transform-contract.ts";

const NOW = Date.UTC(2026, 0, 1);
const TIME = NOW / 1000 - 100;

function jsonOf(value: unknown) {
  // A neighbour before and behind, as in the memory that events share.
  const bytes = Buffer.from(`}}${JSON.stringify(value)}}}`);
  return { bytes, start: 2, end: bytes.length - 2 };
}

function inspect(value: unknown) {
  return inspectEvent(value as JsonRecord, jsonOf(value), NOW);
}

function event(properties: object, more: object = {}) {
  return { event: "e", ...more, properties: { time: TIME, ...properties } };
}

/** With a member that JSON leaves out. */
function hidden(object: object, key: string, value: unknown): object {
  return Object.defineProperty(object, key, { value, enumerable: false });
}

/** What `JSON.parse` has to find in an event that does not fall back to it. */
function assertHolds(value: unknown, found: NonNullable<ReturnType<typeof inspect>>): void {
  const json = jsonOf(value);
  const text = json.bytes.toString("utf8", json.start, json.end);
  const checked = checkShape(JSON.parse(text), "utf8");
  assert.ok(checked.kind === "event", text);
  const { properties } = checked.event;
  assert.equal(checkProperties(properties, NOW), undefined);
  assert.equal(properties["$ignore"], undefined);
  assert.equal(found.hasIp, Object.hasOwn(properties, "ip"));
  assert.equal(found.hasInsertId, Object.hasOwn(properties, "$insert_id"));
  if (found.hasInsertId) assert.ok(isUsableInsertId(String(properties["$insert_id"])));
  const identity = ["$identify", "$create_alias", "$merge"];
  assert.equal(found.isIdentity, identity.includes(checked.event.event));
  const before = json.bytes.toString("utf8", json.start, found.propertiesEnd);
  const after = json.bytes.toString("utf8", found.propertiesEnd, json.end);
  const added = JSON.parse(`${before},"added":1${after}`) as { properties: object };
  assert.deepEqual(added.properties, { ...properties, added: 1 });
}

describe("an event as a transform made it", () => {
  it("is judged by a few of its members", () => {
    const plain = { hasIp: false, hasInsertId: false, isIdentity: false };
    for (const [value, expected] of [
      [event({}), plain],
      [event({ ip: 0 }), { ...plain, hasIp: true }],
      [event({ ip: "" }), { ...plain, hasIp: true }],
      [event({ ip: undefined }), plain],
      [event({ $insert_id: "id-1" }), { ...plain, hasInsertId: true }],
      [event({ $insert_id: undefined, distinct_id: "東京" }), plain],
      [event({ distinct_id: 5, a: { b: [{}] } }), plain],
      [event({ distinct_id: undefined }, { event: "$merge" }), { ...plain, isIdentity: true }],
      [Object.assign(Object.create(null) as object, event({})), plain],
    ] as const) {
      const found = inspect(value);
      assert.ok(found !== undefined, JSON.stringify(value));
      assert.deepEqual({ ...plain, ...expected, propertiesEnd: found.propertiesEnd }, found);
      assertHolds(value, found);
    }
  });

  it("falls back to JSON.parse when anything about it is unusual", () => {
    class Odd {
      event = "e";
      properties = { time: TIME };
    }
    for (const value of [
      {},
      { event: "e" },
      { event: "e", properties: null },
      { event: "e", properties: [TIME] },
      { event: 1, properties: { time: TIME } },
      event({}, { event: "" }),
      event({}, { event: " e" }),
      event({}, { event: "日本" }),
      event({ time: undefined }),
      event({ time: NaN }),
      event({ time: Infinity }),
      event({ time: -1 }),
      event({ time: TIME + 0.5 }),
      event({ time: 1e15 }),
      event({ time: TIME + 1e6 }),
      event({ time: String(TIME) }),
      { event: "e", properties: hidden({}, "time", TIME) },
      hidden({ properties: { time: TIME } }, "event", "e"),
      { event: "e", properties: hidden({ time: TIME }, "$insert_id", "id-1") },
      { event: "e", properties: hidden({ time: TIME }, "ip", "1.2.3.4") },
      event({ distinct_id: "null" }),
      event({ distinct_id: null }),
      event({ distinct_id: { toJSON: () => "null" } }),
      event({ distinct_id: new String("null") }),
      event({ $insert_id: "" }),
      event({ $insert_id: "ä" }),
      event({ $insert_id: "null" }),
      event({ $insert_id: 5 }),
      event({ ip: () => 0 }),
      event({ ip: Symbol("0") }),
      event({ ip: {} }),
      event({ $ignore: false }),
      event({ toJSON: () => ({}) }),
      event({}, { toJSON: () => ({}) }),
      { properties: { time: TIME }, event: "e" },
      { event: "e", properties: { time: TIME }, later: undefined },
      Object.assign(Object.create({ toJSON: () => ({}) }) as object, event({})),
      { event: "e", properties: Object.create({ time: TIME }) as object },
      new Odd(),
    ])
      assert.equal(inspect(value), undefined, JSON.stringify(value));
  });

  it("is what its JSON says, whatever it holds", () => {
    const odd = fc.constantFrom<unknown>(
      ...[undefined, null, NaN, -0, true, "", "null", "0000", "a-1", TIME, TIME + 1e7, 1e15, {}],
      ...[[], new Date(0), () => 1, { toJSON: () => TIME }, "a\u2028\ud800", " ", "$merge", [1]],
    );
    const members = (keys: readonly string[], usual: Record<string, unknown>) =>
      fc
        .tuple(
          fc.shuffledSubarray([...keys]),
          fc.dictionary(fc.constantFrom(...keys), odd, { maxKeys: 3 }),
        )
        .map(([order, values]) =>
          Object.fromEntries(order.map((key) => [key, key in values ? values[key] : usual[key]])),
        );
    const properties = members(["time", "distinct_id", "$insert_id", "ip", "$ignore", "7", "x"], {
      time: TIME,
      distinct_id: "u",
      $insert_id: "id",
      x: "}}",
    });
    const events = fc
      .tuple(properties, members(["event", "properties", "more", "3"], { event: "e", more: {} }))
      .map(([inner, outer]) => ({
        ...outer,
        ...("properties" in outer && { properties: outer["properties"] ?? inner }),
      }));
    let inspected = 0;
    fc.assert(
      fc.property(events, (value) => {
        const found = inspect(value);
        if (found === undefined) return;
        inspected++;
        assertHolds(value, found);
      }),
      { numRuns: 20_000 },
    );
    assert.ok(inspected > 200, `only ${inspected} were inspected`);
  });
});
