import type { Receipt } from "../../functions/objects/receipt.ts";
import {
  addUpdates,
  importedIn,
  rejectedIn,
  unconfirmedIn,
  type RecordCounts,
  type SentCounts,
  type UpdateCounts,
} from "../../functions/records/counters.ts";
import type { DeadLetterTotals } from "./dead-letter-collector.ts";
import type { MessageTotals, SkippedObject } from "./run-log.ts";
import { addEventCounts, addRecordCounts } from "./run-log.ts";

/** Everything that is known when a run is over. */
export interface RunFacts {
  /** Objects that were uploaded, empty ones left out: nothing is imported from those. */
  readonly uploads: readonly { readonly name: string; readonly generation: string }[];
  readonly receipts: readonly Receipt[];
  /** Those that are left alone get no receipt. */
  readonly skipped: readonly SkippedObject[];
  readonly messages: MessageTotals & {
    readonly published: number;
    readonly acknowledged: number;
  };
  readonly deadLetters: DeadLetterTotals;
  readonly mixpanel: {
    readonly requests: number;
    readonly distinctEvents: number;
    /** Updates it took, also those without any effect. */
    readonly updatesApplied: number;
    /** Different users and groups that were updated. */
    readonly users: number;
    readonly groups: number;
  };
  /**
   * The latest response of a function that was no acknowledgement, e.g. `503: Mixpanel is not
   * available`.
   */
  readonly lastRefusal: string | undefined;
  /** Lines that could not be published, in one sentence each. */
  readonly unpublished: readonly string[];
  /** Why the run ended before everything was settled. */
  readonly failure: string | undefined;
  /** A refused record is a problem. */
  readonly isStrict: boolean;
}

/** Sums over all objects and messages. */
export interface RunTotals extends SentCounts {
  readonly records: RecordCounts;
}

/** What all receipts and messages add up to. */
export function sumUp({ receipts, messages }: Pick<RunFacts, "receipts" | "messages">): RunTotals {
  return receipts.reduce<RunTotals>(
    (sum, { records, events, profiles, groups }) => ({
      records: addRecordCounts(sum.records, records),
      events: addEventCounts(sum.events, events),
      profiles: addUpdates(sum.profiles, profiles),
      groups: addUpdates(sum.groups, groups),
    }),
    messages,
  );
}

/**
 * Checks that every record is accounted for: imported, left out, or in the dead-letter topic.
 *
 * @returns what is not, in one sentence each; empty when all is well
 */
export function findProblems(facts: RunFacts): string[] {
  // What else is missing then is a consequence, and would only hide the cause.
  if (facts.failure !== undefined) return [facts.failure];
  return [
    ...facts.unpublished,
    ...missingReceipts(facts),
    ...facts.receipts.flatMap((receipt) =>
      unequalCounts(`${receipt.object}#${receipt.generation}`, receipt),
    ),
    ...unequalCounts("The messages", facts.messages),
    ...unsettledMessages(facts),
    ...missingDeadLetters(facts),
    ...tooFewEvents(facts),
    ...tooFewUpdates(facts),
    ...filesNotImported(facts),
    ...refusedRecords(facts),
  ];
}

/** A file that is not in order, though every record of it is accounted for. */
function filesNotImported({ receipts, messages }: RunFacts): string[] {
  const files = receipts.flatMap((receipt) => {
    const { object, state, bytes } = receipt;
    if (state === "quarantined")
      return [
        `${object} was quarantined: most of its first records were refused, and only its first ${bytes} ` +
          "bytes were read. The setting quarantinePercent 0 imports such files all the same.",
      ];
    if (state === "unreadable")
      return [`${object} cannot be read: its dead letter says what it is, and what to do.`];
    if (state === "truncated") return [`${object} is cut off: what was readable is imported.`];
    return nothingOf(object, receipt);
  });
  return [...files, ...nothingOf("the messages", messages)];
}

function nothingOf(what: string, totals: RunTotals): string[] {
  const { records } = totals;
  if (records.read === 0 || importedIn(totals) + unconfirmedIn(totals) > 0) return [];
  const reason = records.dropped === records.read ? "the transform left all of it out" : "refused";
  return [`Nothing of ${what} was imported: ${reason}.`];
}

/**
 * What is accounted for, and yet not certain.
 *
 * @returns one sentence each; empty when there is nothing of the kind
 */
export function findWarnings(facts: RunFacts): string[] {
  const { profiles, groups } = sumUp(facts);
  return [...unconfirmed(profiles, "users"), ...unconfirmed(groups, "groups")];
}

function unconfirmed(counts: UpdateCounts, what: string): string[] {
  const number = counts.unconfirmed;
  if (number === 0) return [];
  const subject = number === 1 ? `1 update of ${what} is` : `${number} updates of ${what} are`;
  return [
    `${subject} unconfirmed: Mixpanel accepted without saying what it counted. Look whether they are stored.`,
  ];
}

function refusedRecords(facts: RunFacts): string[] {
  if (!facts.isStrict) return [];
  const totals = sumUp(facts);
  const refused = totals.records.unusable + rejectedIn(totals);
  if (refused === 0) return [];
  return [`${refused} ${refused === 1 ? "record was" : "records were"} refused (--strict).`];
}

function missingReceipts({ uploads, receipts, skipped }: RunFacts): string[] {
  const finished = new Set(
    [...receipts, ...skipped].map(({ object, generation }) => `${object}#${generation}`),
  );
  return uploads
    .filter(({ name, generation }) => !finished.has(`${name}#${generation}`))
    .map(({ name }) => `${name} has no receipt: its import did not end.`);
}

function unequalCounts(what: string, totals: RunTotals): string[] {
  const { records, events } = totals;
  const problems: string[] = [];
  if (records.read !== records.dropped + records.unusable + records.used)
    problems.push(
      `${what}: ${records.read} records were read, but ${records.dropped} dropped + ${records.unusable} unusable + ${records.used} used.`,
    );
  if (events.produced !== events.imported + events.rejected)
    problems.push(
      `${what}: ${events.produced} events were made, but ${events.imported} imported + ${events.rejected} rejected.`,
    );
  for (const kind of ["profiles", "groups"] as const) {
    const { produced, imported, rejected, unconfirmed } = totals[kind];
    if (produced !== imported + rejected + unconfirmed)
      problems.push(
        `${what}: ${produced} updates of ${kind} were made, but ${imported} imported + ${rejected} rejected + ${unconfirmed} unconfirmed.`,
      );
  }
  return problems;
}

function unsettledMessages({ messages, deadLetters, lastRefusal }: RunFacts): string[] {
  const problems: string[] = [];
  if (deadLetters.undelivered > 0)
    problems.push(
      `${deadLetters.undelivered} messages were given up after too many deliveries and forwarded to the dead-letter topic. The last response was ${lastRefusal ?? "none"}.`,
    );
  if (messages.acknowledged > messages.messages)
    problems.push(
      `${messages.acknowledged} messages were acknowledged, but only ${messages.messages} were counted.`,
    );
  return problems;
}

/**
 * At least once: a record may be dead-lettered twice, never less than once. A transform that makes
 * several events of a record may have several of them rejected, which is in the topic once.
 */
function missingDeadLetters(facts: RunFacts): string[] {
  const counted = facts.receipts.filter(({ state }) => state !== "quarantined");
  const totals = sumUp({ receipts: counted, messages: facts.messages });
  const { records, events, profiles, groups } = totals;
  const rejected = rejectedIn(totals);
  const isOneToOne = records.used === events.produced + profiles.produced + groups.produced;
  const expected = records.unusable + (isOneToOne ? rejected : Math.min(rejected, 1));
  if (facts.deadLetters.records >= expected) return [];
  return [
    `${expected} records could not be imported, but only ${facts.deadLetters.records} are in the dead-letter topic.`,
  ];
}

function tooFewEvents(facts: RunFacts): string[] {
  const { imported } = sumUp(facts).events;
  const { distinctEvents } = facts.mixpanel;
  // Fewer distinct ones are in order: equal records are one event.
  const isPlausible = distinctEvents <= imported && (imported === 0) === (distinctEvents === 0);
  if (isPlausible) return [];
  return [`${imported} events were counted as imported, but Mixpanel has ${distinctEvents}.`];
}

/** A project that does not exist takes updates, and keeps none. */
function tooFewUpdates(facts: RunFacts): string[] {
  const { profiles, groups } = sumUp(facts);
  const imported = profiles.imported + groups.imported;
  const { updatesApplied } = facts.mixpanel;
  if (updatesApplied >= imported) return [];
  return [`${imported} updates were counted as imported, but Mixpanel has ${updatesApplied}.`];
}
