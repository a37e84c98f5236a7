import type { Progress } from "./continuation.ts";
import type { BatchBuilder } from "../mixpanel/event-batch.ts";
import { CorruptGzipError } from "../reading/gunzip.ts";
import type { PrepareRecord, RecordSource } from "../records/prepare-record.ts";
import type { Problem } from "../event/problem.ts";
import { MemberTooLargeError, type ObjectLines } from "../reading/object-lines.ts";
import { ObjectGoneError } from "../reading/object-reader.ts";
import { TRIAL_RECORDS } from "./quarantine.ts";
import { createSegmentFiller, type SegmentFiller } from "./segment-filler.ts";
import { createSegmentPipeline, troubleIn, type PipelineOptions } from "./segment-pipeline.ts";
import { createSegment, type Segment } from "./segment.ts";
import { createSettlement, type Settled, type Settlement } from "./settlement.ts";
import { createTrial, type Quarantined, type Trial } from "./trial.ts";

export interface ImportRunOptions extends Pick<
  PipelineOptions,
  "deliver" | "publish" | "maxInFlight" | "onRefusedCredentials"
> {
  readonly source: RecordSource;
  readonly prepare: PrepareRecord;
  readonly newBuilder: () => BatchBuilder;
  /** As of `FillerOptions`. */
  readonly maxSegmentBytes: number;
  /** 0 = the object is not judged. */
  readonly quarantinePercent: number;
  /** Why no more work may be started (the time is up, the instance goes away), or undefined. */
  readonly stopReason: () => string | undefined;
  readonly now: () => number;
}

/** How reading ended. */
export type RunEnd =
  /** At the end of the object. */
  | { readonly kind: "complete" }
  /** Before it, for now. */
  | { readonly kind: "stopped"; readonly reason: string }
  /** Before it, for ever: what follows cannot be read. */
  | { readonly kind: "truncated"; readonly problem: Problem }
  /** For ever: it is no file of events. */
  | ({ readonly kind: "quarantined" } & Quarantined)
  /** The generation is not there any more. */
  | { readonly kind: "gone" };

export interface ImportRun {
  readonly end: RunEnd;
  /** Of this run. */
  readonly settled: Settled;
}

/**
 * Imports an object from where `progress` is, as far as it gets: until its end, until there is no more time, or until
 * something it depends on fails. Whatever is under way then is waited for.
 */
export async function runImport(
  progress: Progress,
  lines: ObjectLines,
  options: ImportRunOptions,
): Promise<ImportRun> {
  const { offset, line } = progress.position;
  const settlement = createSettlement({ offset, line });
  lines.releaseUpTo?.(() => settlement.settled().place.offset);
  const trial = createTrialIfDue(progress, lines, options, settlement);
  const pipeline = createSegmentPipeline({ ...options, settlement });
  const isTrying = (): boolean => (trial?.recordsLeft() ?? 0) > 0;
  const trouble = (): string | undefined => trial?.trouble() ?? pipeline.trouble();
  const stopReason = (): string | undefined => options.stopReason() ?? trouble();

  const filler = createSegmentFiller({
    ...options,
    start: { offset, line },
    newSegment: () => newSegment(options, isTrying() ? trial?.recordsLeft() : undefined),
    complete: async (segment, end) => {
      const sink = trial !== undefined && isTrying() ? trial : pipeline;
      await sink.push(segment, end);
      return stopReason() === undefined && trial?.quarantined() === undefined;
    },
  });
  const end = await readToEnd(lines, filler, stopReason, options);
  // What is read of an object that is damaged or gone is imported.
  if (end.kind !== "stopped") await filler.finish();
  await trial?.drain();
  await pipeline.drain();
  return { end: finalEnd(end, trouble(), trial), settled: settlement.settled() };
}

function newSegment(options: ImportRunOptions, maxRecords = Infinity): Segment {
  return createSegment(options.newBuilder, maxRecords);
}

function createTrialIfDue(
  { counters }: Progress,
  lines: ObjectLines,
  options: ImportRunOptions,
  settlement: Settlement,
): Trial | undefined {
  if (options.quarantinePercent === 0 || counters.records.read >= TRIAL_RECORDS) return undefined;
  return createTrial({
    ...options,
    settlement,
    percent: options.quarantinePercent,
    before: counters,
    startsWithBracket: lines.startsWithBracket,
  });
}

async function readToEnd(
  lines: ObjectLines,
  filler: SegmentFiller,
  stopReason: () => string | undefined,
  options: ImportRunOptions,
): Promise<RunEnd> {
  try {
    for await (const block of lines.blocks) {
      const reason = stopReason();
      if (reason !== undefined) return { kind: "stopped", reason };
      if (!(await filler.add(block))) return { kind: "stopped", reason: stopReason() ?? "" };
    }
    return { kind: "complete" };
  } catch (error) {
    return endOf(error, options);
  }
}

/** What a failure to read on means. A bug is thrown again. */
function endOf(error: unknown, { onRefusedCredentials }: ImportRunOptions): RunEnd {
  if (error instanceof ObjectGoneError) return { kind: "gone" };
  const reason = troubleIn(error, onRefusedCredentials);
  if (reason !== undefined) return { kind: "stopped", reason };
  if (error instanceof CorruptGzipError)
    return { kind: "truncated", problem: unreadable(`${error.message}: upload the object again`) };
  if (error instanceof MemberTooLargeError)
    return {
      kind: "truncated",
      problem: unreadable(
        "too large for one gzip member: upload it plain, in smaller files, or as several members",
      ),
    };
  throw error;
}

function unreadable(error: string): Problem {
  return { reason: "unreadable", field: "", error };
}

/** Reading may have come to its end and sending not. */
function finalEnd(end: RunEnd, trouble: string | undefined, trial: Trial | undefined): RunEnd {
  const quarantined = trial?.quarantined();
  if (quarantined !== undefined) return { kind: "quarantined", ...quarantined };
  const isIncomplete = trouble !== undefined && end.kind !== "gone";
  return isIncomplete ? { kind: "stopped", reason: trouble } : end;
}
