import type { CircuitBreaker } from "./circuit-breaker.ts";
import type { Evidence } from "./evidence.ts";
import {
  mergeOutcomes,
  pendingOutcome,
  type PartOutcome,
  type SendPart,
  type SuspectPart,
} from "./part-outcome.ts";
import { REFUSES_EVERYTHING } from "./verdict.ts";

export interface BisectOptions {
  readonly send: SendPart;
  readonly evidence: Evidence;
  readonly circuitBreaker: Pick<CircuitBreaker, "reportBadCredentials" | "reportOutage">;
  /**
   * Whether an event that is refused alone is given up in any case: then nothing has to be proved.
   */
  readonly isLastAttempt: (index: number) => boolean;
  /** Identity events, which Mixpanel refuses as a whole in projects that have no use for them. */
  readonly isIdentity: boolean;
  readonly random: () => number;
}

/**
 * Requests side by side: one after the other, the search for many culprits would take longer than a
 * run has. Few enough that an outage which begins meanwhile costs only a few requests.
 */
const SIDE_BY_SIDE = 8;

/**
 * Events that are asked about alone when nothing says that Mixpanel is well; as many refusals are
 * an outage.
 */
const PROBES = 4;

/** After so many refusals in a row it is asked whether Mixpanel is still well. */
const MAX_REFUSALS_IN_A_ROW = 2 * SIDE_BY_SIDE;

/** The search for the culprits of one batch. */
interface Search {
  readonly options: BisectOptions;
  /** What is settled so far, and what was refused alone. */
  readonly outcomes: PartOutcome[];
  readonly alone: SuspectPart[];
}

/**
 * Finds the culprits among events that were refused together, by bisecting them level by level: a
 * number of requests logarithmic in the size of the batch for each culprit. What Mixpanel refuses
 * alone, again after it has accepted something else, is rejected; everything else is imported.
 *
 * It goes on only as long as Mixpanel proves to be well. When it does not, nothing is given up: all
 * that is not imported is pending.
 *
 * @param first what sending the batch came to
 */
export async function resolveSuspects(
  first: PartOutcome,
  options: BisectOptions,
): Promise<PartOutcome> {
  if (first.suspects.length === 0) return first;
  const search: Search = { options, outcomes: [{ ...first, suspects: [] }], alone: [] };
  let since = Math.min(...first.suspects.map(({ ordinal }) => ordinal));
  let parts = options.isIdentity
    ? await sendIdentityAgain(first.suspects, since, search)
    : takeSingles(first.suspects, search);
  while (parts.length > 0) {
    parts = await probe(parts, since, search);
    if (!(await isWell(parts, since, search))) return giveBack(parts, search);
    since = options.evidence.ordinal();
    const suspects = await sendHalves(parts, search);
    if (suspects.isOutage) return giveBack(suspects.parts, search);
    parts = takeSingles(suspects.parts, search);
  }
  return await confirm(search);
}

/**
 * A project that has no use for identity events refuses all of them: when others have passed
 * meanwhile they are sent as a whole once more, which is the last word (`verdict.ts`). Else they
 * wait, and say nothing of how Mixpanel is.
 */
async function sendIdentityAgain(
  parts: readonly SuspectPart[],
  since: number,
  search: Search,
): Promise<readonly SuspectPart[]> {
  const indexes = parts.map((part) => part.indexes);
  if (search.options.evidence.acceptedSince(since)) return await sendAll(indexes, search);
  search.outcomes.push(pendingOutcome(indexes.flat(), REFUSES_EVERYTHING));
  return [];
}

/** Both halves of some events. */
export function halvesOf(indexes: readonly number[]): readonly (readonly number[])[] {
  const middle = Math.ceil(indexes.length / 2);
  return [indexes.slice(0, middle), indexes.slice(middle)].filter((half) => half.length > 0);
}

/** Puts parts of one event where they belong; the others. */
function takeSingles(parts: readonly SuspectPart[], { alone }: Search): readonly SuspectPart[] {
  alone.push(...parts.filter(({ indexes }) => indexes.length === 1));
  return parts.filter(({ indexes }) => indexes.length > 1);
}

/**
 * Asks about a few events alone, until one is accepted or there were enough; the parts without
 * them.
 */
async function probe(
  parts: readonly SuspectPart[],
  since: number,
  search: Search,
): Promise<readonly SuspectPart[]> {
  const { evidence, isLastAttempt, random } = search.options;
  let rest = parts;
  for (let probes = 0; probes < PROBES; probes++) {
    const indexes = rest.flatMap((part) => part.indexes);
    const index = indexes[Math.floor(random() * indexes.length)];
    if (index === undefined || isLastAttempt(index) || evidence.acceptedSince(since)) break;
    await sendAll([[index]], search);
    rest = withoutEvent(rest, index);
  }
  return takeSingles(rest, search);
}

function withoutEvent(parts: readonly SuspectPart[], index: number): readonly SuspectPart[] {
  return parts
    .map((part) => ({ ...part, indexes: part.indexes.filter((other) => other !== index) }))
    .filter(({ indexes }) => indexes.length > 0);
}

/**
 * Whether Mixpanel has accepted anything since; if not, whether it accepts again what it accepted
 * before.
 */
async function isWell(
  parts: readonly SuspectPart[],
  since: number,
  search: Search,
): Promise<boolean> {
  const { evidence, isLastAttempt } = search.options;
  if (evidence.acceptedSince(since)) return true;
  if (parts.every(({ indexes }) => indexes.every(isLastAttempt))) return true;
  const control = search.outcomes.flatMap(({ imported }) => imported)[0];
  if (control === undefined) return false;
  // Mixpanel recognises it by its id (https://docs.mixpanel.com/reference/import-events,
  // "Deduplication").
  const { requests, retries } = await search.options.send([control], true);
  search.outcomes.push({ ...mergeOutcomes([]), requests, retries });
  return evidence.acceptedSince(since);
}

/**
 * Sends both halves of each part; the ones that are refused, and whether Mixpanel stopped being
 * well.
 */
async function sendHalves(
  parts: readonly SuspectPart[],
  search: Search,
): Promise<{ readonly parts: readonly SuspectPart[]; readonly isOutage: boolean }> {
  const { evidence } = search.options;
  const refused: SuspectPart[] = [];
  const left = [...parts];
  while (left.length > 0) {
    const since = evidence.ordinal();
    const some = left.splice(0, SIDE_BY_SIDE / 2);
    const halves = some.flatMap(({ indexes }) => halvesOf(indexes));
    refused.push(...(await sendAll(halves, search)));
    if (evidence.refusalsInARow() < MAX_REFUSALS_IN_A_ROW) continue;
    if (!(await isWell(left.concat(some), since, search)))
      return { parts: [...refused, ...left], isOutage: true };
  }
  return { parts: refused, isOutage: false };
}

/**
 * Sends some parts side by side; the ones that are refused without names. Single events go to
 * `alone`.
 */
async function sendAll(
  parts: readonly (readonly number[])[],
  search: Search,
): Promise<readonly SuspectPart[]> {
  const sent = await Promise.all(parts.map((indexes) => search.options.send(indexes, true)));
  const { suspects, ...settled } = mergeOutcomes(sent);
  search.outcomes.push({ ...settled, suspects: [] });
  return takeSingles(suspects, search);
}

/**
 * The last word on events that were refused alone: asked about again, after something else was
 * accepted. An outage that began and ended during the search is told from bad events by this alone.
 */
async function confirm(search: Search): Promise<PartOutcome> {
  const { alone } = search;
  if (alone.length === 0) return mergeOutcomes(search.outcomes);
  const culprits = alone.splice(0);
  const since = Math.max(...culprits.map(({ ordinal }) => ordinal));
  if (!(await isWell(culprits, since, search))) {
    search.alone.push(...culprits);
    return giveBack([], search);
  }
  for (let at = 0; at < culprits.length; at += SIDE_BY_SIDE)
    await sendAll(
      culprits.slice(at, at + SIDE_BY_SIDE).map(({ indexes }) => indexes),
      search,
    );
  return giveBack([], search);
}

/** Everything that is open is pending: Mixpanel is not well, or it is not certain. */
function giveBack(parts: readonly SuspectPart[], search: Search): PartOutcome {
  const { circuitBreaker, evidence } = search.options;
  const open = [...parts, ...search.alone];
  const isProven = evidence.refusalsInARow() < PROBES;
  if (open.length > 0 && !isProven) {
    if (open.every(({ suspicion }) => suspicion.mayBeCredentials))
      circuitBreaker.reportBadCredentials(403);
    else circuitBreaker.reportOutage();
  }
  const indexes = open.flatMap((part) => part.indexes);
  return mergeOutcomes([...search.outcomes, pendingOutcome(indexes, REFUSES_EVERYTHING)]);
}
