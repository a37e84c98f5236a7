import assert from "node:assert/strict";
import { test } from "node:test";

import { startMessageCloud } from "../support/local-cloud.ts";
import { eventText, shownOf } from "./message-scenario.ts";

/** As much as a message may have: https://cloud.google.com/pubsub/quotas#resource_limits */
const MESSAGE_BYTES = 10_000_000;
const NEIGHBOURS = 50;
const MAX_PEAK_BYTES = 512 * 1024 * 1024;

/**
 * 10 MB of the smallest records there are, in each layout. Each takes half a minute, so the suite
 * has one of them; HOSTILE_MESSAGES=all has them all.
 */
const HOSTILE: Readonly<Record<string, { readonly data: string; readonly records: number }>> = {
  "numbers, one a line": { data: "1\n".repeat(MESSAGE_BYTES / 2), records: MESSAGE_BYTES / 2 },
  "an array of empty objects": {
    data: `[${"{},".repeat(3_300_000)}{}]`,
    records: 3_300_001,
  },
  "empty objects, one a line": { data: "{}\n".repeat(3_300_000), records: 3_300_000 },
};

const IN_SUITE = "an array of empty objects";
const isAll = process.env["HOSTILE_MESSAGES"] === "all";

for (const [name, { data, records }] of Object.entries(HOSTILE)) {
  const skip = isAll || name === IN_SUITE ? false : "half a minute; HOSTILE_MESSAGES=all runs it";
  test(`10 MB of ${name} beside ${NEIGHBOURS} other messages`, { skip }, async (t) => {
    const cloud = await startMessageCloud(t);
    const neighbours = Array.from({ length: NEIGHBOURS }, (_, index) => eventText(name, index));

    const startedAt = performance.now();
    cloud.publish(data, ...neighbours);
    await cloud.idle();

    const dead = cloud
      .deadLetters()
      .reduce((sum, { attributes }) => sum + Number(attributes["records"]), 0);
    const { importMessages } = cloud.functions;
    const peak = importMessages.usage()?.peakMemoryBytes ?? 0;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    t.diagnostic(`${(peak / 1024 / 1024).toFixed(0)} MiB, ${seconds} s`);
    assert.equal(shownOf(cloud, name).distinct, NEIGHBOURS);
    assert.equal(dead, records);
    assert.equal(importMessages.restarts(), 0);
    assert.ok(peak <= MAX_PEAK_BYTES, `${peak} bytes`);
  });
}
