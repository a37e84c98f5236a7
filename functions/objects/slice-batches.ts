import type { EventBytes, RecordBytes } from "../event/record.ts";
import type { BatchBuilder } from "../mixpanel/destinations/import/event-batch.ts";

/** A batch of a slice, and which record each of its events comes from. */
export interface SliceBatch {
  readonly builder: BatchBuilder;
  readonly isIdentity: boolean;
  readonly records: RecordBytes[];
}

/** The batches of one slice: one request's worth of events, and one of identity events. */
export interface SliceBatches {
  /** Adds the events of one record, all or none of them: false when they are too many. */
  add(events: readonly EventBytes[]): boolean;
  readonly all: readonly SliceBatch[];
}

/** Makes the batches of a slice, which get their memory from `newBuilder`. */
export function createSliceBatches(newBuilder: () => BatchBuilder): SliceBatches {
  const all: SliceBatch[] = [];
  let events: SliceBatch | undefined;
  let identity: SliceBatch | undefined;

  const newBatch = (isIdentity: boolean): SliceBatch => {
    const batch = { builder: newBuilder(), isIdentity, records: [] };
    all.push(batch);
    if (isIdentity) identity = batch;
    else events = batch;
    return batch;
  };
  const openFor = (isIdentity: boolean): SliceBatch | undefined => (isIdentity ? identity : events);
  const fits = (added: readonly EventBytes[]): boolean =>
    all.length === 0 ||
    [false, true].every((isIdentity) => {
      const those = added.filter((event) => event.isIdentity === isIdentity);
      return openFor(isIdentity)?.builder.fits(those) !== false;
    });
  return {
    add: (added) => {
      const [only] = added;
      if (only !== undefined && added.length === 1)
        return addTo(openFor(only.isIdentity) ?? newBatch(only.isIdentity), only);
      if (!fits(added)) return false;
      // One record may become more events than fit into a request; then the slice needs several.
      for (const event of added) {
        const batch = openFor(event.isIdentity);
        if (batch === undefined || !addTo(batch, event)) addTo(newBatch(event.isIdentity), event);
      }
      return true;
    },
    all,
  };
}

function addTo(batch: SliceBatch, event: EventBytes): boolean {
  if (!batch.builder.add(event)) return false;
  batch.records.push(event.record);
  return true;
}
