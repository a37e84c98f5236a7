import { LAST_DELIVERY_ATTEMPT } from "../verdict.ts";
import { askAbout, isSettled, settle, type Progress } from "./order-progress.ts";

/** Updates that are asked about alone when nothing was accepted before. */
const PROBES = 4;

/** Whether Mixpanel accepts anything after the response with that ordinal. */
export async function isMixpanelWell(
  refused: readonly number[],
  ordinal: number,
  progress: Progress,
): Promise<boolean> {
  const { evidence, random } = progress.options;
  const { deliveryAttemptOf } = progress.context;
  if (evidence.acceptedSince(ordinal)) return true;
  if (refused.every((index) => deliveryAttemptOf(index) >= LAST_DELIVERY_ATTEMPT)) return true;
  const { lastImported } = progress;
  if (lastImported !== undefined) {
    // Nothing of its profile has been stored after it: it is stored as it is once more.
    await askAbout([lastImported], true, progress);
    return evidence.acceptedSince(ordinal);
  }
  const candidates = [...firstOfLanes(refused, progress)];
  for (let probes = 0; probes < PROBES && candidates.length > 0; probes++) {
    const [index] = candidates.splice(Math.floor(random() * candidates.length), 1);
    if (index === undefined || !(await probe(index, progress))) break;
    if (evidence.acceptedSince(ordinal)) return true;
  }
  return false;
}

/** Updates that may be sent out of turn: nothing of their lane is to be settled before. */
function firstOfLanes(refused: readonly number[], progress: Progress): ReadonlySet<number> {
  const lanes = new Set<number>();
  const first = new Set<number>();
  progress.updates.forEach(({ lane }, index) => {
    if (lanes.has(lane) || isSettled(index, progress)) return;
    lanes.add(lane);
    const isTheSuspect = refused.length === 1 && refused[0] === index;
    if (!isTheSuspect) first.add(index);
  });
  return first;
}

/** Asks about one update out of turn; whether there was a response. */
async function probe(index: number, progress: Progress): Promise<boolean> {
  const asked = await askAbout([index], false, progress);
  if (asked.kind !== "answered") return false;
  // Whatever else is said of it: its turn comes.
  if (asked.verdict.kind === "settle") settle([index], asked.verdict.rows, progress);
  return true;
}
