import {
  mergeOutcomes,
  EMPTY_OUTCOME,
  pendingOutcome,
  rejectedOutcome,
  type PartOutcome,
  type SuspectPart,
} from "./part-outcome.ts";

/** A batch this large of which nothing is accepted is refused for a reason that is not in its events. */
const OUTAGE_EVENTS = 32;
/** So is one with more culprits than this: bad data that Mixpanel cannot name is rare. */
const OUTAGE_CULPRITS = 64;
/**
 * One after the other, the search for many culprits would take longer than a run has. Few enough that an outage which
 * begins meanwhile costs only a few requests.
 */
const SIDE_BY_SIDE = 8;

/**
 * Finds the culprits among events that were refused together, by halving level by level: logarithmic in the size of the
 * batch for each culprit. What is found to be refused alone is rejected, everything else is imported.
 *
 * When no event of many is acceptable, or too many are not, it is not the events: then all that was refused is
 * pending and `onOutage` is called.
 *
 * @param send sends some events; what it cannot explain comes back in `refused`
 */
export async function bisect(
  parts: readonly SuspectPart[],
  send: (indexes: readonly number[]) => Promise<PartOutcome>,
  onOutage: () => void,
): Promise<PartOutcome> {
  const size = parts.reduce((sum, part) => sum + part.indexes.length, 0);
  let settled = EMPTY_OUTCOME;
  let culprits: readonly SuspectPart[] = [];
  let suspects = parts;
  for (;;) {
    culprits = [...culprits, ...suspects.filter(isSingle)];
    suspects = suspects.filter((part) => !isSingle(part));
    // Every suspected part holds a culprit at least.
    if (culprits.length + suspects.length > OUTAGE_CULPRITS) break;
    if (suspects.length === 0) break;
    let refused: readonly SuspectPart[] = [];
    const halves = suspects.flatMap(halvesOf);
    for (let at = 0; at < halves.length; at += SIDE_BY_SIDE) {
      const outcomes = await Promise.all(halves.slice(at, at + SIDE_BY_SIDE).map(send));
      const outcome = outcomes.reduce(mergeOutcomes, EMPTY_OUTCOME);
      refused = [...refused, ...outcome.refused];
      settled = mergeOutcomes(settled, { ...outcome, refused: [] });
    }
    suspects = refused;
  }
  const tooMany = culprits.length + suspects.length > OUTAGE_CULPRITS;
  const isOutage = tooMany || (size >= OUTAGE_EVENTS && culprits.length === size);
  if (isOutage) onOutage();
  // What could not be asked about might have been refused too: then nothing speaks for Mixpanel being well.
  const isUnclear = size >= OUTAGE_EVENTS && culprits.length + settled.pending.length === size;
  return [...culprits, ...suspects].reduce((outcome, { indexes, error }) => {
    const part =
      isOutage || isUnclear
        ? pendingOutcome(indexes, "Mixpanel refuses whatever it is sent")
        : rejectedOutcome(indexes, error);
    return mergeOutcomes(outcome, part);
  }, settled);
}

function isSingle(part: SuspectPart): boolean {
  return part.indexes.length === 1;
}

/** Both halves of a part. */
export function halvesOf({
  indexes,
}: Pick<SuspectPart, "indexes">): readonly (readonly number[])[] {
  const middle = Math.ceil(indexes.length / 2);
  return [indexes.slice(0, middle), indexes.slice(middle)].filter((half) => half.length > 0);
}
