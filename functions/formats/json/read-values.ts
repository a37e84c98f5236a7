import type { Position } from "../../event/record.ts";
import { UnclosedContentsError } from "../damage.ts";
import type { RecordBlock } from "../record-block.ts";
import { CLOSE_ARRAY } from "./bytes.ts";
import { ValueCutter } from "./value-cutter.ts";

/**
 * The values of JSON contents from `start` on: a block for each chunk.
 *
 * @param isArray whether the contents began with `[`, and so have to end with `]`
 * @throws UnclosedContentsError after the last value, when it or the array around it is not closed
 */
export async function* readValues(
  chunks: AsyncIterable<Buffer>,
  start: Position,
  isArray: boolean,
): AsyncGenerator<RecordBlock> {
  const cutter = new ValueCutter(start);
  for await (const chunk of chunks) yield* cutter.cut(chunk);
  const { end, records } = cutter.finish();
  if (records.length > 0) yield { kind: "records", records, end };
  const isClosed = records.length === 0 && (!isArray || cutter.lastByte() === CLOSE_ARRAY);
  if (!isClosed) throw new UnclosedContentsError("the JSON is cut off: it is never closed");
}
