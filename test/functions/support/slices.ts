import type { Transform } from "../../../functions/event/transform-contract.ts";
import { createBatchBuilders } from "../../../functions/mixpanel/destinations/import/event-batch.ts";
import { createSlice, type Slice } from "../../../functions/objects/slice.ts";
import { prepare, toRecord } from "./prepared.ts";

export const GOOD = '{"event":"e","properties":{"time":1}}';
export const IDENTITY = '{"event":"$identify","properties":{"time":1}}';
export const IGNORED = '{"event":"e","properties":{"time":1,"$ignore":true}}';

export interface SliceParts {
  /** Of a batch. */
  readonly events?: number;
  readonly bytes?: number;
  readonly transform?: Transform;
  readonly maxRecords?: number;
  /** As the elements of an array may be. */
  readonly areOnOneLine?: boolean;
}

/** An empty slice, and what adds a line to it. */
export function createTestSlice(parts: SliceParts = {}) {
  const { events = 100, bytes = 100_000, transform, maxRecords = Infinity, areOnOneLine } = parts;
  const slice = createSlice(createBatchBuilders({ events, bytes }, 2), maxRecords);
  let next = 1;
  const add = (line: string): boolean => {
    const position = { line: areOnOneLine === true ? 1 : next, offset: next * 1000 };
    const prepared = prepare(line, { ...(transform && { transform }) }, position);
    const isAdded = slice.add(toRecord(line, position), prepared);
    if (isAdded) next++;
    return isAdded;
  };
  return { slice, add };
}

/** A slice with these lines, as many as it takes. */
export function sliceOf(lines: readonly string[], parts: SliceParts = {}): Slice {
  const { slice, add } = createTestSlice(parts);
  lines.every(add);
  return slice;
}
