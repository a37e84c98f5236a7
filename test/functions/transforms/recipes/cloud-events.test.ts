import assert from "node:assert/strict";
import { test } from "node:test";

import type {
  JsonRecord,
  TransformContext,
} from "../../../../functions/event/transform-contract.ts";
import { cloudEvents } from "../../../../functions/transforms/recipes/cloud-events.ts";
import { compose, distinctIdFrom } from "../../../../functions/transforms/steps.ts";
import { apply, IN_MESSAGE } from "../contexts.ts";

const ATTRIBUTES = {
  "ce-specversion": "1.0",
  "ce-type": "com.example.order",
  "ce-source": "/shop",
  "ce-id": "1",
  "ce-time": "2026-01-31T23:59:59.123Z",
  "ce-subject": "T-1",
  "content-type": "application/json",
};

function inMessage(attributes: Readonly<Record<string, string>>): TransformContext {
  return { source: "message", messageId: "1", publishTime: "2026-02-01T00:00:00Z", attributes };
}

const STRUCTURED = {
  specversion: "1.0",
  type: "com.example.order",
  source: "/shop",
  id: "1",
  time: "2026-01-31T23:59:59.123Z",
  subject: "T-1",
  data: { user_id: "u", total: 7 },
};

test("binary mode, with attributes around the data, is the same event as structured mode", () => {
  const binary = cloudEvents({ user_id: "u", total: 7 }, inMessage(ATTRIBUTES));
  assert.deepEqual(binary, apply(cloudEvents, STRUCTURED));
});

test("structured mode is told by the content type, whatever else is among the attributes", () => {
  const type = { "content-type": "application/cloudevents+json; charset=utf-8" };
  assert.deepEqual(
    cloudEvents(STRUCTURED, inMessage({ ...ATTRIBUTES, ...type })),
    cloudEvents(STRUCTURED, IN_MESSAGE),
  );
});

test("a message without data is an event of its attributes", () => {
  assert.deepEqual(
    cloudEvents({}, inMessage(ATTRIBUTES)),
    apply(cloudEvents, { ...STRUCTURED, data: {} }),
  );
});

test("a user's id in another member is named in a step", () => {
  const made = apply(compose(cloudEvents, distinctIdFrom("user_id")), STRUCTURED);
  assert.equal((made as { properties: JsonRecord }).properties["distinct_id"], "u");
});

test("the same id of another source is another event", () => {
  const idOf = (record: JsonRecord) =>
    (apply(cloudEvents, record) as { properties: JsonRecord }).properties["$insert_id"];
  assert.notEqual(idOf(STRUCTURED), idOf({ ...STRUCTURED, source: "/other" }));
  assert.equal(idOf(STRUCTURED), idOf({ ...STRUCTURED, data: {} }));
});
