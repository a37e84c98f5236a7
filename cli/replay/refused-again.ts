import { OPERATORS } from "../../functions/event/profile-update.ts";
import type { Problem } from "../../functions/event/problem.ts";
import { identity } from "../../functions/event/transform-contract.ts";
import type { RecordSource } from "../../functions/records/prepare-event.ts";
import { createRecordPreparer } from "../../functions/records/prepare-record.ts";
import type { NamedResult } from "./repaired-ids.ts";

/** What the functions do without a transform; which operators a stack allows is not known here. */
const PREPARER = createRecordPreparer({
  ...{ transform: identity, locateByRequest: false, syntheticId: "record" },
  profiles: { operators: new Set(OPERATORS), isOwnToken: () => true },
});
const LINE_FEED = 0x0a;

/**
 * Why the functions would refuse one of a record's results again, by their own checks: `reason`
 * `too-large` whatever the stack's transform is; any other unless that makes something else of it.
 * Undefined: they would not.
 */
export function refusalOf(
  results: readonly NamedResult[],
  source: RecordSource,
): Problem | undefined {
  for (const { bytes, isRow } of results) {
    const hasLineBreaks = bytes.includes(LINE_FEED);
    const record = { bytes, start: 0, end: bytes.length, offset: 0, line: 1, hasLineBreaks };
    const group = { source, nowMs: Date.now(), isKnownUtf8: false, areRows: isRow };
    const prepared = PREPARER.prepare(record, group);
    if (prepared.kind === "unusable") return prepared.problem;
  }
  return undefined;
}

/** `properties.time: missing` */
export function describeProblem({ field, error }: Problem): string {
  return field === "" ? error : `${field}: ${error}`;
}
