import { CorruptDataError } from "../../reading/corrupt-data.ts";
import { UnreadableContentsError } from "../damage.ts";
import { DeltaReader } from "./delta.ts";
import type { Dictionary } from "./dictionary.ts";
import { HybridReader } from "./hybrid.ts";
import type { Binary, ToJson } from "./json-values.ts";
import type { SchemaElement } from "./schema.ts";
import { fixedLengthOf } from "./schema.ts";

/** The values of a page that are there, one after the other. All throw CorruptDataError. */
export interface ValueReader {
  /** JSON of the next value. */
  readonly next: (toJson: ToJson) => Binary;
  /** Passes over some values. */
  readonly skip: (count: number) => void;
}

/** https://github.com/apache/parquet-format/blob/master/Encodings.md, by their numbers. */
const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const RLE = 3;
const DELTA_BINARY_PACKED = 5;
const DELTA_LENGTH_BYTE_ARRAY = 6;
const DELTA_BYTE_ARRAY = 7;
const RLE_DICTIONARY = 8;
const BYTE_STREAM_SPLIT = 9;

/** Where the values of a page are, and how. */
export interface EncodedValues {
  readonly bytes: Buffer;
  readonly start: number;
  /** Values that are there: nulls have none. */
  readonly count: number;
  readonly encoding: number;
  readonly dictionary: Dictionary | undefined;
}

/** @throws CorruptDataError; UnreadableContentsError for an encoding that is not read */
export function createValueReader(element: SchemaElement, values: EncodedValues): ValueReader {
  const { bytes, start } = values;
  // Of nulls alone, writers leave out the rest.
  if (values.count === 0) return NO_VALUES;
  switch (values.encoding) {
    case PLAIN:
      return plainReader(element, bytes, start);
    case PLAIN_DICTIONARY:
    case RLE_DICTIONARY:
      return dictionaryReader(values);
    case RLE:
      return rleBooleanReader(element, bytes, start);
    case DELTA_BINARY_PACKED:
      return deltaReader(element, bytes, start);
    case DELTA_LENGTH_BYTE_ARRAY:
      return deltaLengthReader(element, bytes, start);
    case DELTA_BYTE_ARRAY:
      return deltaByteArrayReader(element, bytes, start);
    case BYTE_STREAM_SPLIT:
      return byteStreamSplitReader(element, values);
    default:
      throw new UnreadableContentsError(
        `a Parquet file with values in encoding ${values.encoding}: write it with PLAIN or dictionary encoding`,
      );
  }
}

function plainReader(element: SchemaElement, bytes: Buffer, start: number): ValueReader {
  if (element.type === "BOOLEAN") return plainBooleanReader(bytes, start);
  const fixed = fixedLengthOf(element);
  let at = start;
  /** Past the next value, which begins at `at` when it has no length of its own. */
  const endOfNext = (): number => {
    if (fixed === undefined) {
      if (at + 4 > bytes.length) throw tooShort();
      at += 4;
    }
    const length = fixed ?? bytes.readUInt32LE(at - 4);
    if (length > bytes.length - at) throw tooShort();
    return at + length;
  };
  return {
    next: (toJson) => {
      const end = endOfNext();
      const json = toJson(bytes, at, end);
      at = end;
      return json;
    },
    skip: (count) => {
      if (fixed !== undefined) at += count * fixed;
      else for (let left = count; left > 0; left--) at = endOfNext();
    },
  };
}

/** A bit each, the lowest first. */
function plainBooleanReader(bytes: Buffer, start: number): ValueReader {
  let bit = start * 8;
  const next = (): number => {
    const byte = bytes[bit >>> 3];
    if (byte === undefined) throw tooShort();
    return (byte >>> (bit++ & 7)) & 1;
  };
  return bitReader(next, (count) => {
    bit += count;
  });
}

function rleBooleanReader({ type }: SchemaElement, bytes: Buffer, start: number): ValueReader {
  if (type !== "BOOLEAN") throw wrongType();
  if (start + 4 > bytes.length) throw tooShort();
  const end = start + 4 + bytes.readUInt32LE(start);
  const bits = new HybridReader(bytes, start + 4, end, 1);
  return bitReader(
    () => bits.next(),
    (count) => {
      bits.skip(count);
    },
  );
}

function bitReader(next: () => number, skip: (count: number) => void): ValueReader {
  const scratch = Buffer.alloc(1);
  return {
    next: (toJson) => {
      scratch[0] = next();
      return toJson(scratch, 0, 1);
    },
    skip,
  };
}

function dictionaryReader({ bytes, start, dictionary }: EncodedValues): ValueReader {
  const width = bytes[start];
  if (dictionary === undefined || width === undefined) throw tooShort();
  const places = new HybridReader(bytes, start + 1, bytes.length, width);
  return {
    next: (toJson) => dictionary.json(places.next(), toJson),
    skip: (count) => {
      places.skip(count);
    },
  };
}

const NO_VALUES: ValueReader = {
  next: () => {
    throw tooShort();
  },
  skip: (count) => {
    if (count > 0) throw tooShort();
  },
};

function deltaReader({ type }: SchemaElement, bytes: Buffer, start: number): ValueReader {
  const integers = new DeltaReader(bytes, start);
  const length = type === "INT32" ? 4 : 8;
  if (type !== "INT32" && type !== "INT64") throw wrongType();
  const scratch = Buffer.alloc(8);
  return {
    next: (toJson) => {
      scratch.writeBigInt64LE(integers.next());
      return toJson(scratch, 0, length);
    },
    skip: (count) => {
      for (let left = count; left > 0; left--) integers.next();
    },
  };
}

/** All lengths, then all bytes. */
function deltaLengthReader({ type }: SchemaElement, bytes: Buffer, start: number): ValueReader {
  if (type !== "BYTE_ARRAY") throw wrongType();
  const lengths = new DeltaReader(bytes, start);
  let at = new DeltaReader(bytes, start).end();
  const next = (toJson: ToJson): Binary => {
    const end = at + Number(lengths.next());
    if (end < at || end > bytes.length) throw tooShort();
    const json = toJson(bytes, at, end);
    at = end;
    return json;
  };
  return { next, skip: skipOneByOne(next) };
}

function skipOneByOne(next: (toJson: ToJson) => Binary): ValueReader["skip"] {
  return (count) => {
    for (let left = count; left > 0; left--) next(() => "");
  };
}

/** How much of the value before is kept, then what comes behind it. */
function deltaByteArrayReader(element: SchemaElement, bytes: Buffer, start: number): ValueReader {
  const fixed = fixedLengthOf(element);
  if (element.type !== "BYTE_ARRAY" && element.type !== "FIXED_LEN_BYTE_ARRAY") throw wrongType();
  const kept = new DeltaReader(bytes, start);
  const lengthsAt = new DeltaReader(bytes, start).end();
  const lengths = new DeltaReader(bytes, lengthsAt);
  let at = new DeltaReader(bytes, lengthsAt).end();
  let value: Buffer = Buffer.alloc(0);
  const next = (toJson: ToJson): Binary => {
    const prefix = Number(kept.next());
    const length = Number(lengths.next());
    if (prefix < 0 || prefix > value.length || length < 0 || length > bytes.length - at)
      throw tooShort();
    const suffix = bytes.subarray(at, at + length);
    value = prefix === 0 ? suffix : Buffer.concat([value.subarray(0, prefix), suffix]);
    at += length;
    if (fixed !== undefined && value.length !== fixed) throw tooShort();
    return toJson(value, 0, value.length);
  };
  return { next, skip: skipOneByOne(next) };
}

/** The first bytes of all values, then the second ones, and so on. */
function byteStreamSplitReader(
  element: SchemaElement,
  { bytes, start, count }: EncodedValues,
): ValueReader {
  const width = fixedLengthOf(element);
  if (width === undefined) throw wrongType();
  if (count * width > bytes.length - start) throw tooShort();
  const scratch = Buffer.alloc(width);
  let index = 0;
  return {
    next: (toJson) => {
      if (index >= count) throw tooShort();
      for (let byte = 0; byte < width; byte++)
        scratch[byte] = bytes[start + byte * count + index] ?? 0;
      index++;
      return toJson(scratch, 0, width);
    },
    skip: (count) => {
      index += count;
    },
  };
}

function tooShort(): CorruptDataError {
  return new CorruptDataError("the values of a page end too early");
}

function wrongType(): CorruptDataError {
  return new CorruptDataError("a page has an encoding that its type cannot have");
}
