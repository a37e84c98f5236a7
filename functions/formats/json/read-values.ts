import type { JsonPlace, Position } from "../../event/record.ts";
import { UnclosedContentsError } from "../damage.ts";
import type { RecordBlock } from "../record-block.ts";
import { ValueCutter } from "./value-cutter.ts";

/**
 * The values of JSON contents from `start` on: a block for each chunk.
 *
 * @param isArray whether the contents began with `[`
 * @throws UnclosedContentsError after the last value, when it or an array around it is not closed
 */
export async function* readValues(
  chunks: AsyncIterable<Buffer>,
  start: Position,
  isArray: boolean,
): AsyncGenerator<RecordBlock> {
  const isPlaceKnown = start.offset === 0 || start.json !== undefined;
  const cutter = new ValueCutter(isPlaceKnown ? start : { ...start, json: guessPlace(isArray) });
  for await (const chunk of chunks) yield* cutter.cut(chunk);
  const { end, records } = cutter.finish();
  if (records.length > 0) yield { kind: "records", records, end };
  // A place that is not known may be behind the end of the array.
  if (cutter.isClosed() || (!isPlaceKnown && cutter.isBlank())) return;
  throw new UnclosedContentsError("the JSON is cut off: it is never closed");
}

/** What is around a place of which a continuation says no more than where it is. */
function guessPlace(isArray: boolean): JsonPlace {
  return { open: isArray ? 1 : 0, indent: 0, isIndentOver: false };
}
