import { isUtf8 } from "node:buffer";
import { appendFileSync } from "node:fs";

import type { CloudPubSub } from "../pubsub/cloud-pubsub.ts";
import type { Message } from "../pubsub/pubsub-server.ts";
import { createDeadLetterGroups, type DeadLetterGroup } from "./dead-letter-groups.ts";

export interface DeadLetterTotals {
  readonly records: number;
  readonly byReason: Readonly<Record<string, number>>;
  /** Most records first; at most 1,000 different problems. */
  readonly groups: readonly DeadLetterGroup[];
  /** Messages that Pub/Sub gave up delivering and forwarded by itself. */
  readonly undelivered: number;
}

export interface DeadLetterCollector {
  /** Takes what has arrived by now. */
  collect(): void;
  totals(): DeadLetterTotals;
  /** Why records of this object were not imported; at most 20 kinds of problems. */
  ofObject(object: string, generation: string): readonly DeadLetterGroup[];
  stop(): void;
}

const COLLECT_EVERY_MS = 100;
const PULL_MESSAGES = 1000;

export interface CollectorOptions {
  /** The subscription they are taken off. */
  readonly subscription: string;
  readonly file: string;
  /** Where a message comes from, when that is known. */
  readonly placeOf: (messageId: string) => string | undefined;
  /** Told of every kind of problem, once for each file and once for the messages. */
  readonly onGroup: (group: DeadLetterGroup) => void;
}

/**
 * Takes dead letters off their subscription as they come, so that they do not pile up in memory,
 * and appends them to `file` as lines of JSON: `{messageId, publishTime, attributes, data}`, with
 * `dataBase64` in place of `data` where that is no text.
 */
export function collectDeadLetters(
  pubsub: CloudPubSub,
  { subscription, file, placeOf, onGroup }: CollectorOptions,
): DeadLetterCollector {
  const groups = createDeadLetterGroups();
  const byReason = new Map<string, number>();
  let undelivered = 0;

  const locate = (attributes: Message["attributes"]): string => {
    const { objectId, lines = "", messageId = "" } = attributes;
    if (objectId === undefined) return placeOf(messageId) ?? `message ${messageId}`;
    const line = /^\d+/.exec(lines)?.[0];
    return line === undefined ? objectId : `${objectId} line ${line}`;
  };

  const count = ({ attributes }: Message): void => {
    const { version, reason = "", field = "", error = "" } = attributes;
    if (version === undefined) {
      undelivered += 1;
      return;
    }
    const records = Number(attributes["records"] ?? 1);
    byReason.set(reason, (byReason.get(reason) ?? 0) + records);
    const sample = locate(attributes);
    const file = fileKey(attributes["objectId"], attributes["objectGeneration"]);
    const isNew = groups.add({ reason, field, error, records, sample, file });
    if (isNew) onGroup({ reason, field, error, records, sample });
  };

  const collect = (): void => {
    for (;;) {
      const received = pubsub.pull(subscription, PULL_MESSAGES);
      if (received.length === 0) return;
      appendFileSync(file, received.map(({ message }) => toLine(message)).join(""));
      for (const { message } of received) count(message);
      pubsub.acknowledge(
        subscription,
        received.map(({ ackId }) => ackId),
      );
    }
  };

  const timer = setInterval(collect, COLLECT_EVERY_MS);
  return {
    collect,
    totals: () => ({
      records: [...byReason.values()].reduce((sum, records) => sum + records, 0),
      byReason: Object.fromEntries(byReason),
      groups: groups.all(),
      undelivered,
    }),
    ofObject: (object, generation) => groups.ofFile(fileKey(object, generation)),
    stop: () => {
      clearInterval(timer);
    },
  };
}

function fileKey(object: string | undefined, generation = ""): string {
  return object === undefined ? "" : `${object}#${generation}`;
}

function toLine({ messageId, publishTime, attributes, data }: Message): string {
  const bytes = Buffer.from(data, "base64");
  const content = isUtf8(bytes) ? { data: bytes.toString("utf8") } : { dataBase64: data };
  const { version, bucketId, lines } = attributes;
  // Not of an object as a whole: as `replay --to` says that there never were any data.
  const hasToHoldRecords = version === "1" && (bucketId === undefined || lines !== undefined);
  const empty = bytes.length === 0 && hasToHoldRecords && { empty: true };
  return `${JSON.stringify({ messageId, publishTime, attributes, ...content, ...empty })}\n`;
}
