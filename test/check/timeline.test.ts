import assert from "node:assert/strict";
import { test } from "node:test";

import { createTimeline } from "../../check/timeline.ts";

const HOUR_MS = 3_600_000;

test("a day is told by the hour, and its names by how often they occur", () => {
  const builder = createTimeline();
  for (let hour = 0; hour < 24; hour++) builder.add("A", hour * HOUR_MS);
  for (let minute = 0; minute < 60; minute++) builder.add("B", minute * 60_000);

  const { widthMs, names, bars, firstMs, lastMs } = builder.timeline();

  assert.equal(widthMs, HOUR_MS);
  assert.deepEqual(names, ["B", "A"]);
  assert.equal(bars.length, 24);
  assert.deepEqual(bars[0], { startMs: 0, events: 61, byName: [60, 1] });
  assert.equal(firstMs, 0);
  assert.equal(lastMs, 23 * HOUR_MS);
});

test("whatever the times and names are, memory is bounded and no event is lost", () => {
  const builder = createTimeline();
  const count = 30_000;
  for (let index = 0; index < count; index++) builder.add(`name ${index}`, index * 16 * HOUR_MS);
  builder.add("never", NaN);

  const { names, bars } = builder.timeline();

  // 55 years.
  assert.ok(bars.length <= 720);
  assert.equal(names.length, 6);
  assert.equal(
    bars.reduce((sum, { events }) => sum + events, 0),
    count,
  );
});
