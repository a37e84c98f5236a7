import type { Receipt } from "../../functions/objects/receipt.ts";
import { countsIn, type MessageTotals } from "../../local/run/run-log.ts";
import type { ObjectLogLine } from "../google/object-log.ts";
import type { Skip } from "../stack/import-settings.ts";
import { isUnread } from "../stack/unread-receipt.ts";
import type { JoinedObject } from "./joined-objects.ts";

/** States of what has no receipt. */
export const PENDING_STATES = ["waiting", "importing", "skipped"] as const;
export type PendingState = (typeof PENDING_STATES)[number];

/** How far an import is that goes on in another run. */
export interface ImportProgress extends Omit<MessageTotals, "messages"> {
  /** Runs that have ended. */
  readonly runs: number;
  /** Of the stored bytes; undefined of what is compressed, or read by rows. */
  readonly percent: number | undefined;
  /** RFC 3339: of the end of the latest run. */
  readonly at: string;
}

/** A generation of an object, as the table shows it. */
export interface ObjectRow {
  readonly bucket: string;
  readonly object: string;
  readonly generation: string;
  /** A receipt's, or one of those of what has none. */
  readonly state: string;
  /** Stored bytes; undefined of what is neither there nor read. */
  readonly size: number | undefined;
  /** RFC 3339: when it was finished, or uploaded when it is not. */
  readonly at: string;
  /** Whether it was replaced or deleted in its bucket. */
  readonly isLive: boolean;
  /** Why it waits or is skipped, as far as that is known; "" otherwise. */
  readonly detail: string;
  readonly progress: ImportProgress | undefined;
  readonly receipt: Receipt | undefined;
}

/** The latest that was logged of an object; undefined: nothing lately. */
export type FindLine = (joined: JoinedObject) => ObjectLogLine | undefined;

/** What tells of objects without a receipt. */
export interface PendingKnowledge {
  /** By the settings that importObject is deployed with. */
  readonly skip: Skip;
  readonly findLine: FindLine;
}

/** State of what has no receipt. */
export function pendingState(joined: JoinedObject, known: PendingKnowledge): PendingState {
  if (known.skip(joined.object, joined.uploaded?.size) !== undefined) return "skipped";
  const line = known.findLine(joined);
  if (line?.message === "Object skipped") return "skipped";
  return line?.message === "Import continues" ? "importing" : "waiting";
}

/** A row of what has no receipt. */
export function pendingRow(joined: JoinedObject, known: PendingKnowledge): ObjectRow {
  const { object, uploaded } = joined;
  const state = pendingState(joined, known);
  const line = known.findLine(joined);
  const reason = line === undefined ? undefined : line.fields["reason"];
  const logged = typeof reason === "string" && state !== "importing" ? reason : "";
  const detail = known.skip(object, uploaded?.size) ?? logged;
  return {
    ...placeOf(joined),
    ...{ state, size: uploaded?.size, at: uploaded?.timeCreated ?? "", detail },
    progress: state === "importing" && line !== undefined ? progressIn(line) : undefined,
    receipt: undefined,
  };
}

/** A row of what has a receipt. */
export function receiptRow(joined: JoinedObject, receipt: Receipt): ObjectRow {
  return {
    ...placeOf(joined),
    // A shortened name of a receipt does not tell it whole.
    ...(receipt.object !== "" && { object: receipt.object }),
    ...{ state: receipt.state, at: joined.receipt?.timeCreated ?? "" },
    size: isUnread(receipt.state) ? joined.uploaded?.size : receipt.size,
    ...{ detail: "", progress: undefined, receipt },
  };
}

function placeOf({ bucket, object, generation, uploaded }: JoinedObject) {
  const isLive = uploaded !== undefined && uploaded.timeDeleted === undefined;
  return { bucket, object, generation, isLive };
}

/** What a line `Import continues` tells. */
export function progressIn({ fields, timestamp: at }: ObjectLogLine): ImportProgress {
  const { records, events, profiles, groups } = countsIn(fields);
  const percent = typeof fields["percent"] === "number" ? fields["percent"] : undefined;
  const counts = { records, events, profiles, groups };
  return { ...counts, runs: Number(fields["run"] ?? 1), percent, at };
}
