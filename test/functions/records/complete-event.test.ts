import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { parseExactJson } from "../../../functions/event/exact-json.ts";
import { sentText } from "../support/prepared.ts";

/** JSON text of a string, some characters escaped. */
const stringText = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.string({ unit: "grapheme", maxLength: 4 }).map(unescaped) },
      fc.constantFrom(
        '\\"',
        "\\\\",
        "\\/",
        "\\n",
        "\\u0022",
        "\\u005C",
        "\\ud83d\\ude42",
        "\\u0000",
      ),
      fc.constantFrom('\\"properties\\":{', "properties", "{", "}", "[", "]", ",", ":"),
    ),
    { maxLength: 5 },
  )
  .map((parts) => `"${parts.join("")}"`);

function unescaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

const space = fc.constantFrom("", "", "", " ", "\t", "  ", "\r ");

const scalarText = fc.oneof(
  stringText,
  fc.constantFrom(
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1e5",
    "1.50",
    "-1E-7",
    "1234567890123456789",
  ),
  fc.integer().map(String),
);

/**
 * Keys that invite mistakes, and any others; written with escapes now and then. None holds a
 * backslash: once V8 has seen one that does, its JSON.parse (Node 24) takes other keys with an
 * escape for it.
 */
const keyText = fc.oneof(
  fc.constantFrom(
    ...['"event"', '"properties"', '"ip"', '"time"', '"$insert_id"', '"a"', '""', '"I\\u0050"'],
    ...['"\\"properties\\":{"', '"propert\\u0069es"', '"i\\u0070"', '"$insert\\u005fid"', '"é"'],
  ),
  stringText.filter((text) => !String(JSON.parse(text)).includes("\\")),
);

/** JSON text of any value, with any spacing. */
const { value: valueText } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthIdentifier: "json" },
    scalarText,
    fc
      .tuple(space, fc.array(fc.tuple(keyText, tie("value"), space), { maxLength: 4 }))
      .map(([gap, members]) => objectText(members, gap)),
    fc
      .tuple(space, fc.array(tie("value"), { maxLength: 3 }))
      .map(([gap, elements]) => `[${gap}${elements.join(`${gap},${gap}`)}${gap}]`),
  ),
}));

type MemberText = readonly [key: string, value: string, space: string];

function objectText(members: readonly MemberText[], gap: string): string {
  const written = members.map(([key, value, own]) => `${own}${key}${gap}:${own}${value}${own}`);
  return `{${gap}${written.join(",")}}`;
}

/**
 * The text of an event that is accepted: any members, and those that count, anywhere among them.
 */
const eventText = fc
  .record({
    gap: space,
    members: fc.array(fc.tuple(keyText, valueText, space), { maxLength: 5 }),
    properties: fc.array(fc.tuple(keyText, valueText, space), { maxLength: 6 }),
    time: fc.constantFrom('"time"', '"t\\u0069me"'),
    propertiesKey: fc.constantFrom('"properties"', '"propert\\u0069es"'),
    name: fc.constantFrom(
      '"e"',
      '"$identify"',
      '"properties"',
      '"\\"properties\\":{"',
      '"é"',
      '"日"',
    ),
    order: fc.boolean(),
  })
  .map(({ gap, members, properties, time, propertiesKey, name, order }) => {
    const own: MemberText[] = [
      ['"event"', name, gap],
      [propertiesKey, objectText([...properties, [time, "1", gap]], gap), gap],
    ];
    return objectText([...members, ...(order ? own : own.toReversed())], gap);
  })
  // Several spellings may make the last one count: only what is an accepted event is of interest
  // here.
  .filter((text) => {
    const { event, properties } = JSON.parse(text) as Record<string, unknown>;
    if (typeof event !== "string" || event.trim() === "") return false;
    if (typeof properties !== "object" || properties === null || Array.isArray(properties))
      return false;
    const values = properties as Record<string, unknown>;
    return values["time"] === 1 && !values["$ignore"];
  });

/** Whether `after` is `before` with at most one piece put in. */
function isInsertion(before: string, after: string): boolean {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at++;
  return after.slice(at + after.length - before.length) === before.slice(at);
}

function propertiesOf(text: string): Record<string, unknown> {
  const { properties } = parseExactJson(text, true) as { properties: Record<string, unknown> };
  return properties;
}

describe("an event that is completed", () => {
  it("is the original with ip and a usable id", () => {
    fc.assert(
      fc.property(eventText, (text) => {
        const sent = sentText(text);
        const { $insert_id: id, ...others } = propertiesOf(sent);
        const { $insert_id: _, ...expected } = propertiesOf(text);

        assert.match(String(id), /^[A-Za-z0-9-]{1,36}$/);
        assert.deepEqual(others, "ip" in expected ? expected : { ...expected, ip: 0 });
        assert.deepEqual(
          { ...(parseExactJson(sent, true) as object), properties: 0 },
          { ...(parseExactJson(text, true) as object), properties: 0 },
        );
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps every byte of what it was, with one piece put in", () => {
    fc.assert(
      fc.property(eventText, (text) => {
        fc.pre(!("$insert_id" in propertiesOf(text)));
        assert.ok(isInsertion(text, sentText(text)));
      }),
      { numRuns: 1000 },
    );
  });

  it("has no key twice that it had once", () => {
    fc.assert(
      fc.property(eventText, (text) => {
        const sent = sentText(text);
        for (const key of ["ip", "$insert_id"]) {
          const added = count(sent, `"${key}"`) - count(text, `"${key}"`);
          assert.ok(added <= (key in propertiesOf(text) ? 0 : 1), `${text} became ${sent}`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("keeps its bytes when nothing is missing", () => {
    for (const text of [
      '{"properties":{"$insert_id":"a","ip":0,"time":1},"event":"\\u00e9"}',
      '{ "event" : "e" , "properties" : { "n" : 1234567890123456789 , "x":1.0E+2, "time":1,"ip":null,"$insert_id":"a" } }',
    ])
      assert.equal(sentText(text), text);
  });

  it("gets both additions where properties are written in an awkward way", () => {
    for (const text of [
      '{"event":"e","a":{"properties":{}},"properties":{"time":1}}',
      '{"event":"e","a":"\\"properties\\":{","properties":{"time":1}}',
      '{"event":"properties","properties" :\t{ "time":1 }}',
      '{"event":"e","properties":{"time":1,"ip":5},"properties":{"time":1}}',
      '{"event":"e","propert\\u0069es":{"time":1,"a":{"ip":1,"$insert_id":"x"}}}',
      '{"event":"e","properties":{"time":1,"a":"}"}}',
    ]) {
      const { properties } = JSON.parse(sentText(text)) as { properties: Record<string, unknown> };
      assert.equal(properties["ip"], 0, text);
      assert.match(String(properties["$insert_id"]), /^[0-9a-f]{36}$/, text);
      assert.equal(properties["time"], 1, text);
    }
  });

  it("keeps the ip it has, whatever it is", () => {
    for (const ip of ['"136.24.0.114"', "0", "null", '""', "false"]) {
      const text = `{"event":"e","properties":{"ip":${ip},"time":1,"$insert_id":"a"}}`;
      assert.equal(sentText(text), text);
    }
  });

  it("gets no ip when Mixpanel is to locate it by the request", () => {
    const text = '{"event":"e","properties":{"time":1,"$insert_id":"a"}}';
    assert.equal(sentText(text, { locateByRequest: true }), text);
  });
});

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
