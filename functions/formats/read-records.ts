import type { Position } from "../event/record.ts";
import type { Format } from "./format.ts";
import { readValues } from "./json/read-values.ts";
import { splitLines, type LineBlock, type OversizedLine } from "./ndjson/lines.ts";
import type { RecordBlock } from "./record-block.ts";

/** What contents are cut into: whole lines, whose records a scan finds, or records. */
export type ContentBlock = LineBlock | OversizedLine | RecordBlock;

/**
 * Cuts contents into records, from a place that an earlier run may have come to.
 *
 * @param chunks the contents from `start` on
 * @throws what the chunks throw; UnclosedContentsError after the last record
 */
export function readRecords(
  chunks: AsyncIterable<Buffer>,
  format: Format,
  start: Position,
): AsyncGenerator<ContentBlock> {
  switch (format.name) {
    case "ndjson":
      return splitLines(chunks, start.offset);
    case "json":
      return readValues(chunks, start, format.isArray);
  }
}
