import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

import type { Receipt } from "../../functions/objects/receipt.ts";
import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { ENTRY_POINTS, type EntryPoint } from "../../functions/settings.ts";
import { deploysFunction } from "../../local/deployment/function-kind.ts";
import type { Resource } from "../../local/deployment/resource.ts";
import {
  type LocalCloud,
  type LocalCloudOptions,
  startDeployedCloud,
} from "../../local/deployment/deployed-cloud.ts";
import type { LogLine } from "../../local/functions/log-lines.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/**
 * The bundle `npm test` builds before it runs anything, with the transform that sends records as
 * they are.
 */
export const BUILT_FUNCTION = fileURLToPath(new URL("../../dist/tested", import.meta.url));

export interface TestCloud extends LocalCloud {
  /** Everything the functions logged so far. */
  readonly lines: readonly LogLine[];
  /** Puts an object into the landing bucket. */
  upload(name: string, content: Uint8Array | string, properties?: UploadProperties): Promise<void>;
  /** Publishes each text (or bytes) as one message on the events topic; returns the message ids. */
  publish(...texts: readonly (string | Uint8Array)[]): string[];
  /** The receipts there are, by object name. */
  receipts(): Promise<ReadonlyMap<string, Receipt>>;
  /** Takes all dead letters off their subscription. */
  deadLetters(): DeadLetter[];
}

export interface UploadProperties {
  readonly contentEncoding?: string;
  readonly contentType?: string;
}

export interface DeadLetter {
  readonly attributes: Readonly<Record<string, string>>;
  readonly data: Buffer;
}

/**
 * The deployed program with the built functions, and shorter pauses between deliveries. One process
 * serves all of them: deployed, importObject has up to 20 instances with one object each.
 */
export function testCloudOptions(
  folder: string,
  options: Partial<LocalCloudOptions>,
): LocalCloudOptions {
  const delivery = { maxDeliveryAttempts: 100, retryPolicy: PAUSES };
  return {
    functionSource: BUILT_FUNCTION,
    folder,
    ...options,
    delivery: {
      importObject: { ...delivery, maxOutstanding: 4, ...options.delivery?.importObject },
      importMessages: { ...delivery, ...options.delivery?.importMessages },
    },
  };
}

const PAUSES = { minimumBackoffMs: 100, maximumBackoffMs: 3000 };

/** Starts it; it is stopped, and its folder removed, after the test. */
export async function startTestCloud(
  t: TestContext,
  options: Partial<LocalCloudOptions> = {},
): Promise<TestCloud> {
  const lines: LogLine[] = [];
  const cloud = await startDeployedCloud({
    ...testCloudOptions(await temporaryFolder(t), options),
    onLine: (entryPoint, line) => {
      lines.push(line);
      options.onLine?.(entryPoint, line);
    },
  });
  t.after(() => cloud.stop());
  const { bucket, pubsub } = cloud;
  return {
    ...cloud,
    lines,
    upload: async (name, content, properties) => {
      const bytes = typeof content === "string" ? Buffer.from(content) : content;
      await bucket.put(CLOUD_NAMES.landingBucket, name, bytes, properties);
    },
    publish: (...texts) =>
      texts.flatMap((text) =>
        pubsub.publish(CLOUD_NAMES.eventsTopic, [{ data: Buffer.from(text).toString("base64") }]),
      ),
    receipts: () => readReceipts(cloud),
    deadLetters: () => takeDeadLetters(cloud),
  };
}

/** For `leavesOut`: the other function, and what depends on it. */
export function allBut(entryPoint: EntryPoint): (resource: Resource) => boolean {
  const others = ENTRY_POINTS.filter((one) => one !== entryPoint);
  return (resource) => others.some((one) => deploysFunction(resource, one));
}

/** The same with importObject alone: a process takes half a second of CPU to start. */
export function startObjectCloud(
  t: TestContext,
  options?: Partial<LocalCloudOptions>,
): Promise<TestCloud> {
  return startTestCloud(t, { ...options, leavesOut: allBut("importObject") });
}

/** The same with importMessages alone. */
export function startMessageCloud(
  t: TestContext,
  options?: Partial<LocalCloudOptions>,
): Promise<TestCloud> {
  return startTestCloud(t, { ...options, leavesOut: allBut("importMessages") });
}

async function readReceipts({ bucket }: LocalCloud): Promise<ReadonlyMap<string, Receipt>> {
  const listed = bucket.list(CLOUD_NAMES.receiptsBucket);
  const receipts = await Promise.all(
    listed.map(async ({ name }) => {
      const text = (await bucket.read(CLOUD_NAMES.receiptsBucket, name)).toString("utf8");
      return JSON.parse(text) as Receipt;
    }),
  );
  return new Map(receipts.map((receipt) => [receipt.object, receipt]));
}

function takeDeadLetters({ pubsub }: LocalCloud): DeadLetter[] {
  const { deadLetterSubscription } = CLOUD_NAMES;
  const received = pubsub.pull(deadLetterSubscription, Infinity);
  pubsub.acknowledge(
    deadLetterSubscription,
    received.map(({ ackId }) => ackId),
  );
  return received.map(({ message }) => ({
    attributes: message.attributes,
    data: Buffer.from(message.data, "base64"),
  }));
}
