import { parseExactJson, stringifyExactJson } from "../../functions/event/exact-json.ts";
import { isRecord } from "../../functions/event/transform-contract.ts";
import { fit, printable, widthOf } from "../terminal/fit.ts";
import type { TextStyle } from "../terminal/style.ts";
import type { RepairExample } from "./plan.ts";

const INDENT = "    ";
const MAX_LINES = 6;
/** Of what is the same before and behind a change. */
const CONTEXT = 40;
const ELLIPSIS = " … ";

/** A record before the repair and after it, on a few lines each, with whatever differs. */
export function formatExample(example: RepairExample, style: TextStyle): string[] {
  const { place, before, after, error, refusal } = example;
  const { paint, columns } = style;
  const line = (text: string): string => fit(INDENT + printable(text), columns);
  const room = columns - INDENT.length;
  const [first = ""] = after;
  const original = after.length === 0 ? before : compact(before);
  const show = (sign: string, text: string, other: string): string[] =>
    folded(`${sign} ${around(text, other, room * MAX_LINES)}`, room);
  return [
    paint("aside", line(place)),
    ...show("-", printable(original), printable(first)).map((one) => paint("removed", one)),
    ...after.flatMap((text) =>
      show("+", printable(text), printable(original)).map((one) => paint("added", one)),
    ),
    ...(error === "" && after.length === 0 ? [line("+ (left out)")] : []),
    ...(error === "" ? [] : [paint("bad", line(`  ${error}`))]),
    ...(refusal === "" ? [] : [paint("bad", line(`  would be refused again: ${refusal}`))]),
  ];
}

/** JSON as the repair writes it: blanks between its tokens are no difference. */
function compact(text: string): string {
  try {
    const value = parseExactJson(text, true);
    return isRecord(value) ? stringifyExactJson(value) : text;
  } catch {
    return text;
  }
}

/**
 * Of a text that is too long its beginning, and where it differs from another: that may be far from
 * there.
 */
function around(text: string, other: string, columns: number): string {
  if (widthOf(text) + 2 <= columns) return text;
  const change = commonStart(text, other);
  const head = Math.floor(columns / MAX_LINES);
  const from = characterStart(text, change - CONTEXT);
  if (from <= head) return text;
  const beginning = text.slice(0, characterStart(text, head - ELLIPSIS.length));
  return beginning + ELLIPSIS + text.slice(from);
}

function commonStart(one: string, other: string): number {
  const end = Math.min(one.length, other.length);
  let at = 0;
  while (at < end && one[at] === other[at]) at++;
  return at;
}

/** An index that is not within a character of two units. */
function characterStart(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff ? index - 1 : index;
}

/** Lines of a text that go on in the next one; the last of them with an ellipsis. */
function folded(text: string, room: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== "" && lines.length < MAX_LINES) {
    const isLast = lines.length === MAX_LINES - 1;
    const taken = isLast || widthOf(rest) <= room ? fit(rest, room) : start(rest, room);
    lines.push(INDENT + taken);
    rest = isLast ? "" : rest.slice(taken.length);
  }
  return lines;
}

/** As much of a text as fits into so many columns. */
function start(text: string, room: number): string {
  let end = 0;
  let width = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > room) break;
    end += character.length;
  }
  return text.slice(0, end);
}
