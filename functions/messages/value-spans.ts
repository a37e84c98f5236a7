import { isUnusable, type RecordBlock } from "../formats/record-block.ts";
import { ValueCutter } from "../formats/json/value-cutter.ts";
import { trimEnd } from "../event/record.ts";
import type { Span } from "../records/json-scan.ts";

/**
 * The JSON values of a message, as of an object (value-cutter.ts), one by one: a message of 10 MB
 * may hold millions. One that is too long to be an event is whole: nothing else has the rest of it.
 */
export function* valueSpans(data: Buffer): Generator<Span> {
  const cutter = new ValueCutter({ offset: 0, line: 1 });
  for (const block of cutter.cut(data)) yield* spansOf(data, block);
  yield* spansOf(data, cutter.finish());
}

function* spansOf(data: Buffer, { records }: RecordBlock): Generator<Span> {
  for (const record of records) {
    const { offset } = record;
    const length = isUnusable(record) ? record.length : record.end - record.start;
    yield { start: offset, end: trimEnd(data, offset, offset + length) };
  }
}
