import type { Progress } from "./continuation.ts";
import type { BatchBuilder } from "../mixpanel/destinations/import/event-batch.ts";
import { UnclosedContentsError, UnreadableContentsError } from "../formats/damage.ts";
import { CorruptDataError } from "../reading/corrupt-data.ts";
import type { RecordSource } from "../records/prepare-event.ts";
import type { RecordPreparer } from "../records/prepare-record.ts";
import type { Problem } from "../event/problem.ts";
import type { ObjectRecords } from "../formats/object-records.ts";
import { offsetUnitOf } from "../formats/registry.ts";
import { ObjectGoneError } from "../reading/read-range.ts";
import { MemberTooLargeError } from "../reading/skip-to.ts";
import { QUARANTINE_SAMPLE_RECORDS, type ProblemTally } from "./quarantine.ts";
import { createSlicer, type Slicer } from "./slicer.ts";
import { createSlicePipeline, retryReasonOf, type PipelineOptions } from "./slice-pipeline.ts";
import { createSlice, type Slice } from "./slice.ts";
import { createWatermark, type Watermark, type WatermarkTracker } from "./watermark.ts";
import { QuarantineGate, type Quarantined } from "./quarantine-gate.ts";

export interface ImportRunOptions extends Pick<
  PipelineOptions,
  "deliver" | "publish" | "maxInFlight" | "onCredentialsError"
> {
  readonly source: RecordSource;
  readonly preparer: RecordPreparer;
  /** As of `SlicerOptions`. */
  readonly isTransformLimited: boolean;
  readonly newBuilder: () => BatchBuilder;
  /** As of `SlicerOptions`. */
  readonly maxSliceBytes: number;
  /** 0 = the object is not judged. */
  readonly quarantinePercent: number;
  /** Why no more work may be started (the time is up, the instance goes away), or undefined. */
  readonly stopReason: () => string | undefined;
  readonly wallNow: () => number;
}

/** How reading ended. */
export type RunEnd =
  /** At the end of the object. */
  | { readonly kind: "complete" }
  /** Before it, for now. */
  | { readonly kind: "stopped"; readonly reason: string }
  /** Before it, for ever: what follows cannot be read. */
  | { readonly kind: "truncated"; readonly problem: Problem }
  /** At its beginning, for ever: it is something that is not read. */
  | { readonly kind: "unreadable"; readonly problem: Problem }
  /** For ever: it is no file of events. */
  | ({ readonly kind: "quarantined" } & Quarantined)
  /** The generation is not there any more. */
  | { readonly kind: "gone" };

export interface ImportRun {
  readonly end: RunEnd;
  /** Of this run. */
  readonly watermark: Watermark;
  /** What was wrong with the first records, while they were too few to judge the object by. */
  readonly problems: ProblemTally;
}

/**
 * Imports an object from where `progress` is, as far as it gets: until its end, until there is no
 * more time, or until something it depends on fails. Whatever is under way then is waited for.
 */
export async function runImport(
  progress: Progress,
  records: ObjectRecords,
  options: ImportRunOptions,
): Promise<ImportRun> {
  const { offset, line, json } = progress.position;
  const start = { offset, line, json };
  const watermark = createWatermark(start);
  records.releaseUpTo?.(() => watermark.current().position.offset);
  const gate = createQuarantineGateIfDue(progress, records, options, watermark);
  const pipeline = createSlicePipeline({ ...options, watermark });
  const isSampling = (): boolean => (gate?.recordsLeft() ?? 0) > 0;
  const retryReason = (): string | undefined => gate?.retryReason() ?? pipeline.retryReason();
  const stopReason = (): string | undefined => options.stopReason() ?? retryReason();

  const slicer = createSlicer({
    ...options,
    start,
    newSlice: () => newSlice(options, isSampling() ? gate?.recordsLeft() : undefined),
    complete: async (slice, end) => {
      const sink = gate !== undefined && isSampling() ? gate : pipeline;
      await sink.push(slice, end);
      return stopReason() === undefined && gate?.quarantined() === undefined;
    },
  });
  const end = await readToEnd(records, slicer, stopReason, options);
  // What is read of an object that is damaged or gone is imported.
  if (end.kind !== "stopped") await slicer.finish();
  await gate?.drain();
  await pipeline.drain();
  return {
    end: finalEnd(end, retryReason(), gate),
    watermark: watermark.current(),
    problems: gate?.problems() ?? new Map(),
  };
}

function newSlice(options: ImportRunOptions, maxRecords = Infinity): Slice {
  return createSlice(options.newBuilder, maxRecords);
}

function createQuarantineGateIfDue(
  progress: Progress,
  records: ObjectRecords,
  options: ImportRunOptions,
  watermark: WatermarkTracker,
): QuarantineGate | undefined {
  if (
    options.quarantinePercent === 0 ||
    progress.counters.records.read >= QUARANTINE_SAMPLE_RECORDS
  )
    return undefined;
  return new QuarantineGate({
    ...options,
    watermark,
    percent: options.quarantinePercent,
    offsetIn: () => offsetUnitOf(records.format()),
    before: progress,
  });
}

async function readToEnd(
  records: ObjectRecords,
  slicer: Slicer,
  stopReason: () => string | undefined,
  options: ImportRunOptions,
): Promise<RunEnd> {
  try {
    for await (const block of records.blocks) {
      const reason = stopReason();
      if (reason !== undefined) return { kind: "stopped", reason };
      if (!(await slicer.add(block))) return { kind: "stopped", reason: stopReason() ?? "" };
    }
    return { kind: "complete" };
  } catch (error) {
    return endOf(error, options);
  }
}

/** What a failure to read on means. A bug is thrown again. */
function endOf(error: unknown, { onCredentialsError }: ImportRunOptions): RunEnd {
  if (error instanceof ObjectGoneError) return { kind: "gone" };
  const reason = retryReasonOf(error, onCredentialsError);
  if (reason !== undefined) return { kind: "stopped", reason };
  if (error instanceof UnreadableContentsError)
    return { kind: "unreadable", problem: unreadable(error.message) };
  if (error instanceof CorruptDataError || error instanceof UnclosedContentsError)
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

/**
 * Reading may have come to its end and sending not: then nothing is concluded, not even that the
 * object is gone. The next run finds that out again.
 */
function finalEnd(
  end: RunEnd,
  retryReason: string | undefined,
  gate: QuarantineGate | undefined,
): RunEnd {
  const quarantined = gate?.quarantined();
  if (quarantined !== undefined) return { kind: "quarantined", ...quarantined };
  return retryReason === undefined ? end : { kind: "stopped", reason: retryReason };
}
