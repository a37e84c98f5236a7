import type { DeadLetterOrigin } from "../records/dead-letter.ts";
import type { PushedMessage } from "../platform/push-request.ts";
import type { RecordSource } from "../records/prepare-event.ts";
import type { RecordBytes } from "../event/record.ts";
import { objectUri } from "../reading/object-generation.ts";
import type { TransformContext } from "../event/transform-contract.ts";

/** Where the records of a message come from. */
export interface MessageOrigin {
  readonly deadLetters: DeadLetterOrigin;
  readonly records: RecordSource;
  /** 1-based: of the object the record once came from, or of the message. */
  readonly lineOf: (record: RecordBytes) => number;
  /** As of DeadRecord. */
  readonly positionOf: (record: RecordBytes) => string | undefined;
  /** Whether the records are rows of a file with columns, which were replayed. */
  readonly areRows: boolean;
  /** Whether there is a record on each line, whatever they look like: several dead letters. */
  readonly areLines: boolean;
}

const ORIGINAL = "original.";

/**
 * Where a message's records come from: the message itself; or, when they are replayed dead letters
 * (which carry the attributes of the dead letter), the object or the message they once came from.
 */
export function messageOrigin(message: PushedMessage): MessageOrigin {
  const { attributes } = message;
  const isReplay = attributes["version"] === "1" && /^\d+$/.test(attributes["replays"] ?? "");
  if (!isReplay) return ofMessage(message, message.subscription, 0, ({ offset }) => String(offset));
  const replays = Number(attributes["replays"]);
  const { source = "", bucketId, messageId = "", publishTime = "" } = attributes;
  const areLines = Number(attributes["records"]) > 1;
  const positionOf = positionsOf(attributes);
  if (bucketId !== undefined)
    return { ...ofObject(attributes, source, replays, positionOf), areLines };
  const original = { messageId, publishTime, attributes: originalAttributes(attributes) };
  return { ...ofMessage(original, source, replays, positionOf), areLines };
}

type PositionOf = MessageOrigin["positionOf"];

/**
 * Where the records of a dead letter once were. One that was made without ids of positions does not
 * say it; nor is it known of the pieces into which the record of a letter of one has been cut.
 */
function positionsOf({ positions = "" }: Readonly<Record<string, string>>): PositionOf {
  const known = positions === "" ? [] : positions.split(",");
  return ({ offset }) => known[offset];
}

function ofMessage(
  message: Pick<PushedMessage, "messageId" | "publishTime" | "attributes">,
  source: string,
  replays: number,
  positionOf: PositionOf,
): MessageOrigin {
  const { messageId, publishTime, attributes } = message;
  const context: TransformContext = { source: "message", messageId, publishTime, attributes };
  return {
    deadLetters: {
      source,
      attributes: { messageId, publishTime },
      original: attributes,
      hasLines: false,
      replays,
    },
    records: {
      contextOf: () => context,
      positionOf: (record) => named(messageId, positionOf(record)),
      emptyIdentity: () => `{}\0${attributesText(attributes)}`,
    },
    lineOf: ({ line }) => line,
    positionOf,
    areRows: false,
    areLines: false,
  };
}

function ofObject(
  attributes: Readonly<Record<string, string>>,
  source: string,
  replays: number,
  positionOf: PositionOf,
): Omit<MessageOrigin, "areLines"> {
  const { bucketId = "", objectId = "", objectGeneration = "", lines = "", format } = attributes;
  // The source may be cut (dead-letter-message.ts).
  const uri = objectUri({ bucket: bucketId, object: objectId, generation: objectGeneration });
  const numbers = expandLines(lines);
  // A record without a line in the object keeps its place in the message.
  const lineOf = ({ offset, line }: RecordBytes): number => numbers[offset] ?? line;
  return {
    deadLetters: {
      source,
      attributes: {
        bucketId,
        objectId,
        objectGeneration,
        ...(format !== undefined && { format }),
      },
      original: originalAttributes(attributes),
      hasLines: true,
      replays,
    },
    records: {
      contextOf: (record) => ({
        source: "object",
        bucket: bucketId,
        object: objectId,
        generation: objectGeneration,
        line: lineOf(record),
      }),
      positionOf: (record) => named(uri, positionOf(record)),
    },
    lineOf,
    positionOf,
    // Dead letters have it for rows only (object-origin.ts).
    areRows: format !== undefined,
  };
}

/** The same for the same attributes, in whatever order they come. */
function attributesText(attributes: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As the record was named where it was imported first. */
function named(source: string, position: string | undefined): string | undefined {
  return position === undefined ? undefined : `${source}:${position}`;
}

function originalAttributes(
  attributes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([key]) => key.startsWith(ORIGINAL))
      .map(([key, value]) => [key.slice(ORIGINAL.length), value]),
  );
}

/** A dead letter has at most this many records. */
const MAX_LINES = 1000;

/** `3,7-9` means the lines 3, 7, 8 and 9: of the records of a dead letter, in their order. */
export function expandLines(lines: string): readonly number[] {
  return lines.split(",").flatMap((range) => {
    const [from = NaN, to = from] = range.split("-").map(Number);
    const length = Math.min(to - from + 1, MAX_LINES);
    return Number.isInteger(from) && length > 0
      ? Array.from({ length }, (_value, index) => from + index)
      : [];
  });
}
