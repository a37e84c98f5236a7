import { isUtf8 } from "node:buffer";

import type { OutgoingMessage } from "../../functions/google/publisher.ts";
import {
  attributesBeforeForward,
  placeOf,
  recordsSaid,
  replaysOf,
  type DeadLetter,
} from "./letter.ts";
import { fitting, recordsOf, toRecordMessages, type LetterRecord } from "./letter-records.ts";
import { TOO_LARGE } from "./publish-letters.ts";
import type { RecordTally, RefusedAgain, RepairExample } from "./plan.ts";
import type { RepairedRecord } from "./repair.ts";

/** What is published in place of a dead letter, before it is acknowledged. */
export interface Replacement extends RecordTally, RefusedAgain {
  readonly kind: "replace";
  readonly action: "records" | "forward";
  /** To where it came from. */
  readonly messages: readonly OutgoingMessage[];
  /** The records that are not repaired: a dead letter of their own. */
  readonly rest: readonly OutgoingMessage[];
  readonly repairError: string;
  readonly examples: readonly RepairExample[];
}

/** It stays where it is: its records cannot be sent, or none of them is repaired. */
export interface NoReplacement extends RecordTally {
  readonly kind: "leave";
  /** "" when it is for the repair alone, which `repairError` tells. */
  readonly why: string;
  readonly repairError: string;
  readonly examples: readonly RepairExample[];
}

const FILTERED =
  "messageFilter does not let it pass: Pub/Sub would drop it. Of a file: backfill --again; of a " +
  "message: replay --to FILE, and publish its data with the attributes that the filter asks for";
const MAX_EXAMPLES = 3;

const NOTHING_LEFT = {
  ...{ rest: [], repairError: "", examples: [], dropped: 0, unrepaired: 0 },
  ...{ refusedAgain: 0, refusal: "" },
} as const;

/** What Pub/Sub gave up, as it was; compressed when it would fit into no request. */
export function forwarded(letter: DeadLetter): Replacement | NoReplacement {
  const data = fitting(letter.data);
  if (data === undefined) return left(TOO_LARGE, 1);
  const message = { data, attributes: attributesBeforeForward(letter) };
  const sending = { kind: "replace", action: "forward", messages: [message] } as const;
  return { ...sending, ...NOTHING_LEFT, records: 1, sent: 1 };
}

/** The records of a letter as they are: byte for byte, with one replay more. */
export function unchanged(letter: DeadLetter): Replacement | NoReplacement {
  if (wasEdited(letter)) return sent(recordsOf(letter), letter);
  const { data, attributes } = letter;
  const records = recordsSaid(letter);
  const messages = toRecordMessages([{ bytes: data, line: undefined }], replayed(letter));
  if (messages === undefined) return left(TOO_LARGE, records);
  const { lines, positions } = attributes;
  const said = {
    records: String(records),
    ...(lines !== undefined && { lines }),
    ...(positions !== undefined && { positions }),
  };
  const asItWas = messages.map((message) => ({
    ...message,
    attributes: { ...message.attributes, ...said },
  }));
  const sending = { kind: "replace", action: "records", messages: asItWas } as const;
  return { ...sending, ...NOTHING_LEFT, records, sent: records };
}

/** Somebody has taken records out, or put some in: what it says of their lines is not so. */
function wasEdited(letter: DeadLetter): boolean {
  const said = recordsSaid(letter);
  return said > 1 && letter.data.length > 0 && recordsOf(letter).length !== said;
}

function sent(records: readonly LetterRecord[], letter: DeadLetter): Replacement | NoReplacement {
  const messages = toRecordMessages(records, replayed(letter));
  if (messages === undefined) return left(TOO_LARGE, records.length);
  const sending = { kind: "replace", action: "records", messages } as const;
  return { ...sending, ...NOTHING_LEFT, records: records.length, sent: records.length };
}

/**
 * The records of a letter as a repair leaves them.
 *
 * @param records what it made of each, in their order
 * @param withExamples whether some are shown before and after
 */
export function repaired(
  letter: DeadLetter,
  records: readonly RepairedRecord[],
  withExamples: boolean,
): Replacement | NoReplacement {
  const isUnrepaired = (one: RepairedRecord) => one.kind === "unrepaired";
  const failed = records.filter(isUnrepaired);
  const examples = records
    .slice(0, withExamples ? MAX_EXAMPLES : 0)
    .map((one, index) => toExample(one, letter, index));
  const [firstFailed] = failed;
  const repairError = firstFailed?.error ?? "";
  const counts = { records: records.length, unrepaired: failed.length, repairError, examples };
  if (failed.length === records.length)
    return { kind: "leave", why: "", ...counts, sent: 0, dropped: 0 };
  const results = records.flatMap((one) =>
    one.kind === "sent"
      ? one.results.map(({ bytes, isRow }, index) => ({
          ...{ bytes, isRow, line: one.record.line },
          position: partOf(one.record.position, index),
        }))
      : [],
  );
  const messages = resultMessages(results, replayed(letter));
  const rest = toRecordMessages(
    failed.map(({ record }) => record),
    letter.attributes,
  );
  if (messages === undefined || rest === undefined) return left(TOO_LARGE, records.length);
  const dropped = records.filter(({ kind }) => kind === "dropped").length;
  const refusals = records.flatMap((one) =>
    one.kind === "sent" && one.refusal !== undefined ? [one.refusal] : [],
  );
  const refused = { refusedAgain: refusals.length, refusal: refusals[0] ?? "" };
  const sending = { kind: "replace", action: "records", messages, rest } as const;
  return { ...sending, ...counts, ...refused, sent: results.length, dropped };
}

/** What remains of a letter of `deadLetterContents: reference` says where its records are only. */
export function withReferencedRest(
  replacement: Replacement | NoReplacement,
): Replacement | NoReplacement {
  if (replacement.kind === "leave") return replacement;
  const { rest } = replacement;
  const areFound = rest.every(({ attributes }) => attributes["lines"] !== undefined);
  if (!areFound)
    return left("where the records are that are not repaired is not known", replacement.records);
  return { ...replacement, rest: rest.map((message) => ({ ...message, data: Buffer.alloc(0) })) };
}

/** Several results of a record are told apart: an id may be made of the position. */
function partOf(position: string | undefined, index: number): string | undefined {
  return position === undefined || index === 0 ? position : `${position}.${index}`;
}

/** Rows stay rows; what has become an event must not be taken for one. */
function resultMessages(
  results: readonly (LetterRecord & { readonly isRow: boolean })[],
  attributes: Readonly<Record<string, string>>,
): readonly OutgoingMessage[] | undefined {
  const { format: _format, ...withoutFormat } = attributes;
  const rows = toRecordMessages(
    results.filter(({ isRow }) => isRow),
    attributes,
  );
  const others = toRecordMessages(
    results.filter(({ isRow }) => !isRow),
    withoutFormat,
  );
  return rows && others && [...rows, ...others];
}

/** `replacement`, unless a filter would drop one of its messages: that would be a loss. */
export function passing(
  replacement: Replacement | NoReplacement,
  passes: (attributes: Readonly<Record<string, string>>) => boolean,
): Replacement | NoReplacement {
  if (replacement.kind === "leave") return replacement;
  const isPassing = replacement.messages.every(({ attributes }) => passes(attributes));
  return isPassing ? replacement : left(FILTERED, replacement.records);
}

function replayed(letter: DeadLetter): Readonly<Record<string, string>> {
  return { ...letter.attributes, replays: String(replaysOf(letter) + 1) };
}

function left(why: string, records: number): NoReplacement {
  return {
    ...{ kind: "leave", why, repairError: "", examples: [] },
    ...{ records, sent: 0, dropped: 0, unrepaired: 0 },
  };
}

function toExample(one: RepairedRecord, letter: DeadLetter, index: number): RepairExample {
  const { line, bytes } = one.record;
  const attributes = { ...letter.attributes, lines: line === undefined ? "" : String(line) };
  const place = placeOf({ ...letter, attributes });
  return {
    place:
      (line === undefined || letter.place !== undefined) && index > 0
        ? `${place} record ${index + 1}`
        : place,
    before: textOf(bytes),
    after: one.kind === "sent" ? one.results.map((result) => result.bytes.toString("utf8")) : [],
    error: one.kind === "unrepaired" ? one.error : "",
    refusal: one.kind === "sent" ? (one.refusal ?? "") : "",
  };
}

const SHOWN_BYTES = 32;

function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  const more = bytes.length > SHOWN_BYTES ? "…" : "";
  return `(${bytes.length} bytes that are not UTF-8: ${bytes.toString("hex", 0, SHOWN_BYTES)}${more})`;
}
