import { isUtf8 } from "node:buffer";

import { trimStart } from "../../functions/event/record.ts";
import { isObject, parseJson } from "../../functions/platform/json.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { printable } from "../terminal/fit.ts";
import { describeBrokenJson } from "./broken-json.ts";
import { forwardedFrom, objectOf, type DeadLetter } from "./letter.ts";

/** A line of a file of letters. */
export interface LetterLine {
  readonly letter: DeadLetter;
  /** Whether the line says itself which message it was. */
  readonly hasId: boolean;
}

/**
 * A dead letter as a line of JSON, as a local run writes them: `{messageId, publishTime,
 * attributes, data}`, with `dataBase64` in place of `data` where that is no text, and `empty` where
 * there never was any: data that somebody has deleted must not pass for that.
 */
export function toLine(letter: DeadLetter): string {
  const { messageId, publishTime, attributes, data } = letter;
  const content = isUtf8(data)
    ? { data: data.toString("utf8") }
    : { dataBase64: data.toString("base64") };
  const empty = data.length === 0 && hasToHoldRecords(letter) && { empty: true };
  return `${JSON.stringify({ messageId, publishTime, attributes, ...content, ...empty })}\n`;
}

/**
 * Reads such a line.
 *
 * @param place for messages: `letters.ndjson line 3`
 * @param fallbackId the letter's id where the line does not say it
 * @throws UserError (exit code 2) saying what is wrong with it, and what to do
 */
export function parseLine(text: string, place: string, fallbackId: string): LetterLine {
  const value = parseJson(text);
  if (value === undefined) throw wrong(place, describeBrokenJson(text));
  if (!isObject(value))
    throw wrong(place, `is no dead letter but ${kindOf(value)}. One letter a line: jq -c '.[]'`);
  const { attributes, data, dataBase64, messageId, publishTime } = value;
  if (!isObject(attributes))
    throw wrong(place, 'is no dead letter: it has no "attributes". Put them back');
  const letter: DeadLetter = {
    messageId: typeof messageId === "string" ? messageId : fallbackId,
    publishTime: typeof publishTime === "string" ? publishTime : "",
    attributes: requireTexts(attributes, place),
    data: readData(data, dataBase64, place),
    place,
  };
  requireWhole(letter, value["empty"] === true, place);
  return { letter, hasId: typeof messageId === "string" };
}

function readData(data: unknown, dataBase64: unknown, place: string): Buffer {
  if (data !== undefined && dataBase64 !== undefined)
    throw wrong(place, "has data and dataBase64. Delete one of them");
  if (typeof data === "string") return Buffer.from(data);
  if (data !== undefined)
    throw wrong(place, 'has data that is no text. Put it in quotes: "{\\"event\\":…}"');
  if (typeof dataBase64 !== "string")
    throw wrong(place, 'has no data. Put "data" back, or delete the line to leave the letter out');
  const bytes = Buffer.from(dataBase64, "base64");
  // What decodes to something else than it says would be sent as that.
  if (bytes.toString("base64") !== dataBase64)
    throw wrong(place, 'has dataBase64 that is not base64. Give its text as "data" instead');
  return bytes;
}

function requireTexts(
  attributes: Readonly<Record<string, unknown>>,
  place: string,
): Readonly<Record<string, string>> {
  const other = Object.entries(attributes).find((entry) => typeof entry[1] !== "string");
  if (other !== undefined)
    throw wrong(place, `has an attribute that is no text: ${other[0]}. Put its value in quotes`);
  return attributes as Readonly<Record<string, string>>;
}

/** What a function wrote, and what is left of it. @throws UserError (exit code 2) */
function requireWhole(letter: DeadLetter, isEmpty: boolean, place: string): void {
  const { attributes, data } = letter;
  if (!isOfFunction(letter)) return;
  for (const name of ["records", "replays"] as const)
    if (!/^\d{1,9}$/.test(attributes[name] ?? "0"))
      throw wrong(place, `has an attribute that is no number: ${name}. Put its number back`);
  // As the functions see it: a form feed alone is a record.
  const isBlank = trimStart(data, 0, data.length) === data.length;
  if (isBlank && hasToHoldRecords(letter) && !(isEmpty && data.length === 0))
    throw wrong(place, objectOf(letter) === undefined ? EMPTY : `${EMPTY}. ${IN_FILE}`);
  const isWithoutLines = objectOf(letter) !== undefined && attributes["lines"] === undefined;
  if (!isBlank && isWithoutLines)
    throw wrong(place, "has no attribute lines: all of its file would be imported. Put it back");
}

const EMPTY = "has empty data. Put it back, or delete the line to leave the letter out";
const IN_FILE =
  'If it never had any, since its records are in its file only (deadLetterContents: reference), add "empty": true';

/** All others were forwarded by Pub/Sub, or are a stranger's: nobody knows what they hold. */
function isOfFunction(letter: DeadLetter): boolean {
  return letter.attributes["version"] === "1" && forwardedFrom(letter) === undefined;
}

/** A letter about an object as a whole holds no records. */
function hasToHoldRecords(letter: DeadLetter): boolean {
  const { lines } = letter.attributes;
  return isOfFunction(letter) && (objectOf(letter) === undefined || lines !== undefined);
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "a list" : "a single value";
}

/** @param problem of the line, without a full stop */
export function wrong(place: string, problem: string): UserError {
  return new UserError(printable(`${place} ${problem}.`), 2);
}
