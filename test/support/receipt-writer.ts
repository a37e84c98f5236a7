import { setImmediate } from "node:timers/promises";
import type { TestContext } from "node:test";

import { parseNotification, type ImportRequest } from "../../functions/objects/notification.ts";
import { receiptName, type ReceiptState } from "../../functions/objects/receipt.ts";
import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import type { OperatorCloud } from "./operator-cloud.ts";

export interface ReceiptWriterOptions {
  /** How an object ends; undefined: it is skipped. @default `complete` */
  readonly stateOf?: (request: ImportRequest) => ReceiptState | undefined;
}

export interface ReceiptWriter {
  /** Every message there was, in order. */
  readonly requests: readonly ImportRequest[];
  /** Most messages that waited at a time. */
  readonly maxWaiting: () => number;
}

const { objectsSubscription, receiptsBucket } = CLOUD_NAMES;
/** As many as a local cloud pushes at a time. */
const AT_A_TIME = 4;

/**
 * Stands in for importObject: writes a receipt for each object that is announced, unless it has
 * one, and reads none of them.
 */
export function startReceiptWriter(
  t: TestContext,
  { pubsub, bucket }: OperatorCloud,
  { stateOf = () => "complete" }: ReceiptWriterOptions = {},
): ReceiptWriter {
  const requests: ImportRequest[] = [];
  let maxWaiting = 0;
  let isStopped = false;

  const settle = async (request: ImportRequest): Promise<void> => {
    requests.push(request);
    const name = receiptName(request.object);
    const isImported = bucket.stat(receiptsBucket, name) !== undefined;
    const state = stateOf(request);
    if (state === undefined || (isImported && request.importId === undefined)) return;
    const imported = state === "complete" ? 10 : 0;
    const receipt = {
      ...{ version: 1, ...request.object, state, firstError: null },
      records: { read: 10, dropped: 0, unusable: 10 - imported, used: imported },
      events: { produced: imported, imported, rejected: 0, idsAdded: 0 },
    };
    await bucket.put(receiptsBucket, name, Buffer.from(JSON.stringify(receipt)));
  };
  const serve = async (): Promise<void> => {
    while (!isStopped) {
      const { ready, outstanding } = pubsub.stats(objectsSubscription);
      maxWaiting = Math.max(maxWaiting, ready + outstanding);
      const received = pubsub.pull(objectsSubscription, AT_A_TIME);
      for (const { message, ackId } of received) {
        const data = Buffer.from(message.data, "base64");
        const request = parseNotification({
          ...message,
          data,
          subscription: "",
          deliveryAttempt: 1,
        });
        if (request.kind === "import") await settle(request);
        pubsub.acknowledge(objectsSubscription, [ackId]);
      }
      await setImmediate();
    }
  };
  const served = serve();
  t.after(async () => {
    isStopped = true;
    await served;
  });
  return { requests, maxWaiting: () => maxWaiting };
}
