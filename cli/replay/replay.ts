/**
 * Replaying dead letters, without a word printed: the command and the console call these.
 *
 * - `survey(connection, plan, listeners)` looks at the dead letters and gives them back: groups by
 *   reason, field, error and source, and what `replay` would make of each (with `plan.repair` and
 *   `plan.withExamples` also records before and after).
 * - `replay(connection, plan, listeners)` does it, and reports what it did in the same form. With
 *   `expected: survey.seen` it knows when it is done.
 * - `loadRepair(file)` (repair.ts) loads a repair transform for `plan.repair`.
 * - `saveLetters(connection, plan, options, listeners)` writes letters to a file, for `plan.from`.
 *
 * `connection.signal` ends each of them at once; what is not settled is given back then. All throw
 * UserError, RefusedError, UnavailableError. Two passes at the same time do no harm, but take each
 * other's letters: what did not come to one is its `missing`.
 */
import type { Connection } from "../stack/connect.ts";
import { forEachMeant } from "./for-each-meant.ts";
import type { LetterSource } from "./letter-source.ts";
import { openLettersFile } from "./letters-file.ts";
import type { ReplayListeners, ReplayPlan, ReplayReport } from "./plan.ts";
import { createLetterReplayer } from "./replay-letters.ts";
import { createReport } from "./report.ts";
import { findDestinations, routeOf } from "./route.ts";
import { openSubscription } from "./subscription-source.ts";

export { loadRepair } from "./repair.ts";
export { saveLetters } from "./save-letters.ts";

const MAX_REPLAYS = 3;

/** Says what `replay` would do, and changes nothing. */
export function survey(
  connection: Connection,
  plan: ReplayPlan,
  listeners: ReplayListeners = {},
): Promise<ReplayReport> {
  return pass(connection, plan, listeners, false);
}

/**
 * Sends dead letters back where they came from, and acknowledges each when that is accepted. Killed
 * at any moment it loses nothing; run again it sends what it had not acknowledged once more, with
 * the same ids.
 */
export function replay(
  connection: Connection,
  plan: ReplayPlan,
  listeners: ReplayListeners = {},
): Promise<ReplayReport> {
  return pass(connection, plan, listeners, true);
}

/** The letters of a plan. */
export function openSource(
  connection: Connection,
  plan: ReplayPlan,
  listeners: ReplayListeners,
): Promise<LetterSource> {
  return plan.from === undefined
    ? openSubscription(connection, plan, listeners)
    : openLettersFile(plan.from);
}

async function pass(
  connection: Connection,
  plan: ReplayPlan,
  listeners: ReplayListeners,
  commits: boolean,
): Promise<ReplayReport> {
  const destinations = await findDestinations(connection);
  const report = createReport(plan.withExamples === true);
  let sent = 0;
  const source = await openSource(connection, plan, listeners);
  const replayer = createLetterReplayer({
    ...{ connection, source, commits, repair: plan.repair },
    destinations,
    withExamples: plan.withExamples === true,
    onOutcome: (letter, outcome) => {
      report.add(letter, outcome);
      if (outcome.action !== "leave") sent++;
    },
  });
  const maxReplays = plan.maxReplays ?? MAX_REPLAYS;
  const end = await forEachMeant({ source, plan, report, listeners }, (letters) =>
    replayer.replay(
      letters.map((letter) => ({ letter, route: routeOf(letter, destinations, maxReplays) })),
    ),
  ).catch((error: unknown) => {
    if (commits) listeners.onBroken?.(sent);
    throw error;
  });
  replayer.end();
  return report.report(end);
}
