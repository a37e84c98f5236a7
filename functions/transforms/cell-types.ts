import { parseExactJson } from "../event/exact-json.ts";
import type { Json } from "../event/transform-contract.ts";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INTEGER = /^[+-]?\d+$/;
/** Fewer digits cannot be an integer that a JavaScript number does not hold exactly. */
const MAY_HOLD_LONG_INTEGER = /\d{16}/;

const TRUE: ReadonlySet<string> = new Set(["true", "t", "yes", "y", "1"]);
const FALSE: ReadonlySet<string> = new Set(["false", "f", "no", "n", "0"]);

/**
 * Text as the number it spells, with a point and without separators; an integer beyond 2^53 stays
 * exact. What is a number already stays so.
 *
 * @throws Error without the value in it, for anything else
 */
export function toNumber(value: Json): Json {
  if (typeof value === "number" || typeof value === "bigint") return value;
  const text = typeof value === "string" ? value.trim() : "";
  const number = NUMBER.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(number)) throw new Error("not a number");
  return INTEGER.test(text) && !Number.isSafeInteger(number) ? toBigInt(text) : number;
}

/**
 * `true`, `t`, `yes`, `y` or 1, and their opposites, in any case. What is a boolean already stays
 * so.
 *
 * @throws Error without the value in it, for anything else
 */
export function toBoolean(value: Json): boolean {
  if (typeof value === "boolean") return value;
  const isPlain = typeof value === "string" || typeof value === "number";
  const text = isPlain ? String(value).trim().toLowerCase() : "";
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  throw new Error("not a boolean such as true, f, yes or 0");
}

/**
 * Text as the JSON it holds, integers beyond 2^53 exactly. What is no text, or blank, stays as it
 * is.
 *
 * @throws Error without the value in it, for other text
 */
export function toJson(value: Json): Json {
  if (typeof value !== "string" || value.trim() === "") return value;
  try {
    return parseExactJson(value, MAY_HOLD_LONG_INTEGER.test(value));
  } catch (error) {
    // The parser's own message shows a part of the text.
    throw new Error("text that is not JSON", { cause: error });
  }
}

/** `BigInt` knows no plus sign. */
function toBigInt(text: string): bigint {
  return BigInt(text.replace(/^\+/, ""));
}
