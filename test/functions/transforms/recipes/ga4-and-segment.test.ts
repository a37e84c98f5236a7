import assert from "node:assert/strict";
import { test } from "node:test";

import type { JsonRecord } from "../../../../functions/event/transform-contract.ts";
import * as ga4File from "../../../../functions/transforms/recipes/ga4.ts";
import * as segmentFile from "../../../../functions/transforms/recipes/segment.ts";
import { apply } from "../contexts.ts";

// What each field becomes is in the recipes' golden files; here is what holds for every record.

const ROW: JsonRecord = {
  event_name: "page_view",
  event_timestamp: "1769904001000000",
  user_pseudo_id: "1.2",
  stream_id: "123",
  event_params: [{ key: "page_title", value: { string_value: "A" } }],
};

function insertIdOf(row: JsonRecord): unknown {
  const made = apply(ga4File.ga4, row) as { properties: Record<string, unknown> };
  return made.properties["$insert_id"];
}

test("a row that is exported again, its columns in another order, has the same $insert_id", () => {
  const again = Object.fromEntries(Object.entries(ROW).reverse());
  assert.equal(insertIdOf({ ...again, event_date: "20260201" }), insertIdOf(ROW));
  assert.match(String(insertIdOf(ROW)), /^[0-9a-f]{36}$/);
});

test("a 64-bit column that comes as a number gives the same $insert_id as its text", () => {
  assert.equal(insertIdOf({ ...ROW, event_timestamp: 1769904001000000 }), insertIdOf(ROW));
});

const OTHER_ROWS: readonly JsonRecord[] = [
  { event_name: "scroll" },
  { event_timestamp: "1769904001000001" },
  { user_pseudo_id: "1.3" },
  { stream_id: "124" },
  { event_bundle_sequence_id: "7" },
  { batch_event_index: 2 },
  { event_params: [{ key: "page_title", value: { string_value: "B" } }] },
];

for (const other of OTHER_ROWS)
  test(`a row with another ${Object.keys(other).join()} has another $insert_id`, () => {
    assert.notEqual(insertIdOf({ ...ROW, ...other }), insertIdOf(ROW));
  });

test("an item's parameters are among its other members, which come first", () => {
  const items = [
    {
      item_id: "1",
      price: 9.99,
      item_params: [
        { key: "color", value: { string_value: "red" } },
        { key: "page_location", value: { string_value: "/" } },
        { key: "price", value: { double_value: 1.5 } },
        { key: "empty", value: {} },
      ],
    },
    { item_id: "2" },
    { item_id: "3", item_params: [] },
  ];
  const made = apply(ga4File.ga4, { ...ROW, items }) as { properties: Record<string, unknown> };
  assert.deepEqual(made.properties["items"], [
    { color: "red", page_location: "/", price: 9.99, item_id: "1" },
    { item_id: "2" },
    { item_id: "3" },
  ]);
});

const CALL: JsonRecord = {
  type: "track",
  event: "E",
  userId: "u",
  messageId: "m",
  timestamp: "2026-02-01T10:00:00Z",
};

test("a property of a Segment call cannot take the place of its id or time, nor get lost", () => {
  const properties = { distinct_id: "x", time: 1, $insert_id: "y", $user_id: "z" };
  assert.deepEqual(apply(segmentFile.segment, { ...CALL, properties }), {
    event: "E",
    properties: {
      segment_distinct_id: "x",
      segment_time: 1,
      segment_insert_id: "y",
      segment_user_id: "z",
      distinct_id: "u",
      $user_id: "u",
      $insert_id: "m",
      time: Date.parse("2026-02-01T10:00:00Z"),
    },
  });
});

test("a Segment call without a messageId leaves the id to the import", () => {
  const { messageId: _, ...call } = CALL;
  const made = apply(segmentFile.segment, call) as { properties: object };
  assert.equal(Object.hasOwn(made.properties, "$insert_id"), false);
});

test("each recipe is a transform by itself", () => {
  assert.equal(segmentFile.transform, segmentFile.segment);
  assert.equal(ga4File.transform, ga4File.ga4);
});
