import type { TestContext } from "node:test";

import type { Connection } from "../../../cli/stack/connect.ts";
import { receiptName, type Receipt } from "../../../functions/objects/receipt.ts";
import { ZERO_UPDATES } from "../../../functions/records/counters.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startMonitoring } from "../../../local/monitoring/monitoring-server.ts";
import { createObjectLog, type ObjectLog } from "../../../local/monitoring/object-log.ts";
import { startOperatorCloud, type OperatorCloud } from "../../support/operator-cloud.ts";

export const { landingBucket, receiptsBucket } = CLOUD_NAMES;

/** A receipt of ten records, all of them imported. */
export function receiptOf(object: string, generation: string, parts: Partial<Receipt> = {}) {
  return {
    version: 1,
    ...{ bucket: landingBucket, object, generation, size: 100, state: "complete" },
    records: { read: 10, dropped: 0, unusable: 0, used: 10 },
    events: { produced: 10, imported: 10, rejected: 0, idsAdded: 0 },
    ...{ profiles: ZERO_UPDATES, groups: ZERO_UPDATES },
    ...{ bytes: 4_000_000, requests: 1, retries: 0, runs: 1, code: "c0de", firstError: null },
    startedAt: "2026-11-20T10:00:00.000Z",
    finishedAt: "2026-11-20T10:00:02.000Z",
    ...parts,
  } as const satisfies Receipt;
}

export interface StatusCloud extends OperatorCloud {
  readonly objectLog: ObjectLog;
  /** @returns its generation */
  readonly upload: (name: string, content?: string) => Promise<string>;
  /** Uploads an object, and writes the receipt of it. */
  readonly finish: (name: string, parts?: Partial<Receipt>) => Promise<string>;
  /** Of an object that is not there (any more). */
  readonly writeReceipt: (receipt: Receipt) => Promise<void>;
  readonly log: (message: string, object: string, generation: string, fields?: object) => void;
}

/** Services of a stack, with a log. */
export async function startStatusCloud(t: TestContext): Promise<StatusCloud> {
  const cloud = await startOperatorCloud(t);
  const objectLog = createObjectLog(Date.now);
  const monitoring = await startMonitoring((subscription) => {
    const { received, acknowledged } = cloud.pubsub.stats(subscription);
    return received - acknowledged;
  }, objectLog.find);
  t.after(() => monitoring.stop());
  const connection: Connection = { ...cloud.connection, monitoringUrl: monitoring.url };
  const upload = async (name: string, content = "{}"): Promise<string> => {
    const { generation } = await cloud.bucket.put(landingBucket, name, Buffer.from(content));
    return generation;
  };
  const writeReceipt = async (receipt: Receipt): Promise<void> => {
    const text = JSON.stringify(receipt);
    await cloud.bucket.put(receiptsBucket, receiptName(receipt), Buffer.from(text));
  };
  return {
    ...cloud,
    ...{ connection, objectLog, upload, writeReceipt },
    finish: async (name, parts) => {
      const generation = await upload(name);
      await writeReceipt(receiptOf(name, generation, parts));
      return generation;
    },
    log: (message, object, generation, fields = {}) => {
      const line = { severity: "INFO", message, bucket: landingBucket, object, generation };
      objectLog.onLine("importObject", { ...line, ...fields });
    },
  };
}
