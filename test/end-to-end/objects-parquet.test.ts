import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import zlib from "node:zlib";

import { startObjectCloud } from "../support/local-cloud.ts";
import {
  assertComplete,
  importObject,
  inShort,
  mixpanelOf,
  receiptOf,
  shownOf,
  startShortRuns,
} from "./object-scenario.ts";

const FILES = join(import.meta.dirname, "../functions/formats/parquet/files");
const EVENTS = readFileSync(join(FILES, "events.parquet"));
/** Rows of which none is an event. */
const NO_EVENTS = readFileSync(join(FILES, "flat-snappy-v1.parquet"));

test("a Parquet file of events is imported, whatever it is called", async (t) => {
  const cloud = await startObjectCloud(t);
  for (const name of ["events.snappy.parquet", "part-00000", "events.ndjson"]) {
    mixpanelOf(cloud).clear();
    await importObject(cloud, name, EVENTS);
    const receipt = await assertComplete(cloud, name, "Rows", 6000);
    assert.equal(receipt.runs, 1);
    assert.equal(receipt.bytes, EVENTS.length);
    assert.equal(receipt.size, EVENTS.length);
  }
  assert.deepEqual(cloud.deadLetters(), []);
});

test("a Parquet file that takes several runs goes on at its row, though reads fail", async (t) => {
  const cloud = await startShortRuns(t);
  cloud.bucket.faults.set([
    { object: "runs.parquet", nth: 1, fault: { kind: "status", status: 503 } },
    { object: "runs.parquet", nth: 4, fault: { kind: "cut", afterBytes: 100 } },
  ]);
  await importObject(cloud, "runs.parquet", EVENTS);
  const receipt = await assertComplete(cloud, "runs.parquet", "Rows", 6000);
  assert.ok(receipt.runs > 1, `${receipt.runs} runs`);
  assert.equal(shownOf(cloud, "Rows").stored, 6000);
  assert.deepEqual(cloud.deadLetters(), []);
});

test("rows that are no events are dead letters of their JSON, with the row's number", async (t) => {
  const cloud = await startObjectCloud(t);
  await importObject(cloud, "no-events.parquet", NO_EVENTS);
  const { state, records, firstError } = await receiptOf(cloud, "no-events.parquet");
  assert.equal(state, "complete");
  assert.deepEqual(records, { read: 40, dropped: 0, unusable: 40, used: 0 });
  assert.equal(firstError?.line, 1);
  const [dead] = cloud.deadLetters();
  assert.equal(dead?.attributes["format"], "parquet");
  assert.equal(dead.attributes["lines"], "1-40");
  assert.equal(
    dead.data.toString("utf8"),
    readFileSync(join(FILES, "flat.rows.ndjson"), "utf8").trimEnd(),
  );
});

test("of a damaged Parquet file everything before the damage is in; without its footer nothing", async (t) => {
  const cloud = await startObjectCloud(t);
  const damaged = Buffer.from(EVENTS);
  // In the pages of the second row group.
  damaged.fill(0xff, EVENTS.length / 2, EVENTS.length / 2 + 20);
  await importObject(cloud, "damaged.parquet", damaged);
  const { state, records } = await receiptOf(cloud, "damaged.parquet");
  assert.equal(state, "truncated");
  assert.ok(records.used >= 2500 && records.used < 6000, `${records.used}`);
  assert.equal(shownOf(cloud, "Rows").distinct, records.used);

  for (const [name, content] of Object.entries({
    "cut.parquet": EVENTS.subarray(0, -100),
    "wrapped.parquet.gz": zlib.gzipSync(EVENTS),
  })) {
    await importObject(cloud, name, content);
    const receipt = await receiptOf(cloud, name);
    assert.equal(receipt.state, "unreadable", name);
    assert.equal(receipt.records.read, 0);
  }
  const errors = inShort(cloud.deadLetters()).map(({ error }) => error ?? "");
  assert.match(
    errors[0] ?? "",
    /^the Parquet file is damaged at row \d+ \(.*upload the object again$/,
  );
  assert.match(errors[1] ?? "", /^a damaged Parquet file \(.*\): upload it again$/);
  assert.match(errors[2] ?? "", /^a Parquet file within gzip or zstd, .* give the file itself/);
});
