import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import type { Receipt } from "../../functions/objects/receipt.ts";
import { startBucketServer, type BucketServer } from "../../local/bucket/bucket-server.ts";
import type { Certificate } from "../certificate.ts";
import { startMeasuredFunction, type MeasuredFunction, type Usage } from "../measured-function.ts";
import { startSimulatorProcess, type SimulatorFigures } from "../simulator-process.ts";
import type { EventFile } from "./event-file.ts";
import type { ObjectCase } from "./object-cases.ts";

/** What one import came to. */
export interface ObjectRun {
  readonly usage: Usage;
  readonly mixpanel: SimulatorFigures;
  /** What is not as it has to be; empty when every event of the file arrived once. */
  readonly faults: readonly string[];
}

export interface ObjectOptions {
  /** Folder of the function to serve. */
  readonly source: string;
  /** Undefined: Mixpanel is asked over plain HTTP. */
  readonly certificate: Certificate;
  readonly cpuProfileFolder?: string | undefined;
}

/** What is promised is promised without start-up: an instance's first object is one event. */
const FIRST = "first";
const FIRST_EVENT = {
  event: "first",
  properties: { time: 1_750_000_000, distinct_id: "first", $insert_id: "first" },
};

const LANDING = "bench-landing";
const RECEIPTS = "bench-receipts";
const NAME = "events";
const TOPIC = "projects/bench/topics/objects";

/** Imports one file, with a bucket, a simulator and a function of its own. */
export async function measureObject(
  { latencyMs }: ObjectCase,
  file: EventFile,
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
    await start(measured, bucket);
    await simulator.clear();
    await bucket.put(LANDING, NAME, file.path);
    const { result: status, usage } = await measured.measure(() => notify(measured, bucket, NAME));
    const mixpanel = await simulator.figures();
    const receipt = await readReceipt(bucket);
    return { usage, mixpanel, faults: faultsOf(file, status, mixpanel, receipt) };
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

/** Lets the function start: it makes all it needs, and its connections, at its first object. */
async function start(measured: MeasuredFunction, bucket: BucketServer): Promise<void> {
  await bucket.put(LANDING, FIRST, Buffer.from(JSON.stringify(FIRST_EVENT)));
  await notify(measured, bucket, FIRST);
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

function faultsOf(
  { events }: EventFile,
  status: number,
  { distinctEvents, distinctIsExact, eventsStored }: SimulatorFigures,
  receipt: Receipt | undefined,
): readonly string[] {
  const expectations = [
    [status === 204, `responded with ${status}`],
    [receipt?.state === "complete", `the receipt says ${receipt?.state ?? "nothing"}`],
    [receipt?.records.read === events, "the receipt counts other records than the file has"],
    [receipt?.events.imported === events, "the receipt counts other events than the file has"],
    [distinctIsExact && distinctEvents === events, `${distinctEvents} of ${events} events arrived`],
    [eventsStored === events, `${eventsStored} events were stored`],
  ] as const;
  return expectations.flatMap(([isMet, fault]) => (isMet ? [] : [fault]));
}
