import type { EventBytes, RecordBytes } from "../functions/event/record.ts";
import type { Transform } from "../functions/event/transform-contract.ts";
import { DEFAULT_OPERATORS } from "../functions/event/profile-update.ts";
import { objectRecordSource } from "../functions/objects/object-origin.ts";
import { isToBeQuarantined, QUARANTINE_SAMPLE_RECORDS } from "../functions/objects/quarantine.ts";
import { UnclosedContentsError, UnreadableContentsError } from "../functions/formats/damage.ts";
import {
  createFormatLookup,
  type ConfiguredFormats,
} from "../functions/formats/configured-formats.ts";
import { isUnusable, type UnusableRecord } from "../functions/formats/record-block.ts";
import { traitsOf, type Format } from "../functions/formats/registry.ts";
import { CorruptDataError } from "../functions/reading/corrupt-data.ts";
import { localTransformSecret } from "../functions/transforms/test-secret.ts";
import { createRecordPreparer, type PreparedRecord } from "../functions/records/prepare-record.ts";
import type { CheckCounts } from "./check-counts.ts";
import { acceptedIn, newCheckCounts, refusedIn, toSummaryCounts, totalOf } from "./check-counts.ts";
import type { CheckSource } from "./check-source.ts";
import { countedFile } from "./counted-file.ts";
import type { CheckSummary, FileSummary, Sample } from "./check-summary.ts";
import { createEventNotes } from "./event-notes.ts";
import { createEventOverview } from "./event-overview.ts";
import type { MixpanelRules } from "./mixpanel-rules.ts";
import { toOutgoingEvent } from "./outgoing-event.ts";
import { createProblemTally } from "./problem-tally.ts";
import { createPropertyProfile } from "./property-profile.ts";
import { readRecords } from "./read-records.ts";
import { RowTableBuilder, type RowTable } from "./row-table.ts";
import { createRequestEstimate } from "./request-estimate.ts";
import { toSample } from "./sample-record.ts";
import { runWatched, type Watchdog } from "./watchdog.ts";

export interface ExaminationOptions {
  readonly transform: Transform;
  readonly watchdog: Watchdog;
  readonly rules: MixpanelRules;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A record that would be refused is not in order. */
  readonly strict: boolean;
  /** The setting `formats`. @default nothing is said */
  readonly formats?: ConfiguredFormats;
}

const SAMPLES = 3;

/** A file under examination, with what is counted of it. */
interface OpenFile {
  readonly name: string;
  readonly counts: CheckCounts;
  /** Judged by its first records, as importObject judges it. */
  isQuarantined: boolean;
  columnsLeftOut?: readonly string[];
  /** Of a file of rows. */
  rows?: RowTableBuilder;
}

/** The default of the setting `quarantinePercent`. */
const QUARANTINE_PERCENT = 90;

type CheckedTotals = Pick<CheckSummary, "records" | "events" | "profiles" | "groups">;

/** A dry run: records go through the functions' own preparation, and events no further. */
export class Examination {
  readonly #watchdog: Watchdog;
  readonly #preparer: ReturnType<typeof createRecordPreparer>;
  readonly #rules: MixpanelRules;
  readonly #now: () => number;
  readonly #isStrict: boolean;
  readonly #formatOf: ReturnType<typeof createFormatLookup>;
  readonly #tally = createProblemTally();
  readonly #profile = createPropertyProfile();
  readonly #notes = createEventNotes();
  readonly #overview = createEventOverview();
  readonly #estimate = createRequestEstimate();
  readonly #files: FileSummary[] = [];
  readonly #samples: Sample[] = [];
  readonly #rowTables: RowTable[] = [];

  constructor({ transform, watchdog, rules, now, strict, formats = {} }: ExaminationOptions) {
    this.#watchdog = watchdog;
    this.#isStrict = strict;
    // What the functions do when nothing is configured.
    this.#preparer = createRecordPreparer({
      transform,
      locateByRequest: false,
      syntheticId: "record",
      transformSecret: localTransformSecret(),
      profiles: {
        operators: new Set(DEFAULT_OPERATORS),
        // Which token is the stack's is known there only.
        isOwnToken: (token) => {
          this.#notes.addToken(token);
          return true;
        },
      },
    });
    this.#rules = rules;
    this.#now = now;
    this.#formatOf = createFormatLookup(formats);
  }

  /**
   * Reads a source to its end.
   *
   * @param onBytes told of every chunk that was read
   * @throws UserError when it cannot be read
   */
  async examine(source: CheckSource, onBytes: (bytes: number) => void): Promise<void> {
    const file: OpenFile = { name: source.name, counts: newCheckCounts(), isQuarantined: false };
    const damage = await damageOf(this.#readAll(source, file, onBytes));
    this.#estimate.endOfObject();
    if (file.rows !== undefined) this.#rowTables.push(file.rows.table(this.#preparer.usesScan));
    this.#files.push({
      ...{ file: source.name, bytes: source.bytes },
      ...toSummaryCounts(file.counts),
      isQuarantined: file.isQuarantined,
      isUnreadable: damage instanceof UnreadableContentsError,
      ...(damage !== undefined && { error: damage.message }),
      ...(file.columnsLeftOut && { columnsLeftOut: file.columnsLeftOut }),
    });
  }

  /** Of everything examined so far. */
  summary(): CheckSummary {
    const { records, events, profiles, groups } = toSummaryCounts(totalOf(this.#files));
    return {
      ok: this.#isInOrder({ records, events, profiles, groups }),
      ...{ records, events, profiles, groups },
      files: this.#files,
      problems: this.#tally.problems(),
      notes: this.#notes.notes(),
      ...this.#overview.overview(),
      eventNames: this.#profile.eventNames(),
      properties: this.#profile.properties(),
      sending: this.#estimate.result(this.#rules),
      samples: this.#samples,
      ...(this.#rowTables.length > 0 && { rows: this.#rowTables }),
    };
  }

  /** Cut off, or nothing imported at all: that is not in order, however strict one is. */
  #isInOrder(totals: CheckedTotals): boolean {
    if (this.#files.some(({ error, isQuarantined }) => error !== undefined || isQuarantined))
      return false;
    if (totals.records.read > 0 && acceptedIn(totals) === 0) return false;
    return !this.#isStrict || refusedIn(totals) === 0;
  }

  async #readAll(
    source: CheckSource,
    file: OpenFile,
    onBytes: (bytes: number) => void,
  ): Promise<void> {
    const origin = objectRecordSource(source.object);
    const onColumnsLeftOut = (columns: readonly string[]): void => {
      file.columnsLeftOut = columns;
    };
    const stored = { ...countedFile(source, onBytes), onColumnsLeftOut };
    const onFormat = (format: Format): void => {
      if (traitsOf(format).hasRows) file.rows = new RowTableBuilder(file.name, format);
    };
    const { object } = source.object;
    const configured = this.#formatOf(object);
    const hints = { name: object, contentType: source.contentType, configured };
    for await (const block of readRecords(stored, hints, onFormat)) {
      const nowMs = this.#now();
      const { isKnownUtf8, areRows } = block;
      const group = { source: origin, nowMs, isKnownUtf8, areRows };
      runWatched(
        this.#watchdog,
        block.records,
        (record) => {
          if (isUnusable(record)) this.#addUnusable(record, file);
          else this.#addRecord(record, this.#preparer.prepare(record, group), file, nowMs);
          judge(file);
        },
        ({ line }) => `${file.name} line ${line}`,
      );
    }
  }

  #addUnusable({ problem, head, line }: UnusableRecord, { name, counts }: OpenFile): void {
    counts.read++;
    counts.unusable++;
    this.#tally.add(problem, name, line, { bytes: head, start: 0, end: head.length });
  }

  #addRecord(record: RecordBytes, prepared: PreparedRecord, file: OpenFile, nowMs: number): void {
    const { name, counts } = file;
    counts.read++;
    file.rows?.add(record);
    if (this.#samples.length < SAMPLES) this.#samples.push(toSample(name, record, prepared));
    if (prepared.kind === "dropped") counts.dropped++;
    else if (prepared.kind === "unusable") {
      counts.unusable++;
      this.#tally.add(prepared.problem, name, record.line, record);
    } else {
      counts.used++;
      counts.idsAdded += prepared.idsAdded;
      for (const event of prepared.events) this.#addEvent(event, file, nowMs);
      for (const update of prepared.updates) {
        counts[update.kind]++;
        this.#estimate.addUpdate(update);
      }
    }
  }

  #addEvent(event: EventBytes, { name, counts }: OpenFile, nowMs: number): void {
    const outgoing = toOutgoingEvent(event);
    counts.produced++;
    this.#estimate.add(event);
    this.#profile.add(outgoing.value.event, outgoing.value.properties);
    this.#notes.add(outgoing.value.properties, event.isIdentity);
    const refusal = this.#rules.refusalOf(outgoing, nowMs);
    if (refusal === undefined) {
      this.#overview.add(outgoing.value.event, outgoing.value.properties);
      return;
    }
    counts.rejected++;
    this.#tally.add(refusal, name, event.record.line, event.record);
  }
}

/** What keeps the source from being read to its end; what was readable has been read. */
async function damageOf(work: Promise<void>): Promise<Error | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (
      error instanceof CorruptDataError ||
      error instanceof UnclosedContentsError ||
      error instanceof UnreadableContentsError
    )
      return error;
    throw error;
  }
}

/** Foretells the quarantine, once enough records are read. */
function judge(file: OpenFile): void {
  const { counts } = file;
  if (counts.read !== QUARANTINE_SAMPLE_RECORDS) return;
  const produced = counts.produced + counts.profiles + counts.groups;
  file.isQuarantined = isToBeQuarantined({ ...counts, produced }, QUARANTINE_PERCENT);
}
