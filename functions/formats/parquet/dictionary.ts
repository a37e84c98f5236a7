import { CorruptDataError } from "../../reading/corrupt-data.ts";
import type { Binary, ToJson } from "./json-values.ts";
import { fixedLengthOf, type SchemaElement } from "./schema.ts";

/** A value that is longer does not keep it. */
const MAX_KEPT_LENGTH = 256;

export interface DictionaryOptions {
  /** Values that it has. */
  readonly count: number;
  /** How many of them keep their JSON, at up to 300 bytes each: the first ones. */
  readonly maxKeptValues: number;
}

/** The values that the pages of a column chunk refer to by their places. */
export class Dictionary {
  readonly #bytes: Buffer;
  readonly #count: number;
  readonly #maxKeptValues: number;
  readonly #fixed: number | undefined;
  /** Where values without a fixed length begin. */
  readonly #starts: Uint32Array;
  readonly #kept: (Binary | undefined)[] = [];

  /**
   * @param bytes the page, in PLAIN encoding
   * @throws CorruptDataError when they are not `count` values
   */
  constructor(element: SchemaElement, bytes: Buffer, { count, maxKeptValues }: DictionaryOptions) {
    const least = fixedLengthOf(element) ?? 4;
    if (element.type === "BOOLEAN" || count > bytes.length / Math.max(1, least))
      throw new CorruptDataError("a dictionary is shorter than its header says");
    this.#bytes = bytes;
    this.#count = count;
    this.#maxKeptValues = maxKeptValues;
    this.#fixed = fixedLengthOf(element);
    this.#starts = this.#fixed === undefined ? startsOf(bytes, count) : new Uint32Array(0);
  }

  /** JSON of the value at a place. @throws CorruptDataError when there is none */
  json(place: number, toJson: ToJson): Binary {
    const kept = this.#kept[place];
    if (kept !== undefined) return kept;
    if (place >= this.#count) throw new CorruptDataError("a value is not in its dictionary");
    const start = this.#starts[place] ?? place * (this.#fixed ?? 0);
    const end = start + (this.#fixed ?? this.#bytes.readUInt32LE(start - 4));
    const json = toJson(this.#bytes, start, end);
    if (place < this.#maxKeptValues && json.length <= MAX_KEPT_LENGTH) this.#kept[place] = json;
    return json;
  }
}

function startsOf(bytes: Buffer, count: number): Uint32Array {
  const starts = new Uint32Array(count);
  let at = 0;
  for (let index = 0; index < count; index++) {
    at += 4;
    if (at > bytes.length) throw new CorruptDataError("a dictionary ends too early");
    starts[index] = at;
    at += bytes.readUInt32LE(at - 4);
    if (at > bytes.length) throw new CorruptDataError("a dictionary ends too early");
  }
  return starts;
}
