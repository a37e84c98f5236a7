import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import type { Receipt } from "../../functions/objects/receipt.ts";
import { startBucketServer, type BucketServer } from "../../local/bucket/bucket-server.ts";
import type { Certificate } from "../certificate.ts";
import { startMeasuredFunction, type MeasuredFunction, type Usage } from "../measured-function.ts";
import { startSimulatorProcess, type SimulatorFigures } from "../simulator-process.ts";
import { EXTENSIONS } from "./layouts.ts";
import type { ObjectCase } from "./object-cases.ts";
import type { RecordFile } from "./record-file.ts";

/** What one import came to. */
export interface ObjectRun {
  readonly usage: Usage;
  readonly mixpanel: SimulatorFigures;
  /** What is not as it has to be; empty when every record of the file arrived once. */
  readonly faults: readonly string[];
}

export interface ObjectOptions {
  /** Folder of the function to serve. */
  readonly source: string;
  /** Undefined: Mixpanel is asked over plain HTTP. */
  readonly certificate: Certificate;
  readonly cpuProfileFolder?: string | undefined;
}

/** What is promised is promised without start-up: an instance's first object is one record. */
const FIRST = "first";
const FIRST_RECORDS = {
  events: {
    event: "first",
    properties: { time: 1_750_000_000, distinct_id: "first", $insert_id: "first" },
  },
  updates: { $distinct_id: "first", $set: { plan: "pro" } },
} as const;

const LANDING = "bench-landing";
const RECEIPTS = "bench-receipts";
const NAME = "records";
const TOPIC = "projects/bench/topics/objects";

/** Imports one file, with a bucket, a simulator and a function of its own. */
export async function measureObject(
  { latencyMs, isOneCore, file: { contents, layout } }: ObjectCase,
  file: RecordFile,
  options: ObjectOptions,
): Promise<ObjectRun> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-bench-"));
  const bucket = await startBucketServer({ folder, buckets: [LANDING, RECEIPTS] });
  const simulator = await startSimulatorProcess(
    ...["--latency", String(latencyMs)],
    ...["--tls-key", options.certificate.keyFile],
    ...["--tls-cert", options.certificate.certFile],
  );
  const measured = await startMeasuredFunction({
    entryPoint: "importObject",
    source: options.source,
    environment: environmentOf(bucket, simulator, options.certificate),
    ...(options.cpuProfileFolder !== undefined && { cpuProfileFolder: options.cpuProfileFolder }),
  });
  try {
    if (isOneCore) await measured.keepToOneCore();
    await bucket.put(LANDING, FIRST, Buffer.from(JSON.stringify(FIRST_RECORDS[contents])));
    await notify(measured, bucket, FIRST);
    await simulator.clear();
    const name = `${NAME}${EXTENSIONS[layout]}`;
    await bucket.put(LANDING, name, file.path);
    const { result: status, usage } = await measured.measure(() => notify(measured, bucket, name));
    const mixpanel = await simulator.figures();
    const outcome = { status, mixpanel, receipt: await readReceipt(bucket) };
    return { usage, mixpanel, faults: faultsOf(file, contents, outcome) };
  } finally {
    await measured.stop();
    await simulator.stop();
    await bucket.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function environmentOf(
  bucket: BucketServer,
  simulator: { readonly url: string; readonly token: string },
  certificate: Certificate,
): Record<string, string> {
  return {
    MIXPANEL_URL: simulator.url,
    MIXPANEL_TOKEN: simulator.token,
    GOOGLE_CLOUD_PROJECT: "bench",
    DEAD_LETTER_TOPIC: "projects/bench/topics/dead-letters",
    OBJECTS_TOPIC: TOPIC,
    RECEIPTS_BUCKET: RECEIPTS,
    STORAGE_EMULATOR_HOST: bucket.url,
    // Nobody listens there: a dead letter would be a fault of the bench.
    PUBSUB_EMULATOR_HOST: "127.0.0.1:9",
    NODE_EXTRA_CA_CERTS: certificate.certFile,
  };
}

/** Pushes an object's notification as Pub/Sub does; the status of the response. */
async function notify(
  { url }: MeasuredFunction,
  bucket: BucketServer,
  name: string,
): Promise<number> {
  const attributes = {
    eventType: "OBJECT_FINALIZE",
    bucketId: LANDING,
    objectId: name,
    objectGeneration: bucket.stat(LANDING, name)?.generation ?? "",
  };
  const message = { attributes, messageId: "1", publishTime: new Date().toISOString() };
  const body = JSON.stringify({ message, subscription: "projects/bench/subscriptions/objects" });
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body });
  return response.status;
}

async function readReceipt(bucket: BucketServer): Promise<Receipt | undefined> {
  const listed = bucket.list(RECEIPTS).find(({ name }) => name.includes(NAME));
  if (listed === undefined) return undefined;
  const bytes = await bucket.read(RECEIPTS, listed.name);
  // The one cast of this file: what the function wrote is what is looked at.
  return JSON.parse(bytes.toString("utf8")) as Receipt;
}

interface Outcome {
  /** Of the response to the notification. */
  readonly status: number;
  readonly mixpanel: SimulatorFigures;
  readonly receipt: Receipt | undefined;
}

function faultsOf(
  { records }: RecordFile,
  contents: ObjectCase["file"]["contents"],
  { status, mixpanel, receipt }: Outcome,
): readonly string[] {
  const expectations = [
    [status === 204, `responded with ${status}`],
    [receipt?.state === "complete", `the receipt says ${receipt?.state ?? "nothing"}`],
    [receipt?.records.read === records, "the receipt counts other records than the file has"],
    ...(contents === "events"
      ? eventExpectations(records, mixpanel, receipt)
      : updateExpectations(records, mixpanel, receipt)),
  ] as const;
  return expectations.flatMap(([isMet, fault]) => (isMet ? [] : [fault]));
}

function eventExpectations(
  events: number,
  { distinctEvents, distinctIsExact, eventsStored }: SimulatorFigures,
  receipt: Receipt | undefined,
) {
  return [
    [receipt?.events.imported === events, "the receipt counts other events than the file has"],
    [distinctIsExact && distinctEvents === events, `${distinctEvents} of ${events} events arrived`],
    [eventsStored === events, `${eventsStored} events were stored`],
  ] as const;
}

/** Mixpanel tells no update from another one that is equal: their number is all there is. */
function updateExpectations(
  updates: number,
  { profiles: { updatesApplied } }: SimulatorFigures,
  receipt: Receipt | undefined,
) {
  return [
    [receipt?.profiles.imported === updates, "the receipt counts other updates than the file has"],
    [updatesApplied === updates, `${updatesApplied} of ${updates} updates arrived`],
  ] as const;
}
