import fc from "fast-check";

import { PLACEHOLDER_IDS } from "../../../functions/event/limits.ts";
import { NOW } from "./scanned.ts";

/** Any members of an object, but none with these keys. All keys are written as they are. */
function othersThan(...known: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const key = fc
    .oneof(fc.string({ unit: "grapheme", maxLength: 20 }), fc.constantFrom("$city", "ip ", "Event"))
    .filter((text) => !known.includes(text) && JSON.stringify(text) === `"${text}"`);
  return fc.dictionary(key, fc.jsonValue({ maxDepth: 4 }), { maxKeys: 4 });
}

/** The members of two objects, one after the other. */
function together(one: fc.Arbitrary<object>, other: fc.Arbitrary<object>): fc.Arbitrary<object> {
  return fc
    .tuple(one, other, fc.boolean())
    .map(([first, second, isSwapped]) =>
      isSwapped ? { ...second, ...first } : { ...first, ...second },
    );
}

const text = fc.string({ unit: "grapheme", maxLength: 40 });
const plainText = text.filter((id) => !PLACEHOLDER_IDS.has(id) && JSON.stringify(id) === `"${id}"`);

const usualProperties = fc.record(
  {
    time: fc.oneof(fc.integer({ min: 0, max: NOW / 1000 }), fc.integer({ min: 1e11, max: NOW })),
    distinct_id: fc.oneof(plainText, fc.uuid(), fc.integer(), fc.constant(null)),
    $insert_id: fc.oneof(fc.uuid({ version: 4 }), fc.stringMatching(/^[a-zA-Z0-9-]{10,35}$/)),
    ip: fc.oneof(fc.ipV4(), fc.constant(0)),
  },
  { requiredKeys: ["time"] },
);

const usualMembers = fc.record({
  event: fc.oneof(
    text.map((rest) => `Page ${rest}`),
    fc.constantFrom("$merge", "purchase", "$mp_web_page_view", "#1"),
  ),
  properties: together(
    usualProperties,
    othersThan("time", "distinct_id", "$insert_id", "ip", "$ignore"),
  ),
});

/** An event as programs write it: it is complete, and nothing about it is unusual. */
export const ordinaryEvent: fc.Arbitrary<string> = fc
  .tuple(
    together(usualMembers, othersThan("event", "properties")),
    fc.constantFrom("", " ", "\t", "    "),
  )
  // A line break in this text is white space: where it is in a string it is escaped.
  .map(([event, space]) => JSON.stringify(event, undefined, space).replaceAll("\n", "\r"));
