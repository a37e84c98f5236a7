import { createBatchBuilders } from "../../../functions/mixpanel/destinations/import/event-batch.ts";
import {
  createRecordPreparer,
  type PreparedRecord,
  type PrepareOptions,
} from "../../../functions/records/prepare-record.ts";
import type { RecordSource } from "../../../functions/records/prepare-event.ts";
import {
  trimEnd,
  trimStart,
  type EventBytes,
  type RecordBytes,
} from "../../../functions/event/record.ts";
import { identity } from "../../../functions/event/transform-contract.ts";

/** The clock of these tests, in milliseconds. */
export const NOW = Date.UTC(2026, 0, 1);

/** Bytes around a record, as in a chunk of an object: nothing may leak from the neighbours. */
const NEIGHBOUR = Buffer.from('{"event":"neighbour","properties":{"time":1,"ip":1}}\n');

/** `line` as a record between two others. */
export function toRecord(line: string | Buffer, place: Partial<RecordBytes> = {}): RecordBytes {
  const own = Buffer.from(line);
  const bytes = Buffer.concat([NEIGHBOUR, own, Buffer.from("\n"), NEIGHBOUR]);
  const lineEnd = NEIGHBOUR.length + own.length;
  const start = trimStart(bytes, NEIGHBOUR.length, lineEnd);
  const end = trimEnd(bytes, start, lineEnd);
  const hasLineBreaks = own.includes(0x0a);
  return { bytes, start, end, offset: NEIGHBOUR.length, line: 2, hasLineBreaks, ...place };
}

/** What a transform is told, and the place of a record. */
export const SOURCE: RecordSource = {
  contextOf: ({ line }) => ({
    source: "object",
    bucket: "landing",
    object: "a.json",
    generation: "7",
    line,
  }),
  positionOf: ({ offset }) => `gs://landing/a.json#7:${offset}`,
};

/** What becomes of one line. */
export function prepare(
  line: string | Buffer,
  options: Partial<PrepareOptions> = {},
  place: Partial<RecordBytes> = {},
): PreparedRecord {
  const preparer = createRecordPreparer({
    transform: identity,
    locateByRequest: false,
    syntheticId: "record",
    ...options,
  });
  const group = { source: SOURCE, nowMs: NOW, isKnownUtf8: false };
  return preparer.prepare(toRecord(line, place), group);
}

/** The events of a prepared record as they are sent. @throws Error when it is not used */
export function sentTexts(prepared: PreparedRecord): readonly string[] {
  if (prepared.kind !== "used") throw new Error(`The record is ${JSON.stringify(prepared)}.`);
  return prepared.events.map(sentTextOf);
}

/** An event as it is sent. */
export function sentTextOf(event: EventBytes): string {
  const builder = createBatchBuilders({ events: 1, bytes: 64 }, 0)();
  builder.add(event);
  return builder.seal().bytes.toString("utf8");
}

/** The one event that becomes of a line, as it is sent. */
export function sentText(line: string | Buffer, options: Partial<PrepareOptions> = {}): string {
  const [text, ...more] = sentTexts(prepare(line, options));
  if (text === undefined || more.length > 0) throw new Error("The record is not one event.");
  return text;
}
