import assert from "node:assert/strict";
import { test } from "node:test";

import * as steps from "../../../functions/transforms/steps.ts";
import { ga4 } from "../../../functions/transforms/recipes/ga4.ts";
import { segment } from "../../../functions/transforms/recipes/segment.ts";

const SECRET = "a secret of more than sixteen bytes";
const TEXT = "a text that is not empty";
const PATTERN = "a text or a regular expression";
const FIELD = 'the name of a property, or a path such as ["context", "id"]';
const TRANSFORM = "a transform, which is a function";
const FORMATS = '"iso8601", "seconds", "milliseconds" or "microseconds"';
const KINDS = '"email", "phone" or "ip"';
const PERCENT = "a percentage: a number of more than 0 and at most 100";
const INSPECTED = { step: undefined, fn: () => null };

const MAKERS = { ...steps, ga4, segment };
type Maker = Exclude<keyof typeof MAKERS, "identity">;
type Call = (...values: readonly unknown[]) => unknown;

/** What is given → the message behind the step's name. */
const REFUSED: Readonly<Record<Maker, readonly (readonly [readonly unknown[], string])[]>> = {
  addProperties: [
    [[], "constants is missing; it has to be an object of values."],
    [[["a"]], "constants is a list; it has to be an object of values."],
    [[{ a: undefined }], "a is missing; it has to be a value that JSON has."],
    [[{ a: NaN }], "a is NaN; it has to be a value that JSON has."],
    [[{ a: new Date(0) }], "a is an object; it has to be a value that JSON has."],
    [[{ a: [{ b: INSPECTED }] }], "a is a list; it has to be a value that JSON has."],
  ],
  allowProperties: [
    [["E"], 'plan is "E"; it has to be an object of lists of names.'],
    [[{}], "it has to be given at least one event."],
    [[{ E: "plan" }], '"E" is "plan"; it has to be a list of texts.'],
    [[{ E: [/plan/] }], `"E"[0] is /plan/; it has to be ${TEXT}.`],
  ],
  byObject: [
    [[], "routes is missing; it has to be an object of transforms."],
    [[{ "a/**": "ga4" }], `"a/**" is "ga4"; it has to be ${TRANSFORM}.`],
    [[{ "": ga4 }], `a pattern is ""; it has to be ${TEXT}.`],
    [[{ "a/**": ga4 }, null], `otherwise is null; it has to be ${TRANSFORM}.`],
  ],
  capProperties: [[[255], "it takes no argument; write capProperties()."]],
  compose: [
    [[ga4, undefined], `step 2 is missing; it has to be ${TRANSFORM}.`],
    [[[ga4]], `step 1 is a list; it has to be ${TRANSFORM}.`],
  ],
  distinctIdFrom: [
    [[], "it has to be given at least one field."],
    [["id", ""], `field 2 is ""; it has to be ${FIELD}.`],
    [[[]], `field 1 is an empty list; it has to be ${FIELD}.`],
    [[["a", 1]], `field 1 is a list; it has to be ${FIELD}.`],
  ],
  dropIdentifyingValues: [
    [["mail"], `kind 1 is "mail"; it has to be ${KINDS}.`],
    [[["email"]], `kind 1 is a list; it has to be ${KINDS}.`],
  ],
  dropEvents: [[[["a", "b"]], `name 1 is a list; it has to be ${PATTERN}.`]],
  dropProperties: [[["a", 7], `name 2 is 7; it has to be ${PATTERN}.`]],
  emptyPlaceholderIds: [[["id"], "it takes no argument; write emptyPlaceholderIds()."]],
  flattenProperties: [
    [[{ separator: "_" }], `separator is an object; it has to be ${TEXT}.`],
    [[""], `separator is ""; it has to be ${TEXT}.`],
  ],
  hashProperties: [
    [["email"], 'names is "email"; it has to be a list of texts.'],
    [[[]], "it has to be given at least one name."],
    [[["a", /b/]], `names[1] is /b/; it has to be ${TEXT}.`],
    [[["a"], SECRET], 'secret has to be { hmacKey: "..." } or { salt: "..." }.'],
    [[["a"], { hmac: SECRET }], 'secret has to be { hmacKey: "..." } or { salt: "..." }.'],
    [[["a"], null], 'secret has to be { hmacKey: "..." } or { salt: "..." }.'],
  ],
  keepEvents: [
    [[], "it has to be given at least one name."],
    [["a", null], `name 2 is null; it has to be ${PATTERN}.`],
  ],
  pickProperties: [[[() => true], `name 1 is a function; it has to be ${PATTERN}.`]],
  renameProperties: [
    [["a", "b"], 'names is "a"; it has to be an object of names.'],
    [[{ a: "" }], `the new name of "a" is ""; it has to be ${TEXT}.`],
  ],
  restampRecent: [[[0], "now is 0; it has to be a function that returns milliseconds since 1970."]],
  sampleUsers: [
    [["10"], `percent is "10"; it has to be ${PERCENT}.`],
    [[0], `percent is 0; it has to be ${PERCENT}.`],
    [[100.1], `percent is 100.1; it has to be ${PERCENT}.`],
    [[10, 1], "seed is 1; it has to be a text."],
  ],
  timeFrom: [
    [[], `field is missing; it has to be ${FIELD}.`],
    [["at"], `format is missing; it has to be ${FORMATS}.`],
    [["at", "iso"], `format is "iso"; it has to be ${FORMATS}.`],
    [["at", "iso8601", "UTC"], 'the last argument is "UTC"; it has to be an object with zone.'],
    [["at", "iso8601", { timezone: "UTC" }], 'there is no option "timezone"; there is: zone.'],
    [
      ["at", "iso8601", { zone: "" }],
      "there is no time zone ; zone has to be an IANA name such as Europe/Vienna, or an offset such as +02:00",
    ],
    [["at", "seconds", { zone: "UTC" }], "a number of seconds has no time zone."],
  ],
  ga4: [[[], "it is a transform itself; write ga4, not ga4()."]],
  segment: [[[], "it is a transform itself; write segment, not segment()."]],
};

for (const [step, cases] of Object.entries(REFUSED))
  for (const [values, message] of cases)
    test(`${step} refuses: ${message}`, () => {
      const make = MAKERS[step as Maker] as Call;
      assert.throws(
        () => make(...values),
        (error) => {
          assert.ok(error instanceof Error);
          assert.equal(error.message, `${step}: ${message}`);
          assert.ok(!error.message.includes(SECRET));
          return true;
        },
      );
    });

test("every step has wrong arguments in the table above", () => {
  const known = Object.keys(REFUSED);
  const missing = Object.keys(MAKERS).filter((name) => !known.includes(name));
  assert.deepEqual(missing, ["identity"]);
});

test("a long text is cut, between characters", () => {
  const long = `${"x".repeat(39)}\u{1f600}${"y".repeat(100)}`;
  assert.throws(
    () => steps.timeFrom("at", long as "seconds"),
    (error) => error instanceof Error && error.message.isWellFormed() && error.message.length < 160,
  );
});
