import { isUtf8 } from "node:buffer";

import { trimEnd, trimStart, type RecordBytes } from "../event/record.ts";
import type { Span } from "../records/json-scan.ts";
import { lineSpans, messageLayout } from "./message-layout.ts";
import { valueSpans } from "./value-spans.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The records of a message's data: one object, lines of JSON, the elements of arrays, or objects
 * one after the other (message-layout.ts). Blank lines are not records. A line or an element that
 * is not JSON is a record too, so that it ends up as a dead letter. What is not text, or in which
 * nothing is JSON, is one record: the exact bytes, so that whoever knows its format can read it.
 *
 * Records are made one by one, as they are asked for: a message of 10 MB may hold millions.
 *
 * @param areLines a record is on each line, known beforehand
 */
export function* messageRecords(data: Buffer, areLines = false): Generator<RecordBytes> {
  const mayBreak = hasLineBreak(data, 0, data.length);
  let index = 0;
  for (const { start, end } of spansOf(data, areLines)) {
    yield {
      bytes: data,
      start,
      end,
      offset: index,
      line: ++index,
      hasLineBreaks: mayBreak && hasLineBreak(data, start, end),
    };
  }
}

function spansOf(data: Buffer, areLines: boolean): Iterable<Span> {
  if (areLines) return lineSpans(data, { start: 0, end: data.length });
  if (!isUtf8(data)) return [{ start: 0, end: data.length }];
  const start = trimStart(data, 0, data.length);
  const end = trimEnd(data, start, data.length);
  if (start === end) return [];
  const layout = messageLayout(data, { start, end });
  if (layout.kind === "values") return valueSpans(data);
  return layout.kind === "one" ? [layout.span] : lineSpans(data, layout.span);
}

/**
 * Looks at the span only: a search to the end of the data, for every record, would take the square
 * of its size.
 */
function hasLineBreak(data: Buffer, start: number, end: number): boolean {
  const span = data.subarray(start, end);
  return span.includes(LINE_FEED) || span.includes(CARRIAGE_RETURN);
}
