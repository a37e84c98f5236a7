import type { Connection } from "../stack/connect.ts";
import { withOriginalAttributes, type DeadLetter } from "./letter.ts";
import type { LetterSource } from "./letter-source.ts";
import { createLeftOut, type LeftOut } from "./left-out-objects.ts";
import { createObjectImports, type ImportObject } from "./object-imports.ts";
import { createPartsCollector, isPart, type PartsCollector } from "./parts.ts";
import { refusedUnrepaired, type Repair } from "./repair.ts";
import { createPublishLetters, type PublishLetters } from "./publish-letters.ts";
import { createReferencedReplayer } from "./referenced-letters.ts";
import {
  forwarded,
  passing,
  repaired,
  unchanged,
  withReferencedRest,
  type NoReplacement,
  type Replacement,
} from "./replacement.ts";
import { leftOutcome, type LetterOutcome } from "./report.ts";
import type { Destinations, Route } from "./route.ts";

/** A letter that is meant, and where it goes. */
export interface RoutedLetter {
  readonly letter: DeadLetter;
  readonly route: Route;
  /** Its data was read from the object: no dead letter may hold it. @default false */
  readonly isReferenced?: boolean;
}

export interface ReplayOptions {
  readonly connection: Connection;
  readonly source: LetterSource;
  readonly repair: Repair | undefined;
  readonly destinations: Pick<Destinations, "passes" | "filter" | "keepsDeadLetters">;
  /** False: only says what would become of them. */
  readonly commits: boolean;
  /** Whether outcomes show records before and after the repair. */
  readonly withExamples: boolean;
  /** Told once of each letter; of one with parts, with the letter that they are together. */
  readonly onOutcome: (letter: DeadLetter, outcome: LetterOutcome) => void;
}

/** Replays letters. */
export interface LetterReplayer {
  /**
   * Sends what replaces these letters, and settles them after that.
   *
   * @throws UserError, RefusedError, UnavailableError: what was not settled comes again
   */
  replay(letters: readonly RoutedLetter[]): Promise<void>;
  /** Parts of records that have not come together. */
  end(): void;
}

interface Parts {
  readonly options: ReplayOptions;
  readonly publish: PublishLetters | undefined;
  readonly importObject: ImportObject;
  readonly leftOut: LeftOut;
  readonly collector: PartsCollector;
}

const NOT_KEPT =
  "what the repair leaves over would be lost: no subscription keeps dead letters (see doctor)";
const MISSING_PARTS = "a part of a record of which other parts have not come";

export function createLetterReplayer(options: ReplayOptions): LetterReplayer {
  const { connection, commits, onOutcome } = options;
  const publish = commits ? createPublishLetters(connection) : undefined;
  const leftOut = createLeftOut(connection);
  const parts: Parts = {
    options,
    publish,
    importObject: createObjectImports(connection, publish, leftOut),
    leftOut,
    collector: createPartsCollector(),
  };
  const needsData = commits || options.repair !== undefined;
  const replayReferenced = createReferencedReplayer({
    ...{ connection, needsData },
    settle: (letters) => settleAll(letters.map(withRecords), parts),
    leave: (letter, why) => {
      onOutcome(letter, leftOutcome(letter, why));
    },
  });
  return {
    replay: async (letters) => {
      const here = letters.filter(({ route }) => route.kind !== "referenced");
      await settleAll(
        here.flatMap((one) => wholeLetters(one, parts)),
        parts,
      );
      await replayReferenced(
        letters.flatMap(({ letter, route }) =>
          route.kind === "referenced" ? [{ letter, object: route.object }] : [],
        ),
      );
    },
    end: () => {
      for (const letter of parts.collector.waiting())
        onOutcome(letter, leftOutcome(letter, MISSING_PARTS));
    },
  };
}

/** Without the parts of those that are not complete. */
function wholeLetters({ letter, route }: RoutedLetter, { collector }: Parts): RoutedLetter[] {
  if (route.kind !== "records" || !isPart(letter)) return [{ letter, route }];
  const whole = collector.add(letter);
  return whole === undefined ? [] : [{ letter: whole, route }];
}

/** One that was read from its object. */
function withRecords(letter: DeadLetter): RoutedLetter {
  return { letter, route: { kind: "records" }, isReferenced: true };
}

/** All of them are published before any is settled; what fails keeps the others from nothing. */
async function settleAll(letters: readonly RoutedLetter[], parts: Parts): Promise<void> {
  const { source, commits } = parts.options;
  const replacements = replacementsOf(letters, parts.options);
  const ends = await Promise.allSettled(
    letters.map((one, index) => replayLetter(one, replacements[index], parts)),
  );
  const replaced = letters.filter((_letter, index) => {
    const end = ends[index];
    return end?.status === "fulfilled" && end.value;
  });
  if (commits && replaced.length > 0) await source.settle(replaced.map(({ letter }) => letter));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** What is to be sent in place of each letter that is sent, rather than its object. */
function replacementsOf(
  letters: readonly RoutedLetter[],
  { repair, withExamples, destinations: { filter, passes } }: ReplayOptions,
): readonly (Replacement | NoReplacement | undefined)[] {
  const given = letters.map(({ letter, route }) =>
    route.kind === "records" && filter !== "" ? withOriginalAttributes(letter, filter) : letter,
  );
  const hasRecords = (index: number): boolean => letters[index]?.route.kind === "records";
  const repairable = given.filter((_letter, index) => hasRecords(index));
  const results = repair?.repair(repairable).values();
  return given.map((letter, index) => {
    if (!hasRecords(index)) return undefined;
    const records = results?.next().value;
    const made =
      records === undefined
        ? { ...unchanged(letter), ...refusedUnrepaired(letter) }
        : repaired(letter, records, withExamples);
    const isReferenced = letters[index]?.isReferenced === true;
    return passing(isReferenced ? withReferencedRest(made) : made, passes);
  });
}

/** @returns whether something else is in its place now */
async function replayLetter(
  { letter, route }: RoutedLetter,
  replacement: Replacement | NoReplacement | undefined,
  parts: Parts,
): Promise<boolean> {
  const { onOutcome, connection, destinations } = parts.options;
  const { eventsTopic } = connection.stack;
  const send = async (): Promise<LetterOutcome> => {
    if (replacement !== undefined)
      return await sendInPlaceOf(letter, replacement, eventsTopic, parts);
    if (route.kind === "object") return await importInPlaceOf(letter, route, parts);
    if (route.kind === "forward") {
      const message = forwarded(letter);
      const { objectId } = letter.attributes;
      const isOfObject = route.topic === connection.stack.objectsTopic && objectId !== undefined;
      const why = isOfObject ? await parts.leftOut(objectId, undefined) : undefined;
      if (why !== undefined) return leftOutcome(letter, why);
      // The filter may be another one than when Pub/Sub gave it up.
      const passed = route.topic === eventsTopic ? passing(message, destinations.passes) : message;
      return await sendInPlaceOf(letter, passed, route.topic, parts);
    }
    return leftOutcome(letter, route.kind === "leave" ? route.why : "");
  };
  const outcome = await send();
  onOutcome(letter, outcome);
  return outcome.action !== "leave";
}

async function importInPlaceOf(
  letter: DeadLetter,
  { object, quarantineOff }: Extract<Route, { kind: "object" }>,
  { importObject }: Parts,
): Promise<LetterOutcome> {
  const why = await importObject(letter, object, quarantineOff);
  if (why !== undefined) return leftOutcome(letter, why);
  return { ...leftOutcome(letter, ""), action: "object", records: 1, sent: 1 };
}

/**
 * First what replaces it, then what remains of it: a kill in between sends records twice. It stays
 * when either is not taken.
 */
async function sendInPlaceOf(
  letter: DeadLetter,
  replacement: Replacement | NoReplacement,
  topic: string,
  { options, publish }: Parts,
): Promise<LetterOutcome> {
  const { records, sent, dropped, unrepaired, repairError, examples } = replacement;
  const counts = { records, sent, dropped, unrepaired, repairError, examples };
  if (replacement.kind === "leave") return { ...leftOutcome(letter, replacement.why), ...counts };
  const { source, connection, destinations } = options;
  const rest = source.takesRest ? replacement.rest : [];
  if (rest.length > 0 && !destinations.keepsDeadLetters)
    return { ...leftOutcome(letter, NOT_KEPT), ...counts, sent: 0 };
  const refusal = await publish?.(topic, replacement.messages);
  if (refusal !== undefined) return leftOutcome(letter, refusal);
  const restRefusal = await publish?.(connection.stack.deadLetterTopic, rest);
  if (restRefusal !== undefined)
    return { ...leftOutcome(letter, `what is not repaired stays: ${restRefusal}`), ...counts };
  const { action, refusedAgain, refusal: again } = replacement;
  return { action, why: "", ...counts, refusedAgain, refusal: again };
}
