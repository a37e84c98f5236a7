import { setTimeout as sleep } from "node:timers/promises";

import { readBacklogs } from "../google/backlog.ts";
import { createSubscriber, type PulledMessage } from "../google/subscriber.ts";
import type { Connection } from "../stack/connect.ts";
import { attempt } from "./entrances.ts";
import type { NamedObject } from "./named-object.ts";

/** Records that are dead letters for one and the same problem. */
export interface DeadLetterKind {
  readonly generation: string;
  readonly reason: string;
  readonly field: string;
  readonly error: string;
  readonly records: number;
  /** As in the attributes, of the first message: `3,7-9`. */
  readonly lines: string;
}

/** What was seen of the dead letters. */
export interface DeadLetterPeek {
  /** Of any object. */
  readonly messages: number;
  /** Whether there may be more than were looked at. */
  readonly isPartial: boolean;
  /** Of the object that was asked for, most records first. */
  readonly kinds: readonly DeadLetterKind[];
}

/** A look is no more than a look: it must not keep the messages from anybody for long. */
const MAX_MESSAGES = 5000;
const MAX_PULL = 1000;
/** A pull may bring nothing although something is there: then it is tried again, so often. */
const MAX_EMPTY_PULLS = 3;
const PAUSE_MS = 300;

/**
 * Looks through dead letters for those of an object.
 *
 * @throws RefusedError, UnavailableError
 */
export async function peekDeadLetters(
  connection: Connection,
  wanted: NamedObject,
): Promise<DeadLetterPeek> {
  const kinds = new Map<string, DeadLetterKind>();
  const { messages, isPartial } = await visitDeadLetters(connection, (message) => {
    count(kinds, message, wanted);
  });
  return {
    messages,
    isPartial,
    kinds: [...kinds.values()].sort((one, other) => other.records - one.records),
  };
}

/**
 * Shows each dead letter, up to 5,000, and puts all back at once: they are pulled and not
 * acknowledged. What is pulled cannot be pulled by anybody else meanwhile.
 *
 * @returns how many there were, and whether there may be more
 * @throws RefusedError, UnavailableError
 */
export async function visitDeadLetters(
  connection: Connection,
  visit: (message: PulledMessage) => void,
): Promise<Pick<DeadLetterPeek, "messages" | "isPartial">> {
  const expected = await countExpected(connection);
  const subscriber = createSubscriber(connection, connection.stack.deadLetterSubscription);
  const ackIds = new Map<string, string>();
  let emptyPulls = 0;
  try {
    while (ackIds.size < MAX_MESSAGES && emptyPulls < MAX_EMPTY_PULLS) {
      const before = ackIds.size;
      for (const message of await subscriber.pull(MAX_PULL, "at once")) {
        if (!ackIds.has(message.messageId)) visit(message);
        ackIds.set(message.messageId, message.ackId);
      }
      if (ackIds.size > before) continue;
      if (ackIds.size >= expected) break;
      emptyPulls++;
      await sleep(PAUSE_MS, undefined, { signal: connection.signal });
    }
  } finally {
    await subscriber.modifyAckDeadline([...ackIds.values()], 0);
  }
  const messages = ackIds.size;
  return { messages, isPartial: messages >= MAX_MESSAGES || messages < expected };
}

/** As far as is known: an empty pull is not taken for the end before as many have come. */
async function countExpected(connection: Connection): Promise<number> {
  const { deadLetterSubscription: name } = connection.stack;
  const backlog = await attempt(() => readBacklogs(connection, [name]));
  return "value" in backlog ? (backlog.value.get(name)?.messages ?? 0) : 0;
}

function count(
  kinds: Map<string, DeadLetterKind>,
  { attributes }: PulledMessage,
  { bucket, object }: NamedObject,
): void {
  const { bucketId, objectId, objectGeneration: generation = "" } = attributes;
  if (bucketId !== bucket || objectId !== object) return;
  const { reason = "undelivered", field = "", error = "", lines = "" } = attributes;
  const key = JSON.stringify([generation, reason, field, error]);
  const records = Number(attributes["records"] ?? 1);
  const known = kinds.get(key) ?? { generation, reason, field, error, records: 0, lines };
  // Parts of one record are one record.
  const isFirst = (attributes["part"] ?? "1") === "1";
  kinds.set(key, { ...known, records: known.records + (isFirst ? records : 0) });
}
