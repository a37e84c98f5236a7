import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import zlib from "node:zlib";

import type { Receipt } from "../../functions/objects/receipt.ts";
import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { startDeployedCloud, type LocalCloud } from "../../local/deployment/deployed-cloud.ts";
import { allBut, BUILT_FUNCTION } from "../support/local-cloud.ts";

/**
 * Imports large objects through the built bundle and prints what it took (`npm run test:large`):
 * plain, gzip of one member and of many, announced as `contentEncoding: gzip`, gzip that is hardly
 * smaller than its contents, records of almost 1 MB, one so large that it takes several runs, and
 * as large a one of CSV.
 * Fails when anything is missing, or when the function's memory is not flat. Takes minutes and up
 * to 3 GB of disk.
 */
const { values: options } = parseArgs({
  options: {
    megabytes: { type: "string", default: "200" },
    largest: { type: "string", default: "1000" },
    budget: { type: "string", default: "20" },
  },
});

/** Bound for any size of object; V8 takes its time to collect where the machine has plenty. */
const MAX_MEMORY_BYTES = 350_000_000;
const MEGABYTE = 1_000_000;
const PIECE_EVENTS = 10_000;
/** What blocked gzip (https://samtools.github.io/hts-specs/SAMv1.pdf, section 4) uses. */
const MEMBER_BYTES = 65_280;

interface EventFile {
  readonly path: string;
  readonly events: number;
}

const PLANS = ["free", "pro", "enterprise"];

/** An event of about 650 bytes, the same for the same index. */
function eventLine(index: number): string {
  const mixed = Math.imul(index + 1, 2_654_435_761) >>> 0;
  return `${JSON.stringify({
    event: `Event ${mixed % 40}`,
    properties: {
      time: 1_750_000_000 + (index % 10_000_000),
      distinct_id: `user-${mixed % 50_000}`,
      $insert_id: `large-${index}`,
      plan: PLANS[mixed % 3],
      url: `https://example.com/${mixed.toString(36)}/${(mixed >>> 7).toString(36)}?page=${mixed % 100}`,
      referrer: "https://example.org/search",
      amount: (mixed % 100_000) / 100,
      tags: ["α", "beta", mixed.toString(16)],
      text: `${mixed.toString(2)} ${"lorem ipsum dolor sit amet ".repeat(8)}`,
    },
  })}\n`;
}

/** Of the same size as a row of CSV, behind the header; every tenth over two lines. */
function csvLine(index: number): string {
  const mixed = Math.imul(index + 1, 2_654_435_761) >>> 0;
  const header = "event,time,distinct_id,$insert_id,plan,url,amount,empty,text\n";
  const fields = [
    `Event ${mixed % 40}`,
    1_750_000_000 + (index % 10_000_000),
    `user-${mixed % 50_000}`,
    `large-${index}`,
    PLANS[mixed % 3],
    `https://example.com/${mixed.toString(36)}/${(mixed >>> 7).toString(36)}?page=${mixed % 100}`,
    (mixed % 100_000) / 100,
    "",
    `"${mixed.toString(2)}${index % 10 === 0 ? "\n" : " "}""${"lorem ipsum, dolor sit amet ".repeat(14)}"""`,
  ];
  return `${index === 0 ? header : ""}${fields.join(",")}\n`;
}

/** The same with as many bytes of text that gzip makes little of. */
function noisyLine(index: number, bytes: number): string {
  const properties = {
    time: 1_750_000_000 + index,
    $insert_id: `noise-${index}`,
    noise: randomBytes((bytes * 3) / 4).toString("base64"),
  };
  return `${JSON.stringify({ event: "Noise", properties })}\n`;
}

async function writeEvents(
  file: string,
  megabytes: number,
  lineOf: (index: number) => string = eventLine,
  pieceEvents = PIECE_EVENTS,
): Promise<EventFile> {
  const handle = await open(file, "w");
  let bytes = 0;
  let events = 0;
  while (bytes < megabytes * MEGABYTE) {
    const from = events;
    const lines = Array.from({ length: pieceEvents }, (_, index) => lineOf(from + index));
    const piece = Buffer.from(lines.join(""));
    await handle.write(piece);
    bytes += piece.length;
    events += pieceEvents;
  }
  await handle.close();
  return { path: file, events };
}

async function zip(file: EventFile, target: string): Promise<EventFile> {
  await pipeline(
    createReadStream(file.path, { highWaterMark: MEGABYTE }),
    zlib.createGzip({ level: 1 }),
    createWriteStream(target),
  );
  return { ...file, path: target };
}

async function zipAsMembers(file: EventFile, target: string): Promise<EventFile> {
  const handle = await open(target, "w");
  for await (const chunk of createReadStream(file.path, { highWaterMark: MEMBER_BYTES }))
    await handle.write(zlib.gzipSync(chunk as Buffer, { level: 1 }));
  await handle.close();
  return { ...file, path: target };
}

interface ImportOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly contentEncoding?: string;
  readonly latencyMs?: number;
}

/** Imports one file in a cloud of its own, so that its figures are its own. */
async function importFile(
  folder: string,
  title: string,
  file: EventFile,
  { environment = {}, contentEncoding, latencyMs = 0 }: ImportOptions = {},
): Promise<void> {
  const cloud = await startDeployedCloud({
    functionSource: BUILT_FUNCTION,
    folder: path.join(folder, title.replaceAll(/\W/g, "-")),
    leavesOut: allBut("importObject"),
    mixpanel: { keepEvents: 0, rateLimit: "off", latencyMs },
    environment: { importObject: environment },
  });
  try {
    const startedAt = performance.now();
    const properties = contentEncoding === undefined ? {} : { contentEncoding };
    await cloud.bucket.put(CLOUD_NAMES.landingBucket, title, file.path, properties);
    await cloud.idle();
    const seconds = (performance.now() - startedAt) / 1000;
    await report(cloud, title, file, seconds);
  } finally {
    await cloud.stop();
  }
}

async function report(cloud: LocalCloud, title: string, file: EventFile, seconds: number) {
  const receipt = await readReceipt(cloud);
  const { distinctEvents, eventsStored } = cloud.simulator.stats();
  const { cpuSeconds = 0, peakMemoryBytes = 0 } = cloud.functions.importObject.usage() ?? {};
  const megabytes = (await stat(file.path)).size / MEGABYTE;
  const figures = [
    title.padEnd(36),
    `${megabytes.toFixed(0)} MB`,
    `${file.events} events`,
    `${receipt.runs} runs`,
    `${seconds.toFixed(1)} s`,
    `${cpuSeconds.toFixed(1)} s CPU`,
    `${(peakMemoryBytes / MEGABYTE).toFixed(0)} MB at most`,
    `${eventsStored} stored`,
  ];
  process.stdout.write(`${figures.join("  ")}\n`);
  assert.equal(receipt.state, "complete");
  assert.equal(receipt.records.used, file.events);
  assert.equal(receipt.events.imported, file.events);
  assert.equal(distinctEvents, file.events);
  assert.equal(cloud.functions.importObject.restarts(), 0);
  assert.ok(peakMemoryBytes < MAX_MEMORY_BYTES, `${peakMemoryBytes} bytes of memory`);
}

async function readReceipt({ bucket }: LocalCloud): Promise<Receipt> {
  const [listed] = bucket.list(CLOUD_NAMES.receiptsBucket);
  assert.ok(listed, "a receipt");
  const bytes = await bucket.read(CLOUD_NAMES.receiptsBucket, listed.name);
  // The one cast of this file: what the function wrote is what is looked at.
  return JSON.parse(bytes.toString("utf8")) as Receipt;
}

const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-large-"));
try {
  const plain = await writeEvents(path.join(folder, "events"), Number(options.megabytes));
  const zipped = await zip(plain, path.join(folder, "one-member"));
  const blocked = await zipAsMembers(plain, path.join(folder, "members"));
  await importFile(folder, "plain", plain);
  await importFile(folder, "gzip.gz", zipped);
  await importFile(folder, "gzip without the name", zipped);
  await importFile(folder, "contentEncoding gzip", zipped, { contentEncoding: "gzip" });
  await importFile(folder, "gzip in blocks", blocked);
  const large = path.join(folder, "large-records");
  const largeRecords = await writeEvents(large, 900, (index) => noisyLine(index, 950_000), 10);
  await importFile(folder, "records of almost 1 MB", largeRecords);
  const noise = path.join(folder, "noise");
  const noisy = await writeEvents(noise, 500, (index) => noisyLine(index, 4000), 1000);
  await importFile(folder, "noise, one gzip member", await zip(noisy, `${noise}.gz`));
  const largest = await writeEvents(path.join(folder, "largest"), Number(options.largest));
  // So slow that a gigabyte takes several runs, with all the requests under way that there may be.
  const inRuns = { environment: { TIME_BUDGET_SECONDS: options.budget }, latencyMs: 1000 };
  await importFile(folder, `plain, ${options.budget} s a run`, largest, inRuns);
  const largestZipped = await zip(largest, path.join(folder, "largest-one-member"));
  await importFile(folder, `one gzip member, ${options.budget} s a run`, largestZipped, inRuns);
  const rows = await writeEvents(path.join(folder, "rows"), Number(options.largest), csvLine);
  await importFile(folder, `CSV, ${options.budget} s a run.csv`, rows, inRuns);
} finally {
  await rm(folder, { recursive: true, force: true });
}
