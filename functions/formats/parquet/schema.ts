import { CorruptDataError } from "../../reading/corrupt-data.ts";
import { UnreadableContentsError } from "../damage.ts";
import type { ThriftReader } from "./thrift.ts";

/** How a value is stored. https://parquet.apache.org/docs/file-format/types/ */
export const PHYSICAL_TYPES = [
  "BOOLEAN",
  "INT32",
  "INT64",
  "INT96",
  "FLOAT",
  "DOUBLE",
  "BYTE_ARRAY",
  "FIXED_LEN_BYTE_ARRAY",
] as const;
export type PhysicalType = (typeof PHYSICAL_TYPES)[number];

/**
 * What a value means, as far as it makes a difference here; undefined: what its storage says.
 * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md
 */
export type Meaning =
  | { readonly kind: "text" | "json" | "uuid" | "date" | "float16" | "unsigned" | "list" | "map" }
  /** Bytes that are not text, whatever they look like. */
  | { readonly kind: "bytes" }
  /** Not read at all. */
  | { readonly kind: "unsupported" }
  | { readonly kind: "decimal"; readonly scale: number }
  | { readonly kind: "time"; readonly digits: FractionDigits }
  | { readonly kind: "timestamp"; readonly digits: FractionDigits; readonly isUtc: boolean };

/** Digits of a fraction of a second. */
export type FractionDigits = 3 | 6 | 9;

/** An element of the schema, which is stored as a list: a group is followed by its children. */
export interface SchemaElement {
  readonly name: string;
  /** Undefined: a group. */
  readonly type: PhysicalType | undefined;
  /** Bytes of a FIXED_LEN_BYTE_ARRAY. */
  readonly length: number;
  readonly repetition: "required" | "optional" | "repeated";
  readonly children: number;
  readonly meaning: Meaning | undefined;
}

const REPETITIONS = ["required", "optional", "repeated"] as const;

/** More columns than anybody has: each costs memory and requests. */
const MAX_ELEMENTS = 20_000;

/**
 * Reads the field `schema` of the file's metadata.
 *
 * @throws CorruptDataError, UnreadableContentsError
 */
export function readSchemaElements(thrift: ThriftReader): readonly SchemaElement[] {
  const elements: SchemaElement[] = [];
  thrift.list((_index, length) => {
    if (length > MAX_ELEMENTS)
      throw new UnreadableContentsError(
        `a Parquet file of ${length} columns: write one with fewer than ${MAX_ELEMENTS}`,
      );
    elements.push(readElement(thrift));
  });
  return elements;
}

function readElement(thrift: ThriftReader): SchemaElement {
  let type: PhysicalType | undefined;
  let name = "";
  let [length, repetition, children, scale] = [0, 0, 0, 0];
  let converted: number | undefined;
  let logical: Meaning | undefined;
  thrift.struct((id) => {
    if (id === 1) type = physicalType(thrift.count());
    else if (id === 2) length = thrift.count();
    else if (id === 3) repetition = thrift.count();
    else if (id === 4) name = thrift.binary().toString("utf8");
    else if (id === 5) children = thrift.count();
    else if (id === 6) converted = thrift.count();
    else if (id === 7) scale = thrift.int();
    else if (id === 10) logical = readLogicalType(thrift);
    else thrift.skip();
  });
  const found = REPETITIONS[repetition];
  if (found === undefined) throw new CorruptDataError("a column is repeated in an unknown way");
  const meaning =
    logical ?? (converted === undefined ? undefined : convertedMeaning(converted, scale));
  return { name, type, length, repetition: found, children, meaning };
}

function physicalType(index: number): PhysicalType {
  const type = PHYSICAL_TYPES[index];
  if (type === undefined) throw new CorruptDataError("a column is of an unknown type");
  return type;
}

/** https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift */
function convertedMeaning(converted: number, scale: number): Meaning | undefined {
  switch (converted) {
    case 0: // UTF8
    case 4: // ENUM
      return { kind: "text" };
    case 1: // MAP
    case 2: // MAP_KEY_VALUE
      return { kind: "map" };
    case 3:
      return { kind: "list" };
    case 5:
      return { kind: "decimal", scale };
    case 6:
      return { kind: "date" };
    case 7:
      return { kind: "time", digits: 3 };
    case 8:
      return { kind: "time", digits: 6 };
    case 9:
      return { kind: "timestamp", digits: 3, isUtc: true };
    case 10:
      return { kind: "timestamp", digits: 6, isUtc: true };
    case 11: // UINT_8 …
    case 12:
    case 13:
    case 14: // … UINT_64
      return { kind: "unsigned" };
    case 19:
      return { kind: "json" };
    case 20: // BSON
    case 21: // INTERVAL
      return { kind: "unsupported" };
    default:
      return undefined;
  }
}

/** The union LogicalType; undefined: one that says nothing beyond the storage. */
function readLogicalType(thrift: ThriftReader): Meaning | undefined {
  let meaning: Meaning | undefined;
  thrift.struct((id) => {
    meaning = readLogicalMember(thrift, id);
  });
  return meaning;
}

function readLogicalMember(thrift: ThriftReader, id: number): Meaning | undefined {
  switch (id) {
    case 5:
      return readDecimal(thrift);
    case 7: {
      const { digits } = readTime(thrift);
      return { kind: "time", digits };
    }
    case 8:
      return { kind: "timestamp", ...readTime(thrift) };
    case 10:
      return readInteger(thrift);
    default:
      thrift.skip();
      return PLAIN_MEANINGS[id];
  }
}

/** Members without parameters, or whose parameters make no difference. */
const PLAIN_MEANINGS: Readonly<Record<number, Meaning>> = {
  1: { kind: "text" },
  2: { kind: "map" },
  3: { kind: "list" },
  4: { kind: "text" }, // ENUM
  6: { kind: "date" },
  12: { kind: "json" },
  13: { kind: "unsupported" }, // BSON
  14: { kind: "uuid" },
  15: { kind: "float16" },
  16: { kind: "unsupported" }, // VARIANT
  17: { kind: "bytes" }, // GEOMETRY
  18: { kind: "bytes" }, // GEOGRAPHY
};

function readDecimal(thrift: ThriftReader): Meaning {
  let scale = 0;
  thrift.struct((id) => {
    if (id === 1) scale = thrift.int();
    else thrift.skip();
  });
  return { kind: "decimal", scale };
}

function readTime(thrift: ThriftReader): { digits: FractionDigits; isUtc: boolean } {
  let isUtc = false;
  let unit = 0;
  thrift.struct((id) => {
    if (id === 1) isUtc = thrift.bool();
    else if (id === 2)
      thrift.struct((member) => {
        unit = member;
        thrift.skip();
      });
    else thrift.skip();
  });
  const digits = ([3, 6, 9] as const)[unit - 1];
  if (digits === undefined) throw new CorruptDataError("a time has an unknown unit");
  return { digits, isUtc };
}

function readInteger(thrift: ThriftReader): Meaning | undefined {
  let meaning: Meaning | undefined;
  thrift.struct((id) => {
    if (id === 2) meaning = thrift.bool() ? undefined : { kind: "unsigned" };
    else thrift.skip();
  });
  return meaning;
}

/** Bytes of a value where all have the same; undefined: each says its own. */
export function fixedLengthOf({ type, length }: SchemaElement): number | undefined {
  switch (type) {
    case "INT32":
    case "FLOAT":
      return 4;
    case "INT64":
    case "DOUBLE":
      return 8;
    case "INT96":
      return 12;
    case "FIXED_LEN_BYTE_ARRAY":
      return length;
    case "BOOLEAN":
    case "BYTE_ARRAY":
    case undefined:
      return undefined;
  }
}
