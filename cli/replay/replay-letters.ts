import type { Connection } from "../stack/connect.ts";
import { withOriginalAttributes, type DeadLetter } from "./letter.ts";
import type { LetterSource } from "./letter-source.ts";
import { createObjectImports, type ImportObject } from "./object-imports.ts";
import { createPartsCollector, isPart, type PartsCollector } from "./parts.ts";
import type { Repair } from "./repair.ts";
import { createPublishLetters, type PublishLetters } from "./publish-letters.ts";
import { readReferenced } from "./referenced-records.ts";
import {
  forwarded,
  repaired,
  unchanged,
  type NoReplacement,
  type Replacement,
} from "./replacement.ts";
import { leftOutcome, type LetterOutcome } from "./report.ts";
import type { Route } from "./route.ts";

/** A letter that is meant, and where it goes. */
export interface RoutedLetter {
  readonly letter: DeadLetter;
  readonly route: Route;
}

export interface ReplayOptions {
  readonly connection: Connection;
  readonly source: LetterSource;
  readonly repair: Repair | undefined;
  /** As of NameOptions. */
  readonly byPosition: boolean;
  /** False: only says what would become of them. */
  readonly commits: boolean;
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
  readonly collector: PartsCollector;
}

const MISSING_PARTS = "a part of a record of which other parts have not come";

export function createLetterReplayer(options: ReplayOptions): LetterReplayer {
  const { connection, commits, onOutcome } = options;
  const publish = commits ? createPublishLetters(connection) : undefined;
  const parts: Parts = {
    options,
    publish,
    importObject: createObjectImports(connection, publish),
    collector: createPartsCollector(),
  };
  const needsData = commits || options.repair !== undefined;
  let reading: Promise<unknown> = Promise.resolve();
  return {
    replay: async (letters) => {
      await settleAll(
        needsData ? letters.flatMap((one) => wholeLetters(one, parts)) : letters,
        parts,
      );
      const referenced = letters.filter(({ route }) => route.kind === "referenced" && needsData);
      if (referenced.length === 0) return;
      // One object after the other: each may be read to its end, and letters are held meanwhile.
      const read = reading.then(() => replayReferenced(referenced, parts));
      reading = read.catch(() => undefined);
      await read;
    },
    end: () => {
      for (const letter of parts.collector.waiting())
        onOutcome(letter, leftOutcome(letter, MISSING_PARTS));
    },
  };
}

/** Without the parts of those that are not complete, and without those that have to be read. */
function wholeLetters({ letter, route }: RoutedLetter, { collector }: Parts): RoutedLetter[] {
  if (route.kind === "referenced") return [];
  if (route.kind !== "records" || !isPart(letter)) return [{ letter, route }];
  const whole = collector.add(letter);
  return whole === undefined ? [] : [{ letter: whole, route }];
}

const READ = { kind: "records", isFiltered: false } as const;

/** Letters that are read from one object together: what they hold is in memory. */
const MAX_REFERENCED = 100;

async function replayReferenced(letters: readonly RoutedLetter[], parts: Parts): Promise<void> {
  const { options } = parts;
  const byObject = Map.groupBy(letters, ({ route }) =>
    route.kind === "referenced" ? JSON.stringify(route.object) : "",
  );
  for (const ofObject of byObject.values())
    for (let start = 0; start < ofObject.length; start += MAX_REFERENCED) {
      const some = ofObject.slice(start, start + MAX_REFERENCED);
      const [first] = some;
      if (first?.route.kind !== "referenced") continue;
      const wanted = some.map(({ letter }) => letter);
      for await (const read of readReferenced(options.connection, first.route.object, wanted))
        if (read.kind === "missing")
          options.onOutcome(read.letter, leftOutcome(read.letter, read.why));
        else await settleAll([{ letter: read.whole, route: READ }], parts);
    }
}

/** All of them are published before any is settled; what fails keeps the others from nothing. */
async function settleAll(letters: readonly RoutedLetter[], parts: Parts): Promise<void> {
  const { source, commits } = parts.options;
  const ends = await Promise.allSettled(letters.map((one) => replayLetter(one, parts)));
  const replaced = letters.filter((_letter, index) => {
    const end = ends[index];
    return end?.status === "fulfilled" && end.value;
  });
  if (commits && replaced.length > 0) await source.settle(replaced.map(({ letter }) => letter));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** @returns whether something else is in its place now */
async function replayLetter({ letter, route }: RoutedLetter, parts: Parts): Promise<boolean> {
  const { onOutcome } = parts.options;
  const outcome = await outcomeOf(letter, route, parts);
  onOutcome(letter, outcome);
  return outcome.action !== "leave";
}

async function outcomeOf(letter: DeadLetter, route: Route, parts: Parts): Promise<LetterOutcome> {
  const { repair, connection, byPosition } = parts.options;
  const { eventsTopic } = connection.stack;
  switch (route.kind) {
    case "leave":
      return leftOutcome(letter, route.why);
    case "object": {
      const why = await parts.importObject(letter, route.object, route.quarantineOff);
      if (why !== undefined) return leftOutcome(letter, why);
      return { ...leftOutcome(letter, ""), action: "object", records: 1, sent: 1 };
    }
    case "forward":
      return await send(forwarded(letter), "forward", route.topic, letter, parts);
    case "records":
    case "referenced": {
      const isFiltered = route.kind === "records" && route.isFiltered;
      const given = isFiltered ? withOriginalAttributes(letter) : letter;
      const replacement =
        repair === undefined ? unchanged(given) : repaired(given, repair, byPosition);
      return await send(replacement, "records", eventsTopic, letter, parts);
    }
  }
}

/** First what replaces it, then what remains of it: a kill in between sends records twice. */
async function send(
  replacement: Replacement | NoReplacement,
  action: "records" | "forward",
  topic: string,
  letter: DeadLetter,
  { options, publish }: Parts,
): Promise<LetterOutcome> {
  const { records, sent, dropped, unrepaired, repairError, examples } = replacement;
  const counts = { records, sent, dropped, unrepaired, repairError, examples };
  if (replacement.kind === "leave") return { action: "leave", why: replacement.why, ...counts };
  const refusal = await publish?.(topic, replacement.messages);
  if (refusal !== undefined) return leftOutcome(letter, refusal);
  if (options.source.takesRest)
    await publish?.(options.connection.stack.deadLetterTopic, replacement.rest);
  return { action, why: "", ...counts };
}
