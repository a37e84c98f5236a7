import assert from "node:assert/strict";
import { test } from "node:test";

import { createSkippedLookup } from "../../../cli/backfill/skipped-objects.ts";
import { RefusedError } from "../../../cli/google/rest.ts";
import { UnavailableError } from "../../../functions/platform/errors.ts";
import { connectionToLists } from "../../support/fake-storage.ts";

const BEGIN = Date.parse("2026-11-26T10:00:00Z");

function clock() {
  let time = 0;
  return {
    now: () => time,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

function entry(object: string, atMs: number, generation = "7") {
  const jsonPayload = { message: "Object skipped", bucket: "b", object, generation };
  return { timestamp: new Date(atMs).toISOString(), jsonPayload };
}

test("what is logged after the begin was skipped; what was logged before says nothing", async () => {
  const { now, pass } = clock();
  const entries = [entry("old", BEGIN)];
  let reads = 0;
  const connection = connectionToLists({}, 1000, () => {
    reads++;
    return { entries: entries.toReversed() };
  });
  const wasSkipped = await createSkippedLookup(connection, { now });
  const isSkipped = (object: string) => wasSkipped({ bucket: "b", object, generation: "7" }, 0);

  entries.push(entry("new", BEGIN + 1500), entry("replaced", BEGIN + 1600, "6"));
  assert.equal(await isSkipped("new"), false, "a receipt may come at once");
  assert.equal(reads, 1, "nobody looks before");
  pass(4000);
  assert.deepEqual(await Promise.all(["new", "old", "replaced", "other"].map(isSkipped)), [
    true,
    false,
    false,
    false,
  ]);
  assert.equal(reads, 2, "one look serves all");
  entries.push(entry("other", BEGIN + 9000));
  pass(6000);
  assert.equal(await isSkipped("other"), true);
});

test("where the log may not be read, or is away, nobody knows", async () => {
  const { now, pass } = clock();
  for (const error of [new RefusedError("no", 403), new UnavailableError("away")]) {
    const connection = connectionToLists({}, 1000, () => {
      throw error;
    });
    const wasSkipped = await createSkippedLookup(connection, { now });
    pass(10_000);
    assert.equal(await wasSkipped({ bucket: "b", object: "o", generation: "1" }, 0), false);
  }
});
