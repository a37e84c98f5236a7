import { objectUri } from "../../functions/reading/object-generation.ts";
import { readObjectLog, type ObjectLogLine } from "../google/object-log.ts";
import type { Connection } from "../stack/connect.ts";
import { attempt, readBacklog, type Attempted, type StackBacklog } from "./entrances.ts";
import { collectObjects, type CollectedObjects, type StatusFilter } from "./collect-objects.ts";
import type { JoinedObject } from "./joined-objects.ts";
import { readSkip } from "./read-skip.ts";
import type { ReadReceipt } from "./receipts.ts";

/** How a stack is doing. */
export interface StatusReport extends CollectedObjects {
  readonly backlog: Attempted<StackBacklog>;
  /** Why nothing is known of what goes on in objects without a receipt. */
  readonly logProblem: string | undefined;
  /** Why it is not known which objects the stack leaves out. */
  readonly settingsProblem: string | undefined;
}

const LOG_LOOK_BACK_MS = 7 * 86_400_000;
const MAX_LOG_LINES = 1000;
const PENDING_MESSAGES = ["Import continues", "Import postponed", "Object skipped"] as const;

/**
 * Looks at a stack. Receipts are read for the rows alone, unless states or sums need all of them:
 * each is a request.
 *
 * @param onObject is told of every object looked at
 * @throws RefusedError, UnavailableError when the buckets cannot be listed or read
 */
export async function readStatus(
  connection: Connection,
  filter: StatusFilter,
  read: ReadReceipt,
  onObject: () => void = () => undefined,
): Promise<StatusReport> {
  const [backlog, lines, { skip, problem: settingsProblem }] = await Promise.all([
    readBacklog(connection),
    attempt(() => readPendingLines(connection)),
    readSkip(connection),
  ]);
  const latest = "value" in lines ? lines.value : new Map<string, ObjectLogLine>();
  const known = { skip, findLine: (joined: JoinedObject) => latest.get(objectUri(joined)) };
  const found = await collectObjects(connection, { filter, read, known, onObject });
  const missing = missingSubscriptions(backlog);
  return {
    ...found,
    backlog,
    logProblem: "problem" in lines ? lines.problem : undefined,
    settingsProblem,
    // There are three at most, and they must not be among those that are left out.
    attention: [...missing, ...found.attention],
    attentionCount: found.attentionCount + missing.length,
  };
}

/** The latest line of each object that is not done with. */
async function readPendingLines(
  connection: Connection,
): Promise<ReadonlyMap<string, ObjectLogLine>> {
  const lines = await readObjectLog(connection, {
    messages: PENDING_MESSAGES,
    since: new Date(Date.now() - LOG_LOOK_BACK_MS).toISOString(),
    maxLines: MAX_LOG_LINES,
  });
  return new Map(lines.toReversed().map((line) => [objectUri(line), line]));
}

function missingSubscriptions(backlog: Attempted<StackBacklog>): string[] {
  if ("problem" in backlog) return [];
  return Object.entries({
    "of objects": backlog.value.objects,
    "of events": backlog.value.events,
    "of dead letters": backlog.value.deadLetters,
  }).flatMap(([of, { delivery }]) =>
    delivery === "missing" ? [`There is no subscription ${of}: run pulumi up.`] : [],
  );
}
