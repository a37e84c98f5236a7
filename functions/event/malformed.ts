import { endOfString } from "./json-text.ts";
import type { Problem } from "./problem.ts";

/**
 * Why a record cannot be read: a fixed vocabulary, after what people really send. It is looked for
 * only when reading has failed.
 */

const NOT_JSON = "not valid JSON";
const CUT_OFF = `${NOT_JSON}: cut off`;
const COMMENT = `${NOT_JSON}: a comment`;
const COMMA_TOO_MANY = `${NOT_JSON}: a comma too many`;
const NOT_A_NUMBER = `${NOT_JSON}: NaN or Infinity`;
const NUL_BYTES = `${NOT_JSON}: NUL bytes`;
const SEVERAL_VALUES = `${NOT_JSON}: several values on a line`;
const SINGLE_QUOTES = `${NOT_JSON}: single quotes`;
const TOO_DEEP = "nested too deeply";
const NOT_UTF8 = "not valid UTF-8";
const UTF16 = `${NOT_UTF8}: UTF-16`;

/** The problem of bytes that are not valid UTF-8. */
export function undecodable(bytes: Buffer): Problem {
  const isMarked = bytes[0] === 0xff ? bytes[1] === 0xfe : bytes[0] === 0xfe && bytes[1] === 0xff;
  return malformed(isMarked || looksLikeUtf16(bytes.toString("latin1", 0, 64)) ? UTF16 : NOT_UTF8);
}

/**
 * The problem of `text`, decoded in whatever way, of which `JSON.parse` or a reviver threw `error`.
 */
export function unparsable(text: string, error: unknown): Problem {
  if (error instanceof RangeError) return malformed(TOO_DEEP);
  if (!text.includes("\0")) return malformed(firstFault(text));
  return malformed(looksLikeUtf16(text) ? UTF16 : NUL_BYTES);
}

function malformed(error: string): Problem {
  return { reason: "malformed", field: "", error };
}

/** In JSON as UTF-16 about every second byte is zero, lines of it cut at a line feed included. */
function looksLikeUtf16(text: string): boolean {
  const head = text.slice(0, 64);
  return head.split("\0").length - 1 > head.length / 3;
}

const WHITE_SPACE = /[ \t\r\n]*/y;
const COMMAS = /[ \t\r\n,]*/y;
const WORD = /[^\s,:{}[\]"'/#]+/y;
const NAN = /^[+-]?(?:nan|inf|infinity)$/i;
const SCALAR = /^(?:-?\d[\d.eE+-]*|true|false|null)$/;
const SCALAR_START = /^(?:-|t(?:ru?)?|f(?:al?s?)?|n(?:ul?)?)$/;

/** What is before a token. */
type Before = "start" | "open" | "comma" | "colon" | "value";

/** A token that may be there ends at `end`, and is `Before` the next one. */
type Token =
  | { readonly kind: "token"; readonly end: number; readonly is: Exclude<Before, "start"> }
  | { readonly kind: "fault"; readonly error: string };

/**
 * Walks from token to token up to the first that JSON does not allow there. It is lenient where the
 * fault would have no name: brackets that do not match, escapes, digits.
 */
function firstFault(text: string): string {
  let depth = 0;
  let before: Before = "start";
  for (let at = skip(WHITE_SPACE, text, 0); at < text.length; at = skip(WHITE_SPACE, text, at)) {
    if (before === "value" && depth === 0) return faultBehind(text, at);
    const token = readToken(text, at, before);
    if (token.kind === "fault")
      return token.error === CUT_OFF && depth === 0 ? NOT_JSON : token.error;
    if (token.is === "open") depth++;
    if (isClosing(text, at)) depth--;
    before = token.is;
    at = token.end;
  }
  return depth > 0 ? CUT_OFF : NOT_JSON;
}

function readToken(text: string, at: number, before: Before): Token {
  switch (text.charAt(at)) {
    case "/":
    case "#":
      return fault(COMMENT);
    case ":":
      return before === "value" ? token(at + 1, "colon") : fault(NOT_JSON);
    case ",":
      return before === "value" ? token(at + 1, "comma") : fault(COMMA_TOO_MANY);
    case "}":
    case "]":
      return before === "comma" ? fault(COMMA_TOO_MANY) : token(at + 1, "value");
    default:
      return before === "value" ? fault(NOT_JSON) : readValue(text, at);
  }
}

function readValue(text: string, at: number): Token {
  const first = text[at];
  if (first === "{" || first === "[") return token(at + 1, "open");
  if (first === "'") return fault(SINGLE_QUOTES);
  if (first === '"') {
    const end = endOfString(text, at + 1);
    return end > text.length ? fault(CUT_OFF) : token(end, "value");
  }
  const end = skip(WORD, text, at);
  const word = text.slice(at, end);
  if (SCALAR.test(word)) return token(end, "value");
  if (NAN.test(word)) return fault(NOT_A_NUMBER);
  return fault(end === text.length && SCALAR_START.test(word) ? CUT_OFF : NOT_JSON);
}

function isClosing(text: string, at: number): boolean {
  return text[at] === "}" || text[at] === "]";
}

function token(end: number, is: Exclude<Before, "start">): Token {
  return { kind: "token", end, is };
}

function fault(error: string): Token {
  return { kind: "fault", error };
}

/** What is wrong with what follows a complete value. */
function faultBehind(text: string, at: number): string {
  if (text[at] === "/" || text[at] === "#") return COMMENT;
  const next = skip(COMMAS, text, at);
  if (next === text.length) return COMMA_TOO_MANY;
  const opens = (position: number): boolean => text[position] === "{" || text[position] === "[";
  return opens(next) && opens(skip(WHITE_SPACE, text, 0)) ? SEVERAL_VALUES : NOT_JSON;
}

/** Where what matches at `at` ends; `at` when nothing does. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
