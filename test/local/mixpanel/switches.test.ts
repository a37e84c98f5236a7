import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { checkEvent, isRefusal } from "../../../local/mixpanel/event-check.ts";
import { parseBatch } from "../../../local/mixpanel/parse-batch.ts";
import { DEFAULT_SWITCHES, type Switches } from "../../../local/mixpanel/switches.ts";
import { NOW_MS, type Properties, validEvent } from "./import-client.ts";

/** The rule that refuses an event, or undefined. */
function brokenRule(properties: Properties, switches: Partial<Switches> = {}): string | undefined {
  const body = Buffer.from(JSON.stringify(validEvent(properties)));
  const [record] = parseBatch(body, "application/x-ndjson") ?? [];
  assert.ok(record);
  const outcome = checkEvent(record, {
    nowMs: NOW_MS,
    identityMode: "simplified",
    address: "127.0.0.1",
    switches: { ...DEFAULT_SWITCHES, ...switches },
  });
  return isRefusal(outcome) ? outcome.rule : undefined;
}

const propertiesOf = (count: number): Properties =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, index]));

describe("where documents contradict each other or say nothing", () => {
  it("placeholders are told apart by case, or not", () => {
    const ignoring = { placeholdersIgnoreCase: true };
    for (const [name, rule] of [
      ["distinct_id", "distinct-id-placeholder"],
      ["$insert_id", "insert-id-placeholder"],
    ] as const) {
      assert.equal(brokenRule({ [name]: "NULL" }), undefined);
      assert.equal(brokenRule({ [name]: "NULL" }, ignoring), rule);
      assert.equal(brokenRule({ [name]: "Nullable" }, ignoring), undefined);
    }
  });

  it("an event may have fewer than 255 properties, or 255", () => {
    const with255 = propertiesOf(252);
    assert.equal(brokenRule(with255), "too-many-properties");
    assert.equal(brokenRule(with255, { maxProperties: 255 }), undefined);
    assert.equal(
      brokenRule({ ...with255, one: "more" }, { maxProperties: 255 }),
      "too-many-properties",
    );
  });
});

describe("the first broken rule is reported", () => {
  it("in the order event, properties, time, distinct_id, $insert_id, values", () => {
    const tooDeep = { a: { b: { c: { d: 1 } } } };
    assert.equal(brokenRule({ time: 0, distinct_id: "null", $insert_id: "" }), "time-too-old");
    assert.equal(brokenRule({ distinct_id: "null", $insert_id: "" }), "distinct-id-placeholder");
    assert.equal(brokenRule({ $insert_id: "", k: tooDeep }), "insert-id-missing");
    assert.equal(brokenRule({ k: tooDeep }), "too-deep");
  });
});
