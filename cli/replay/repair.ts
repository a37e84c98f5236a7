import path from "node:path";

import { loadTransform, REPOSITORY } from "../../check/load-transform.ts";
import { locateErrors } from "../../check/locate-errors.ts";
import { createWatchdog, runWatched } from "../../check/watchdog.ts";
import { trimEnd, trimStart, type RecordBytes } from "../../functions/event/record.ts";
import type { Transform } from "../../functions/event/transform-contract.ts";
import { isCompressed } from "../../functions/messages/message-data.ts";
import { messageOrigin } from "../../functions/messages/message-origin.ts";
import { messageOf } from "../../functions/platform/errors.ts";
import { applyTransform } from "../../functions/records/apply-transform.ts";
import { identityOf, type RecordSource } from "../../functions/records/prepare-event.ts";
import { checkTransformFile } from "../input/input-files.ts";
import { startTypeCheck } from "../transform/type-check.ts";
import type { DeadLetter } from "./letter.ts";
import { recordsOf, type LetterRecord } from "./letter-records.ts";
import type { RefusedAgain } from "./plan.ts";
import { describeProblem, refusalOf } from "./refused-again.ts";
import { nameResults, type NamedResult } from "./repaired-ids.ts";

/** What a repair makes of a record. */
export type RepairedRecord =
  | {
      readonly kind: "sent";
      readonly record: LetterRecord;
      readonly results: readonly NamedResult[];
      readonly isChanged: boolean;
      /**
       * Why the functions would refuse it again, unless the stack's transform makes something else
       * of it. @default they would not
       */
      readonly refusal?: string;
    }
  | { readonly kind: "dropped"; readonly record: LetterRecord }
  /** It stays a dead letter. `error` may hold contents. */
  | { readonly kind: "unrepaired"; readonly record: LetterRecord; readonly error: string };

/** A transform for records that were refused. */
export interface Repair {
  /**
   * Repairs the records of letters: for each letter what becomes of its records, in their order.
   * Many letters at a time, since watching the transform takes a thread each time.
   *
   * @throws UserError when the transform does not return
   */
  readonly repair: (letters: readonly DeadLetter[]) => readonly (readonly RepairedRecord[])[];
}

/**
 * Loads a repair: a transform, as of functions/transform.ts.
 *
 * @param file as it was given
 * @throws UserError when it cannot be read, does not compile, or has type errors
 */
export async function loadRepair(file: string, checksTypes = true): Promise<Repair> {
  await checkTransformFile(file);
  const absolute = path.resolve(file);
  const place = { file: absolute, repository: REPOSITORY };
  const watchdog = createWatchdog(place);
  const transform = locateErrors(await loadTransform(absolute, watchdog), place);
  if (checksTypes) await startTypeCheck(absolute).done();
  return {
    repair: (letters) => {
      const works = letters.map((letter) => workOn(letter, transform));
      runWatched(
        watchdog,
        works.flatMap(({ steps }) => steps),
        (step) => {
          step.run();
        },
        ({ name }) => name,
      );
      return works.map(({ repaired }) => repaired);
    },
  };
}

/** What has to be done to repair a letter, record by record, and where the results come. */
function workOn(letter: DeadLetter, transform: Transform) {
  const options = { transform, letter, source: sourceFor(letter) };
  const repaired: RepairedRecord[] = [];
  const steps = recordsOf(letter).map((record, index) => ({
    run: () => {
      repaired.push(repairRecord(record, index, options));
    },
    get name() {
      return `record ${index + 1} of dead letter ${letter.messageId}`;
    },
  }));
  return { steps, repaired };
}

interface RepairOptions {
  readonly transform: Transform;
  /** As the functions see it, once the letter is replayed. */
  readonly source: RecordSource;
  readonly letter: DeadLetter;
}

/** One record. What the transform throws is the record's own problem. */
export function repairRecord(
  record: LetterRecord,
  index: number,
  { transform, source, letter }: RepairOptions,
): RepairedRecord {
  const { bytes } = record;
  const start = trimStart(bytes, 0, bytes.length);
  const end = trimEnd(bytes, start, bytes.length);
  const hasLineBreaks = bytes.subarray(start, end).includes(0x0a);
  const place: RecordBytes = { bytes, start, end, offset: index, line: index + 1, hasLineBreaks };
  try {
    const transformed = applyTransform(place, transform, () => source.contextOf(place));
    if (transformed.kind === "unusable")
      return { kind: "unrepaired", record, error: transformed.problem.error };
    const { results } = transformed;
    const [first] = results;
    if (first === undefined) return { kind: "dropped", record };
    // As it is, with its line breaks: its id is made of these bytes.
    if (results.length === 1 && first.isUnchanged)
      return sentUnlessTooLarge(record, [asItIs(record, letter)], { isChanged: false, source });
    // Of a letter that somebody has edited nobody knows which record is where.
    const position = record.position === undefined ? undefined : source.positionOf(place);
    const identity = position ?? identityOf(place, source, { syntheticId: "record" });
    const named = nameResults(results, identity, isRow(letter));
    return sentUnlessTooLarge(record, named, { isChanged: true, source });
  } catch (error) {
    return { kind: "unrepaired", record, error: messageOf(error) };
  }
}

/** What is too large is so before the stack's transform sees it: it would come straight back. */
function sentUnlessTooLarge(
  record: LetterRecord,
  results: readonly NamedResult[],
  { isChanged, source }: { readonly isChanged: boolean; readonly source: RecordSource },
): RepairedRecord {
  const problem = refusalOf(results, source);
  if (problem?.reason === "too-large")
    return { kind: "unrepaired", record, error: describeProblem(problem) };
  const sent = { kind: "sent", record, results, isChanged } as const;
  return problem === undefined ? sent : { ...sent, refusal: describeProblem(problem) };
}

/** Which records of a letter the functions would refuse again, as they are. */
export function refusedUnrepaired(letter: DeadLetter): RefusedAgain {
  const { data } = letter;
  // What is in an object only was not read, and what travels in gzip was too large to be looked at.
  if (data.length === 0 || isCompressed(data)) return { refusedAgain: 0, refusal: "" };
  const source = sourceFor(letter);
  const problems = recordsOf(letter).flatMap(
    (record) => refusalOf([asItIs(record, letter)], source) ?? [],
  );
  const [first] = problems;
  return { refusedAgain: problems.length, refusal: first ? describeProblem(first) : "" };
}

function asItIs({ bytes }: LetterRecord, letter: DeadLetter): NamedResult {
  return { bytes, isRow: isRow(letter) };
}

/** Whether its records are rows of a file with columns. */
function isRow({ attributes }: DeadLetter): boolean {
  return attributes["format"] !== undefined;
}

/**
 * What the functions' transform was told of the records, with `TRANSFORM_SECRET` if it is set; and
 * where they were, which dead letters know whose ids are made of positions.
 */
export function sourceFor(letter: DeadLetter): RecordSource {
  const { messageId, publishTime, attributes, data } = letter;
  const origin = messageOrigin({
    ...{ messageId, publishTime, data, attributes },
    subscription: attributes["source"] ?? "",
    deliveryAttempt: 1,
  });
  const secret = process.env["TRANSFORM_SECRET"] ?? "";
  const { contextOf, positionOf } = origin.records;
  return {
    contextOf: (record) => ({ ...contextOf(record), ...(secret !== "" && { secret }) }),
    positionOf,
  };
}
