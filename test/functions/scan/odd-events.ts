import fc from "fast-check";

import { IDENTITY_EVENTS, PLACEHOLDER_IDS } from "../../../functions/event/limits.ts";
import { NOW, TIME } from "./scanned.ts";

const VALUES = [
  ...["0", "-0", "1.5", "1E+5", "-1", "true", "false"],
  ...["null", "{}", "[]", '""', '"a"', '"é日本🙂"'],
  ...['[1, {"a": [2.5e3, -1]}]', '{"ip":1,"time":[]}', '"\\u00e9\\n\\\\"'],
  ...['"}"', '"fifteen letters"'],
  ...["[".repeat(64) + "]".repeat(64), `"${"x".repeat(40)}"`, `"${"x".repeat(15)}\\""`],
];
const NO_VALUES = [
  ...["00", "01", "-", "1.", ".5", "1e", "NaN", "tru", "nulll", '"\\x"', '"\\u12g4"', '"\\u123"'],
  ...['"\u0001"', '"\t"', "[1,]", '{"a":1,}', "{a:1}"],
  ...['{"a"}', '"', "", "1 2", `"${"x".repeat(15)}\n"`],
];
const IDS = [
  ...[...PLACEHOLDER_IDS, "NULL", "None", "nulls", "a-1", "", "a b", "ä", "-", "00000000"],
  ...["A".repeat(36), "A".repeat(37), `${"a".repeat(20)}@`, "\\u006eull", "6ba7b810-9dad-11d1"],
];
const TIMES = [
  ...[NOW / 1000 + 7200, NOW / 1000 + 7201, NOW + 7_200_000, NOW + 7_200_001, 99_999_999_999],
  ...[1e11, 999_999_999_999_999, 1e15, 0, 1.5, -1],
  ...["0", `"${TIME}"`, "null", "1e9", "123456789012345678"],
];
const NAMES = [
  ...["purchase", "é", "", " ", " e", "e\\n", "\\u0065", "\u00a0", "$", "$merge ", "$m\\u0065rge"],
  ...[...IDENTITY_EVENTS, ...IDENTITY_EVENTS],
];

/** Now and then `odd`: an event has so many parts that nearly all of them have to be usual. */
function mostly(usual: fc.Arbitrary<string>, odd: fc.Arbitrary<string>, weight = 50) {
  return fc.oneof({ arbitrary: usual, weight }, odd);
}

const oneOf = (...texts: string[]) => fc.constantFrom(...texts);
const quoted = (texts: readonly string[]) => oneOf(...texts.map((text) => `"${text}"`));

const value = mostly(oneOf(...VALUES), oneOf(...NO_VALUES));
const id = mostly(oneOf('"a-1"', '"a-2"'), mostly(quoted(IDS), value, 4), 10);
const time = mostly(oneOf(`${TIME}`, `${NOW - 1}`, "0"), oneOf(...TIMES.map(String)));
const name = mostly(oneOf('"e"', '"a name"', '"$merge"'), mostly(quoted(NAMES), value, 4), 20);
const space = oneOf("", "", "", " ", "\t", "\r", "  \t ");
const gap = mostly(space, oneOf("\n", "\v", "\u00a0"), 400);

/** What the key is spelt like, sometimes. */
function spelling(key: string): fc.Arbitrary<string> {
  const escaped = `\\u${key.charCodeAt(0).toString(16).padStart(4, "0")}${key.slice(1)}`;
  const others = [escaped, key.toUpperCase(), `${key}s`, key.slice(1), `X${key.slice(1)}`];
  return mostly(oneOf(key), oneOf(...others));
}

function member(key: string, of: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(gap, spelling(key), gap, gap, of, gap)
    .map(([g1, written, g2, g3, json, g4]) => `${g1}"${written}"${g2}:${g3}${json}${g4}`);
}

/** An object of most of `members`, and few of `more`. */
function object(
  members: readonly fc.Arbitrary<string>[],
  more: readonly fc.Arbitrary<string>[],
): fc.Arbitrary<string> {
  const few = fc.array(fc.oneof(...more), { maxLength: 3 });
  const isThere = fc.integer({ min: 0, max: 39 });
  return fc
    .tuple(fc.tuple(...members.map((one) => fc.tuple(one, isThere))), few, fc.boolean())
    .map(([usual, others, isReversed]) => {
      const there = usual.flatMap(([text, odds]) => (odds > 0 ? [text] : []));
      const all = isReversed ? [...others, ...there.reverse()] : [...there, ...others];
      return `{${all.join(",")}}`;
    });
}

const properties = object(
  [member("time", time), member("distinct_id", id)],
  [
    ...["ip", "a", "event", "abcdefghij", "é", "__proto__"].map((key) => member(key, value)),
    ...[member("$insert_id", id), member("$insert_id", id), member("ip", value), member("", value)],
    mostly(
      member("b", value),
      fc.oneof(member("$ignore", value), member("time", time), member("distinct_id", id)),
      5,
    ),
  ],
);

/** The JSON of an event in which nearly everything is usual, and anything may be odd. */
export const oddEvent: fc.Arbitrary<Buffer> = object(
  [member("event", name), member("properties", mostly(properties, value))],
  [
    ...["other", "ip", "$ignore", "time"].map((key) => member(key, value)),
    mostly(
      member("a", value),
      fc.oneof(member("event", name), member("properties", properties)),
      5,
    ),
  ],
).map((json) => Buffer.from(json.trim()));
