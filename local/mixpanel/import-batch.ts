import { isJsonObject } from "../json.ts";
import { type FailedRecord, failedRecord } from "./responses.ts";
import { type AcceptedEvent, type CheckContext, checkEvent, isRefusal } from "./event-check.ts";
import { idText } from "./id-check.ts";
import { isIdentityEvent } from "./identity.ts";
import { acceptLeniently } from "./lenient-event.ts";
import { type SentRecord, textOf } from "./parse-batch.ts";
import type { Project } from "./project.ts";
import type { RejectLog } from "./reject-log.ts";
import type { Refusal } from "./rules.ts";

/** A batch on its way into a project. */
export interface BatchImport {
  readonly records: readonly SentRecord[];
  readonly project: Project;
  readonly context: CheckContext;
  /** Address of which events without `ip` get their place. */
  readonly locatedBy: string | undefined;
  readonly rejects: RejectLog;
  /** Number of the request. */
  readonly request: number;
  /** Name of events to lose without a word. */
  readonly loseEvent: string | undefined;
}

/** What became of a batch. */
export interface BatchResult {
  /** As the response tells it: an event dropped for its `$ignore` counts (inferred). */
  readonly imported: number;
  readonly rejected: number;
  readonly failed: readonly FailedRecord[];
}

/** https://github.com/ak--47/mixpanel-import, probe findings of 2026-08-16. */
const IDENTITY_REFUSED =
  "identity events are not allowed when project is using simplified identity management";

/**
 * Imports a batch by the rules of `strict=1`: what passes is stored, every other event has a row in
 * `failed`.
 */
export function importStrictly(batch: BatchImport): BatchResult {
  const { records, context } = batch;
  const simplified = context.identityMode === "simplified";
  if (simplified && context.switches.identityEvents === "refuse") {
    if (records.some(({ value }) => isIdentityEvent(value))) return refuseForIdentityEvents(batch);
  }
  let imported = 0;
  const failed: FailedRecord[] = [];
  records.forEach((record, index) => {
    if (simplified && isIdentityEvent(record.value)) return;
    const outcome = checkEvent(record, context);
    if (isRefusal(outcome)) failed.push(reject(batch, record, index, outcome));
    else if (store(batch, record, outcome)) imported += 1;
  });
  return { imported, rejected: failed.length, failed };
}

/** Imports a batch as `strict=0` does: nothing is ever reported as failed. */
export function importLeniently(batch: BatchImport): BatchResult {
  let imported = 0;
  for (const record of batch.records) {
    const event = acceptLeniently(record, batch.context);
    if (event !== undefined && store(batch, record, event)) imported += 1;
  }
  return { imported, rejected: 0, failed: [] };
}

function store(batch: BatchImport, record: SentRecord, event: AcceptedEvent): boolean {
  if (event.name === batch.loseEvent) return false;
  const receivedMs = batch.context.nowMs;
  const keep = () => ({
    text: textOf(record),
    receivedMs,
    locatedBy: batch.locatedBy,
    endpoint: "import" as const,
  });
  if (!event.isIgnored) batch.project.store.add(event, keep);
  return true;
}

function reject(
  { rejects, request, context }: BatchImport,
  record: SentRecord,
  index: number,
  refusal: Refusal,
): FailedRecord {
  rejects.add(refusal, request, index, () => textOf(record));
  return failedRecord(index, insertIdOf(record), refusal, context.switches.failedRecordKey);
}

/** One bad event spoils its batch, and the response does not say which it was. */
function refuseForIdentityEvents({ records, rejects, request }: BatchImport): BatchResult {
  const refusal: Refusal = { rule: "identity-event", field: "", message: IDENTITY_REFUSED };
  records.forEach((record, index) => {
    rejects.add(refusal, request, index, () => textOf(record));
  });
  return { imported: 0, rejected: records.length, failed: [IDENTITY_REFUSED] };
}

function insertIdOf({ value }: SentRecord): string {
  const properties = isJsonObject(value) ? value["properties"] : undefined;
  const id = isJsonObject(properties) ? properties["$insert_id"] : undefined;
  return id === undefined || id === null ? "" : idText(id);
}
