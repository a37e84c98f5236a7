import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import type { JsonRecord } from "../../../../functions/event/transform-contract.ts";
import {
  mixpanelExport,
  mixpanelExportIn,
} from "../../../../functions/transforms/recipes/mixpanel-export.ts";
import { mixpanelPipeline } from "../../../../functions/transforms/recipes/mixpanel-pipeline.ts";
import { apply } from "../contexts.ts";

/** What an old project's export has for a time: what a clock in its zone shows, as if in UTC. */
function exported(atUtc: string, zone: string): number {
  const shown = new Date(atUtc).toLocaleString("sv-SE", { timeZone: zone });
  return Date.parse(`${shown.replace(" ", "T")}Z`);
}

function timeOf(zone: string, time: unknown): unknown {
  const record = { event: "E", properties: { time, distinct_id: "u" } } as JsonRecord;
  return (apply(mixpanelExportIn(zone), record) as { properties: JsonRecord }).properties["time"];
}

const ZONES = ["America/Los_Angeles", "Europe/Vienna", "Asia/Kolkata", "Pacific/Auckland", "UTC"];
const TIMES = [
  "2022-01-31T23:59:59Z",
  "2022-07-31T00:00:00Z",
  "2022-03-13T10:30:00Z",
  "2019-12-31T12:00:00Z",
];

for (const zone of ZONES)
  test(`times of an old project in ${zone} become UTC, in seconds as in milliseconds`, () => {
    for (const time of TIMES) {
      const wallMs = exported(time, zone);
      assert.equal(timeOf(zone, wallMs), Date.parse(time));
      assert.equal(timeOf(zone, wallMs / 1000), Date.parse(time));
      assert.equal(timeOf(zone, String(wallMs / 1000)), Date.parse(time));
    }
  });

test("a time that is none stays for the import to refuse", () => {
  for (const time of ["noon", null, "", 0, -1]) assert.equal(timeOf("Europe/Vienna", time), time);
});

test("a zone that does not exist is told while the transform is loaded", () => {
  assert.throws(
    () => mixpanelExportIn("Mars/Base"),
    /^Error: mixpanelExportIn: there is no time zone/,
  );
  assert.throws(() => mixpanelExportIn(""), /^Error: mixpanelExportIn: zone is ""; it has to be/);
});

test("an exported event that nothing has to be changed of stays the record it was", () => {
  const event = { event: "E", properties: { time: 1, distinct_id: "u", $user_id: "u" } };
  assert.equal(apply(mixpanelExport, event), event);
});

test("an event comes out of both forms as the same event", () => {
  const name = fc.string({ minLength: 1 });
  const properties = fc
    .dictionary(fc.string(), fc.jsonValue())
    .map(({ time: _, distinct_id: __, ...others }) => others as JsonRecord)
    .filter(
      (others) => !Object.keys(others).some((key) => key.startsWith("$") || key.startsWith("mp_")),
    );
  fc.assert(
    fc.property(name, properties, (event, own) => {
      const ids = { distinct_id: "u", $user_id: "u", $device_id: "d", $insert_id: "i" };
      const inExport = { event, properties: { ...own, ...ids, time: 1795000000123 } };
      const row = {
        event_name: event,
        properties: own,
        distinct_id: "u",
        user_id: "u",
        device_id: "d",
      };
      assert.deepEqual(
        apply(mixpanelPipeline, { ...row, insert_id: "i", time: 1795000000123 }),
        apply(mixpanelExport, inExport),
      );
    }),
  );
});
