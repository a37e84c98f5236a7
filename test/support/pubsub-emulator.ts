import type { TestContext } from "node:test";

import type { Receipt } from "../../functions/objects/receipt.ts";
import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import {
  type LocalCloud,
  type LocalCloudOptions,
  startDeployedCloudOn,
} from "../../local/deployment/deployed-cloud.ts";
import type { StartPubSub } from "../../local/deployment/services.ts";
import type { CloudPubSub } from "../../local/pubsub/cloud-pubsub.ts";
import { startEmulatorPubSub } from "../../local/pubsub/emulator/emulator-pubsub.ts";
import { findEmulator } from "../../local/pubsub/emulator/find-emulator.ts";
import { startPubSub } from "../../local/pubsub/pubsub-server.ts";
import { readReceipts } from "../../local/run/read-receipts.ts";
import { testCloudOptions } from "./local-cloud.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A Pub/Sub that the same tests run on. */
export interface TestedPubSub {
  readonly name: string;
  /** Why it cannot be used here, or false. */
  readonly skip: string | false;
  readonly start: StartPubSub<CloudPubSub>;
}

const emulator = findEmulator();

/** Google's emulator; skipped where it is not installed. */
export const GOOGLES_EMULATOR: TestedPubSub = {
  name: "Google's Pub/Sub emulator",
  skip: "missing" in emulator ? emulator.missing : false,
  start: () => startEmulatorPubSub("launcher" in emulator ? emulator.launcher : ""),
};

export const OUR_PUBSUB: TestedPubSub = {
  name: "our own push delivery",
  skip: false,
  start: (agent) => startPubSub({ agent }),
};

/** A local cloud on either Pub/Sub, with what the tests ask of it. */
export interface CloudOnPubSub extends LocalCloud<CloudPubSub> {
  /** Puts an object into the landing bucket. */
  upload(name: string, content: string): Promise<void>;
  /** Publishes each text as one message on the events topic. */
  publish(...texts: readonly string[]): Promise<void>;
  receipts(): Promise<readonly Receipt[]>;
  /** Takes all dead letters off their subscription; sorted by their text. */
  deadLetters(): readonly { text: string; attributes: Readonly<Record<string, string>> }[];
  /** Distinct events of that name that Mixpanel shows. */
  shown(event: string): number;
}

/**
 * Starts the local cloud with the built functions; it is stopped, and its folder removed, after the
 * test.
 */
export async function startCloudOn(
  t: TestContext,
  { start }: TestedPubSub,
  options: Partial<LocalCloudOptions> = {},
): Promise<CloudOnPubSub> {
  const cloud = await startDeployedCloudOn(
    start,
    testCloudOptions(await temporaryFolder(t), options),
  );
  t.after(() => cloud.stop());
  const { bucket, pubsub } = cloud;
  return {
    ...cloud,
    upload: async (name, content) => {
      await bucket.put(CLOUD_NAMES.landingBucket, name, Buffer.from(content));
    },
    publish: async (...texts) => {
      const messages = texts.map((text) => ({ data: Buffer.from(text).toString("base64") }));
      await pubsub.publish(CLOUD_NAMES.eventsTopic, messages);
    },
    receipts: () => readReceipts(bucket, CLOUD_NAMES.receiptsBucket),
    deadLetters: () => takeDeadLetters(pubsub),
    shown: (event) =>
      cloud.simulator
        .counts()
        .filter((count) => count.event === event)
        .reduce((sum, { distinct }) => sum + distinct, 0),
  };
}

function takeDeadLetters(pubsub: CloudPubSub): ReturnType<CloudOnPubSub["deadLetters"]> {
  const { deadLetterSubscription } = CLOUD_NAMES;
  const received = pubsub.pull(deadLetterSubscription, Infinity);
  pubsub.acknowledge(
    deadLetterSubscription,
    received.map(({ ackId }) => ackId),
  );
  return received
    .map(({ message: { data, attributes } }) => ({
      text: Buffer.from(data, "base64").toString("utf8"),
      attributes,
    }))
    .sort((one, other) => one.text.localeCompare(other.text));
}
