import { offsetUnitOf } from "../formats/registry.ts";
import type { CredentialsError } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import type { ObjectGeneration } from "../reading/object-generation.ts";
import type { Progress } from "./continuation.ts";
import type { Receipt } from "./receipt.ts";
import type { RunResult } from "./run-result.ts";

/** More of them tell nothing more. */
const MAX_COLUMNS_NAMED = 20;

/**
 * The one line that tells what became of an object.
 *
 * @param runMs how long its last run took
 * @param columnsLeftOut names of columns that were not read
 */
export function logComplete(
  log: Log,
  receipt: Receipt,
  runMs: number,
  columnsLeftOut: readonly string[],
): void {
  const { version, firstError, ...rest } = receipt;
  const { profiles, groups } = receipt;
  const isConfirmed = profiles.unconfirmed + groups.unconfirmed === 0;
  const success = receipt.state === "complete" && firstError === null && isConfirmed;
  const isExpected = success || receipt.state === "superseded";
  log(isExpected ? "INFO" : "WARNING", "Import complete", {
    success,
    first_error: firstError,
    ...rest,
    seconds: (Date.parse(receipt.finishedAt) - Date.parse(receipt.startedAt)) / 1000,
    runSeconds: runMs / 1000,
    ...(columnsLeftOut.length > 0 && {
      columnsLeftOut: columnsLeftOut.slice(0, MAX_COLUMNS_NAMED),
    }),
  });
}

/** A run handed over to the next one, which begins where `next` is. */
export function logContinues(
  log: Log,
  { request, progress, records }: RunResult,
  next: Progress,
  reason: string,
  runMs: number,
): void {
  const percent = percentRead(next, records);
  log("INFO", "Import continues", {
    ...request.object,
    reason,
    run: progress.run,
    offset: next.position.offset,
    ...(percent !== undefined && { percent }),
    records: next.counters.records,
    events: next.counters.events,
    profiles: next.counters.profiles,
    groups: next.counters.groups,
    seconds: runMs / 1000,
  });
}

/** How far an object is; undefined where an offset says nothing of the bytes that are stored. */
function percentRead(
  { position }: Progress,
  records: Pick<RunResult["records"], "size" | "format">,
): number | undefined {
  const isStored = position.member === null && offsetUnitOf(records.format()) === "bytes";
  const size = records.size();
  return isStored && size > 0 ? Math.floor((100 * position.offset) / size) : undefined;
}

/** An object that is not imported, and why. */
export function logSkipped(log: Log, object: ObjectGeneration, reason: string): void {
  log("INFO", "Object skipped", { ...object, reason });
}

/** What wakes somebody up: nothing goes on before a person has acted. */
export function reportCredentialsError(log: Log, error: CredentialsError): void {
  log("CRITICAL", "Google refused the credentials", { error: error.message });
}
