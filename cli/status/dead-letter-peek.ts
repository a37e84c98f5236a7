import type { PulledMessage } from "../google/subscriber.ts";
import type { Connection } from "../stack/connect.ts";
import type { NamedObject } from "./named-object.ts";
import { visitDeadLetters, type Visited } from "./visit-dead-letters.ts";

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
export interface DeadLetterPeek extends Visited {
  /** Of the object that was asked for, most records first. */
  readonly kinds: readonly DeadLetterKind[];
}

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
  const visited = await visitDeadLetters(connection, (message) => {
    count(kinds, message, wanted);
  });
  return {
    ...visited,
    kinds: [...kinds.values()].sort((one, other) => other.records - one.records),
  };
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
