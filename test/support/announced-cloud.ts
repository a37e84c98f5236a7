import path from "node:path";
import type { TestContext } from "node:test";

import { receiptName } from "../../functions/objects/receipt.ts";
import { isObject } from "../../functions/platform/json.ts";
import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { announceCloud, OUTPUTS_OF_LOCAL_CLOUD } from "../../local/run/running-cloud.ts";
import { createWorkFolder } from "../../local/run/work-folder.ts";
import { copyCheckout, type Checkout } from "./checkout.ts";
import { startOperatorCloud, type OperatorCloud } from "./operator-cloud.ts";
import { startPushEndpoint } from "./push-endpoint.ts";

/** A cloud in this process that the commands of a copy of the product find with `--local`. */
export interface AnnouncedCloud extends OperatorCloud {
  readonly checkout: Checkout;
  /** Attributes of every message that was pushed to importObject. */
  readonly pushed: readonly Readonly<Record<string, string>>[];
}

/**
 * Starts it, without functions: what is pushed to importObject gets a receipt of ten records.
 *
 * @param stateOf what the receipt says; "later": none is written, and the message is kept
 */
export async function startAnnouncedCloud(
  t: TestContext,
  stateOf: (object: string) => string = () => "complete",
): Promise<AnnouncedCloud> {
  const [cloud, checkout] = await Promise.all([startOperatorCloud(t), copyCheckout()]);
  t.after(() => checkout.remove());
  const pushed: Readonly<Record<string, string>>[] = [];
  const endpoint = await startPushEndpoint(async ({ body }) => {
    const attributes = isObject(body.message["attributes"]) ? body.message["attributes"] : {};
    const texts = Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [key, String(value)]),
    );
    pushed.push(texts);
    const {
      bucketId: bucket = "",
      objectId: object = "",
      objectGeneration: generation = "",
    } = texts;
    const state = stateOf(object);
    if (state === "later") return 503;
    const imported = state === "complete" ? 10 : 0;
    const receipt = {
      ...{ version: 1, bucket, object, generation, state, firstError: null },
      records: { read: 10, dropped: 0, unusable: 10 - imported, used: imported },
      events: { produced: imported, imported, rejected: 0, idsAdded: 0 },
    };
    const name = receiptName({ bucket, object, generation });
    await cloud.bucket.put(CLOUD_NAMES.receiptsBucket, name, Buffer.from(JSON.stringify(receipt)));
    return 204;
  });
  t.after(() => endpoint.stop());
  cloud.pubsub.setPushEndpoint(CLOUD_NAMES.objectsSubscription, endpoint.url);
  const workFolder = await createWorkFolder(path.join(checkout.folder, ".local"));
  await announceCloud(workFolder, OUTPUTS_OF_LOCAL_CLOUD, cloud.services);
  return { ...cloud, checkout, pushed };
}
