/** An object, and the name its receipt has or would have. */
export interface Keyed<T> {
  readonly name: string;
  readonly key: string;
  readonly value: T;
}

/** Puts pages of objects into the order of their receipts. */
export interface ReceiptOrder<T> {
  /** @returns what no later object comes before, in the order of the receipts */
  add(objects: readonly Keyed<T>[]): readonly Keyed<T>[];
  /** All that is left. */
  end(): readonly Keyed<T>[];
}

/**
 * Objects are listed by their names and receipts by theirs, which is not the same order: `a` comes
 * before `a-b`, but `a/1.json` behind `a-b/1.json`. An object waits until the names have passed its
 * receipt; until then all names begin with its own, so that no more wait than a name has bytes.
 */
export function createReceiptOrder<T>(): ReceiptOrder<T> {
  const waiting: Keyed<T>[] = [];
  const release = (isPassed: (key: string) => boolean): Keyed<T>[] => {
    const passed = waiting.filter(({ key }) => isPassed(key));
    const rest = waiting.filter(({ key }) => !isPassed(key));
    waiting.splice(0, waiting.length, ...rest);
    return passed.sort((one, other) => compareNames(one.key, other.key));
  };
  return {
    add: (objects) =>
      objects.flatMap((object) => {
        const passed = release((key) => compareNames(key, object.name) <= 0);
        waiting.push(object);
        return passed;
      }),
    end: () => release(() => true),
  };
}

/** The order of Cloud Storage, which is that of UTF-8; JavaScript's is of UTF-16. */
export function compareNames(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const a = one.charCodeAt(index);
    const b = other.charCodeAt(index);
    if (a !== b) return rankOf(a) - rankOf(b);
  }
  return one.length - other.length;
}

/** Halves of surrogate pairs stand for characters behind all others. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
