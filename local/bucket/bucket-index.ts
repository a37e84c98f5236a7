import type { BucketSettings } from "./bucket-settings.ts";
import type { ObjectRecord } from "./object-record.ts";

/** Every generation of every object of one bucket, in memory. */
export interface BucketIndex {
  readonly name: string;
  readonly timeCreated: string;
  readonly settings: BucketSettings;
  /** Without a generation, the live one. */
  find(name: string, generation?: number): ObjectRecord | undefined;
  /** Adds a generation or replaces its record. */
  set(record: ObjectRecord): void;
  delete(record: ObjectRecord): void;
  /** By name in the order of UTF-8 bytes, then by generation. */
  records(): ObjectRecord[];
}

type Generations = Map<number, ObjectRecord>;

export interface BucketIndexOptions extends Pick<BucketIndex, "name" | "timeCreated" | "settings"> {
  readonly records: readonly ObjectRecord[];
}

export function createBucketIndex(options: BucketIndexOptions): BucketIndex {
  const { name, timeCreated, settings, records } = options;
  const objects = new Map<string, Generations>();
  const live = new Map<string, ObjectRecord>();

  const isLive = ({ name: object, generation }: ObjectRecord): boolean =>
    live.get(object)?.generation === generation;

  const set = (record: ObjectRecord): void => {
    const generations = objects.get(record.name) ?? new Map<number, ObjectRecord>();
    objects.set(record.name, generations.set(record.generation, record));
    if (record.timeDeleted !== undefined) {
      if (isLive(record)) live.delete(record.name);
    } else if ((live.get(record.name)?.generation ?? 0) <= record.generation)
      live.set(record.name, record);
  };

  for (const record of records) set(record);

  return {
    name,
    timeCreated,
    settings,
    find: (object, generation) =>
      generation === undefined ? live.get(object) : objects.get(object)?.get(generation),
    set,
    delete: (record) => {
      if (isLive(record)) live.delete(record.name);
      const generations = objects.get(record.name);
      generations?.delete(record.generation);
      if (generations?.size === 0) objects.delete(record.name);
    },
    records: () => sortedByName(objects).flatMap(sortedByGeneration),
  };
}

/** JavaScript's own order of strings differs from that of their UTF-8 bytes above U+FFFF. */
function sortedByName(objects: ReadonlyMap<string, Generations>): Generations[] {
  return [...objects]
    .map(([name, generations]) => ({ bytes: Buffer.from(name), generations }))
    .sort((one, other) => Buffer.compare(one.bytes, other.bytes))
    .map(({ generations }) => generations);
}

function sortedByGeneration(generations: Generations): ObjectRecord[] {
  return [...generations.values()].sort((one, other) => one.generation - other.generation);
}
