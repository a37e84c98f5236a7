import { CorruptGzipError } from "../functions/reading/gunzip.ts";
import { createRecordPreparer, type PreparedRecord } from "../functions/records/prepare-record.ts";
import type { EventBytes, RecordBytes } from "../functions/event/record.ts";
import type { Transform } from "../functions/event/transform-contract.ts";
import type { RecordSource } from "../functions/records/prepare-event.ts";
import { objectRecordSource } from "../functions/objects/object-origin.ts";
import type { CheckSource } from "./check-source.ts";
import type { CheckSummary, FileSummary, Sample } from "./check-summary.ts";
import { eventText } from "./event-text.ts";
import { foretellRefusal } from "./foretell-refusal.ts";
import { createProblemTally } from "./problem-tally.ts";
import { createPropertyProfile } from "./property-profile.ts";
import { readRecords } from "./read-records.ts";
import { createRequestEstimate } from "./request-estimate.ts";
import { toSample } from "./sample-record.ts";

/** A dry run in progress. */
export interface Examination {
  /** Reads a source to its end. @throws UserError when it cannot be read */
  examine(source: CheckSource, onBytes: (bytes: number) => void): Promise<void>;
  summary(): CheckSummary;
}

const SAMPLES = 3;

/** Makes a dry run: records go through the functions' own preparation, and events no further. */
export function createExamination(transform: Transform, now: () => number): Examination {
  // What the functions do when nothing is configured.
  const preparer = createRecordPreparer({
    transform,
    locateByRequest: false,
    syntheticId: "record",
  });
  const tally = createProblemTally();
  const profile = createPropertyProfile();
  const estimate = createRequestEstimate();
  const files: FileSummary[] = [];
  const samples: Sample[] = [];

  const addEvent = (event: EventBytes, counts: Counts, file: string, nowMs: number): void => {
    const text = eventText(event);
    const value = JSON.parse(text) as SentEvent;
    counts.produced++;
    estimate.add(event);
    profile.add(value.event, value.properties);
    const refusal = foretellRefusal(event, value, text, nowMs);
    if (refusal === undefined) return;
    counts.rejected++;
    tally.add(refusal, file, event.record.line);
  };

  const addRecord = (
    record: RecordBytes,
    prepared: PreparedRecord,
    counts: Counts,
    file: string,
    nowMs: number,
  ): void => {
    counts.read++;
    if (samples.length < SAMPLES) samples.push(toSample(file, record, prepared));
    if (prepared.kind === "dropped") counts.dropped++;
    else if (prepared.kind === "unusable") {
      counts.unusable++;
      tally.add(prepared.problem, file, record.line);
    } else {
      counts.used++;
      counts.idsAdded += prepared.idsAdded;
      for (const event of prepared.events) addEvent(event, counts, file, nowMs);
    }
  };

  const examineBlocks = async (
    source: CheckSource,
    chunks: AsyncIterable<Buffer>,
    counts: Counts,
  ): Promise<void> => {
    const origin: RecordSource = objectRecordSource(source.object);
    for await (const block of readRecords(chunks)) {
      const nowMs = now();
      if (block.kind === "oversized") {
        counts.read++;
        counts.unusable++;
        tally.add(TOO_LARGE, source.name, block.line);
        continue;
      }
      const group = { source: origin, nowMs, isKnownUtf8: block.isKnownUtf8 };
      for (const record of block.records) {
        const prepared = preparer.prepare(record, group);
        addRecord(record, prepared, counts, source.name, nowMs);
      }
    }
  };

  return {
    examine: async (source, onBytes) => {
      const counts = newCounts();
      const chunks = counted(source.open(), onBytes);
      const error = await gzipDamage(examineBlocks(source, chunks, counts));
      estimate.endOfObject();
      files.push(toFileSummary(source, counts, error));
    },
    summary: () => {
      const { records, events } = toFileSummary(NO_SOURCE, totalOf(files), undefined);
      return {
        ok: records.unusable + events.rejected === 0 && files.every(({ error }) => !error),
        records,
        events,
        files,
        problems: tally.problems(),
        eventNames: profile.eventNames(),
        properties: profile.properties(),
        sending: estimate.result(),
        samples,
      };
    },
  };
}

const TOO_LARGE = { reason: "too-large", field: "", error: "larger than 1 MB" } as const;
const NO_SOURCE = { name: "", bytes: 0 } as const;

/** An event that passed the import's checks. */
interface SentEvent {
  readonly event: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const newCounts = () => ({
  ...{ read: 0, dropped: 0, unusable: 0, used: 0 },
  ...{ produced: 0, rejected: 0, idsAdded: 0 },
});

type Counts = ReturnType<typeof newCounts>;

function toFileSummary(
  { name, bytes }: Pick<CheckSource, "name" | "bytes">,
  { read, dropped, unusable, used, produced, rejected, idsAdded }: Counts,
  error: string | undefined,
): FileSummary {
  return {
    file: name,
    bytes,
    records: { read, dropped, unusable, used },
    events: { produced, accepted: produced - rejected, rejected, idsAdded },
    ...(error !== undefined && { error }),
  };
}

function totalOf(files: readonly FileSummary[]): Counts {
  const total = newCounts();
  for (const { records, events } of files) {
    const counts: Counts = { ...records, ...events };
    for (const key of Object.keys(total)) if (isCount(key, total)) total[key] += counts[key];
  }
  return total;
}

function isCount(key: string, counts: Counts): key is keyof Counts {
  return key in counts;
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}

/** What is wrong with the gzip data; what was readable has been read. */
async function gzipDamage(work: Promise<void>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof CorruptGzipError) return error.message;
    throw error;
  }
}
