import path from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

import type { Receipt } from "../../functions/objects/receipt.ts";
import type { LocalCloud, LocalCloudOptions } from "../../local/cloud.ts";
import { CLOUD_NAMES, startLocalCloud } from "../../local/cloud.ts";
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

/** The local cloud with the built functions; stopped, and its folder removed, after the test. */
export async function startTestCloud(
  t: TestContext,
  options: Partial<LocalCloudOptions> = {},
): Promise<TestCloud> {
  const lines: LogLine[] = [];
  const cloud = await startLocalCloud({
    functionSource: BUILT_FUNCTION,
    bucketFolder: path.join(await temporaryFolder(t), "buckets"),
    ...options,
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

/** The local cloud with importObject alone: a process takes half a second of CPU to start. */
export function startObjectCloud(
  t: TestContext,
  options?: Partial<LocalCloudOptions>,
): Promise<TestCloud> {
  return startTestCloud(t, { ...options, entryPoints: ["importObject"] });
}

/** The same with importMessages alone. */
export function startMessageCloud(
  t: TestContext,
  options?: Partial<LocalCloudOptions>,
): Promise<TestCloud> {
  return startTestCloud(t, { ...options, entryPoints: ["importMessages"] });
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
