import { isUtf8 } from "node:buffer";

import type { FractionDigits, SchemaElement } from "./schema.ts";
import { dateText, julianTimestampText, timestampText, timeText } from "./times.ts";

/**
 * Text of which each character is a byte: JSON of a row is put together and cut by bytes, without
 * being decoded and encoded, and what is not UTF-8 stays what it is until the record is checked.
 */
export type Binary = string;

/** The UTF-8 of a text. */
export function asBinary(text: string): Binary {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** JSON of the value in `bytes[start, end)`: as PLAIN encoding has it, without its length. */
export type ToJson = (bytes: Buffer, start: number, end: number) => Binary;

/**
 * How the values of a column are written. Exact, always: integers and decimals are literals of any
 * length, times are ISO 8601 text with all their digits.
 * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md
 */
export function toJsonOf({ type, length, meaning }: SchemaElement): ToJson {
  const kind = meaning?.kind;
  switch (type) {
    case "BOOLEAN":
      return (bytes, start) => (bytes[start] === 0 ? "false" : "true");
    case "INT32":
    case "INT64":
      return integerToJson(type, meaning);
    case "INT96":
      return (bytes, start) =>
        quoted(julianTimestampText(bytes.readBigInt64LE(start), bytes.readInt32LE(start + 8)));
    case "FLOAT":
      return (bytes, start) => floatToJson(bytes.readFloatLE(start));
    case "DOUBLE":
      return (bytes, start) => numberToJson(bytes.readDoubleLE(start));
    case "BYTE_ARRAY":
      if (meaning?.kind === "decimal") return decimalOfBytes(meaning.scale);
      if (kind === "text") return textToJson;
      if (kind === "json") return jsonToJson;
      return kind === undefined ? bytesOrText : base64;
    case "FIXED_LEN_BYTE_ARRAY":
      if (meaning?.kind === "decimal") return decimalOfBytes(meaning.scale);
      if (kind === "uuid" && length === 16) return uuid;
      return kind === "float16" && length === 2 ? float16 : base64;
    case undefined:
      throw new TypeError("a group has no values of its own");
  }
}

function integerToJson(type: "INT32" | "INT64", meaning: SchemaElement["meaning"]): ToJson {
  const read = type === "INT32" ? readInt32 : readInt64;
  if (meaning?.kind === "unsigned")
    return type === "INT32"
      ? (bytes, start) => String(bytes.readUInt32LE(start))
      : (bytes, start) => String(bytes.readBigUInt64LE(start));
  if (meaning?.kind === "decimal")
    return (bytes, start) => withPoint(String(read(bytes, start)), meaning.scale);
  if (meaning?.kind === "date")
    return (bytes, start) => quoted(dateText(Number(read(bytes, start))));
  if (meaning?.kind === "time")
    return (bytes, start) => quoted(timeText(read(bytes, start), meaning.digits));
  return meaning?.kind === "timestamp"
    ? timestampToJson(read, meaning.digits, meaning.isUtc)
    : (bytes, start) => String(read(bytes, start));
}

function timestampToJson(
  read: (bytes: Buffer, start: number) => number | bigint,
  digits: FractionDigits,
  isUtc: boolean,
): ToJson {
  return (bytes, start) => {
    const value = read(bytes, start);
    const text = timestampText(value, digits);
    // Beyond what a calendar has (some write infinity so): the number that is stored.
    if (text === undefined) return String(value);
    return isUtc ? `"${text}Z"` : quoted(text);
  };
}

function readInt32(bytes: Buffer, start: number): number {
  return bytes.readInt32LE(start);
}

/** A bigint only where a number would not be exact: it costs ten times as much. */
function readInt64(bytes: Buffer, start: number): number | bigint {
  const value = bytes.readInt32LE(start + 4) * 0x1_0000_0000 + bytes.readUInt32LE(start);
  return Number.isSafeInteger(value) ? value : bytes.readBigInt64LE(start);
}

function quoted(text: Binary): Binary {
  return `"${text}"`;
}

/** JSON has no NaN and no infinity. */
function numberToJson(value: number): Binary {
  return Number.isFinite(value) ? String(value) : "null";
}

/** As many digits as it takes to tell it from other floats: 9 are always enough. */
function floatToJson(value: number): Binary {
  if (!Number.isFinite(value)) return "null";
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

const NEEDS_ESCAPE = /["\\\x00-\x1f]/;

function textToJson(bytes: Buffer, start: number, end: number): Binary {
  const text = bytes.toString("latin1", start, end);
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : quoted(text);
}

/** As it is; text that is not JSON is a text. */
function jsonToJson(bytes: Buffer, start: number, end: number): Binary {
  const text = bytes.toString("latin1", start, end);
  try {
    JSON.parse(text);
    return text;
  } catch {
    return textToJson(bytes, start, end);
  }
}

/** Old writers (Hive, Impala, Spark) do not say that a text is one. */
function bytesOrText(bytes: Buffer, start: number, end: number): Binary {
  return isUtf8(bytes.subarray(start, end))
    ? textToJson(bytes, start, end)
    : base64(bytes, start, end);
}

function base64(bytes: Buffer, start: number, end: number): Binary {
  return quoted(bytes.toString("base64", start, end));
}

function uuid(bytes: Buffer, start: number, end: number): Binary {
  const hex = bytes.toString("hex", start, end);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return quoted(`${parts.join("-")}-${hex.slice(20)}`);
}

/** https://en.wikipedia.org/wiki/Half-precision_floating-point_format */
function float16(bytes: Buffer, start: number): Binary {
  const bits = bytes.readUInt16LE(start);
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return "null";
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return numberToJson(bits >= 0x8000 ? -size : size);
}

/** A whole number in two's complement, most significant byte first. */
function decimalOfBytes(scale: number): ToJson {
  return (bytes, start, end) => {
    const hex = bytes.toString("hex", start, end);
    const unsigned = hex === "" ? 0n : BigInt(`0x${hex}`);
    return withPoint(String(BigInt.asIntN((end - start) * 8, unsigned)), scale);
  };
}

/** A decimal point before the last `scale` digits. */
function withPoint(integer: string, scale: number): Binary {
  if (scale <= 0) return integer === "0" ? integer : integer + "0".repeat(-scale);
  const sign = integer.startsWith("-") ? "-" : "";
  const digits = integer.slice(sign.length).padStart(scale + 1, "0");
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
