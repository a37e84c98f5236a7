import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { IDENTITY_EVENTS } from "../../../functions/event/limits.ts";
import { checkProperties, checkShape } from "../../../functions/event/event-rules.ts";
import { isUsableInsertId } from "../../../functions/records/insert-id.ts";
import { scanObject } from "../../../functions/records/json-scan.ts";
import type { ScannedEvent } from "../../../functions/scan/event-scanner.ts";
import { damagedEvent } from "./damaged-events.ts";
import { oddEvent } from "./odd-events.ts";
import { ordinaryEvent } from "./ordinary-events.ts";
import { NOW, scan } from "./scanned.ts";

/** What `JSON.parse` has to find in an event that does not fall back to it. */
function assertHolds(json: Buffer, found: ScannedEvent): void {
  const text = json.toString("utf8");
  const event = JSON.parse(text) as object;
  const checked = checkShape(event, "utf8");
  assert.ok(checked.kind === "event", text);
  const { properties } = checked.event;
  assert.equal(checkProperties(properties, NOW), undefined);
  assert.equal(Object.hasOwn(properties, "$ignore"), false);
  assert.equal(found.hasIp, Object.hasOwn(properties, "ip"));
  assert.equal(found.hasInsertId, Object.hasOwn(properties, "$insert_id"));
  if (found.hasInsertId) assert.ok(isUsableInsertId(properties["$insert_id"] as string));
  assert.equal(found.isIdentity, IDENTITY_EVENTS.has(checked.event.event));
  assertNoDuplicates(json);
  // What is added goes to the properties, and changes nothing else.
  const before = json.toString("utf8", 0, found.propertiesEnd);
  const after = json.toString("utf8", found.propertiesEnd);
  const added: unknown = JSON.parse(`${before},"added":1${after}`);
  assert.deepEqual(added, { ...event, properties: { ...properties, added: 1 } });
}

/** Of a key that is there twice not every reader takes the same value. */
function assertNoDuplicates(json: Buffer): void {
  const members = scanObject(json, 0);
  const isOnce = (key: string) => members.filter((one) => one.key === key).length === 1;
  assert.ok(isOnce("event") && isOnce("properties"));
  const open = members.find(({ key }) => key === "properties")?.value.start ?? 0;
  const keys = scanObject(json, open).map(({ key }) => key);
  const known = keys.filter((key) => ["time", "distinct_id", "$insert_id"].includes(key));
  assert.equal(new Set(known).size, known.length);
}

/** Checks what is told about `events`, and that no response is rare. */
function assertAllHold(events: fc.Arbitrary<Buffer>, numRuns: number): void {
  const counts = { accepted: 0, refused: 0, withIp: 0, withInsertId: 0, identity: 0 };
  fc.assert(
    fc.property(events, (json) => {
      const found = scan(json);
      if (found === undefined) counts.refused++;
      else {
        assertHolds(json, found);
        counts.accepted++;
        counts.withIp += Number(found.hasIp);
        counts.withInsertId += Number(found.hasInsertId);
        counts.identity += Number(found.isIdentity);
      }
    }),
    { numRuns },
  );
  for (const count of Object.values(counts))
    assert.ok(count > numRuns / 200, `too few of ${numRuns}: ${JSON.stringify(counts)}`);
}

describe("the scan of an event, and JSON.parse of it", () => {
  it("agree about odd events", () => {
    assertAllHold(oddEvent, 6000);
  });

  it("agree about damaged events", () => {
    assertAllHold(damagedEvent, 8000);
  });

  it("are not both needed for an ordinary event", () => {
    fc.assert(
      fc.property(ordinaryEvent, (json) => {
        const found = scan(json);
        assert.ok(found !== undefined, json);
        assertHolds(Buffer.from(json), found);
      }),
      { numRuns: 1500 },
    );
  });
});
