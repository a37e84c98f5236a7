import assert from "node:assert/strict";
import { test } from "node:test";

import * as steps from "../../../functions/transforms/steps.ts";
import { ga4 } from "../../../functions/transforms/recipes/ga4.ts";
import { rudderstackWithProfiles } from "../../../functions/transforms/recipes/rudderstack.ts";
import { segment, segmentWithProfiles } from "../../../functions/transforms/recipes/segment.ts";

const SECRET = "a secret of more than sixteen bytes";
const TEXT = "a text that is not empty";
const PATTERN = "a text or a regular expression";
const FIELD = 'the name of a property, or a path such as ["context", "id"]';
const TRANSFORM = "a transform, which is a function";
const FORMATS = '"iso8601", "seconds", "milliseconds" or "microseconds"';
const ROW_OPTIONS =
  "event, time, distinctId, user, device, anonymous, insertId, numbers, booleans, json, drop, rename";
const PROFILE_OPTIONS =
  "distinctId, groupKey, groupId, operator, columns, numbers, booleans, dates, zone, json, time, drop, rename";
const ROW_OPERATORS = '"$set", "$set_once", "$add", "$append", "$union" or "$remove"';
const TIME_COLUMN = 'an object such as { column: "created_at", format: "iso8601", zone: "UTC" }';
const ZONE = "zone has to be an IANA name such as Europe/Vienna, or an offset such as +02:00";
const KINDS = '"email", "phone" or "ip"';
const PERCENT = "a percentage: a number of more than 0 and at most 100";
const INSPECTED = { step: undefined, fn: () => null };

const MAKERS = { ...steps, ga4, segment, segmentWithProfiles, rudderstackWithProfiles };
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
  each: [
    [[], `field is missing; it has to be ${FIELD}.`],
    [["items", { keep: "id" }], 'keep is "id"; it has to be a list of texts.'],
    [["items", ["id"]], "the last argument is a list; it has to be an object with keep."],
    [["items", { with: ["id"] }], 'there is no option "with"; there is: keep.'],
  ],
  emptyPlaceholderIds: [[["id"], "it takes no argument; write emptyPlaceholderIds()."]],
  eventFromRow: [
    [["event"], `the last argument is "event"; it has to be an object with ${ROW_OPTIONS}.`],
    [[{ eventName: "E" }], `there is no option "eventName"; there is: ${ROW_OPTIONS}.`],
    [
      [{ event: " " }],
      'event is " "; it has to be a name, or an object such as { column: "event_name" }.',
    ],
    [[{ event: { name: "E" } }], "there is no option event.name; there is: column."],
    [[{ event: {} }], `event.column is missing; it has to be ${TEXT}.`],
    [[{ time: "at" }], `time is "at"; it has to be ${TIME_COLUMN}.`],
    [[{ time: { column: "at", format: "iso" } }], `time.format is "iso"; it has to be ${FORMATS}.`],
    [
      [{ time: { column: "at", timezone: "UTC" } }],
      "there is no option time.timezone; there is: column, format, zone.",
    ],
    [[{ time: { column: "at", zone: 1 } }], `time.zone is 1; it has to be ${TEXT}.`],
    [[{ time: { column: "at", zone: "Mars" } }], `there is no time zone Mars; ${ZONE}`],
    [
      [{ time: { column: "at", format: "seconds", zone: "UTC" } }],
      "a number of seconds has no time zone.",
    ],
    [[{ distinctId: ["a"] }], `distinctId is a list; it has to be ${TEXT}.`],
    [[{ user: "" }], `user is ""; it has to be ${TEXT}.`],
    [[{ device: 7 }], `device is 7; it has to be ${TEXT}.`],
    [[{ anonymous: "yes" }], 'anonymous is "yes"; it has to be true or false.'],
    [
      [{ insertId: [] }],
      "insertId is an empty list; it has to be the name of a column, or a list of names.",
    ],
    [[{ insertId: ["a", 1] }], `insertId[1] is 1; it has to be ${TEXT}.`],
    [[{ numbers: "amount" }], 'numbers is "amount"; it has to be a list of texts.'],
    [[{ numbers: ["a"], json: ["a"] }], '"a" is in numbers and in json; a column has one type.'],
    [[{ drop: "a" }], 'drop is "a"; it has to be a list of texts and regular expressions.'],
    [[{ drop: [1] }], `drop: name 1 is 1; it has to be ${PATTERN}.`],
    [[{ rename: ["a"] }], "rename is a list; it has to be an object of names."],
    [[{ rename: { a: "" } }], `the new name of "a" is ""; it has to be ${TEXT}.`],
    [[{ rename: { a: "time" } }], "time is not given by rename but by time: { column: ... }."],
    [[{ rename: { a: "c", b: "c" } }], 'two columns are renamed to "c".'],
  ],
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
  parseJsonIn: [
    [[], `field is missing; it has to be ${FIELD}.`],
    [[[]], `field is an empty list; it has to be ${FIELD}.`],
  ],
  pickProperties: [[[() => true], `name 1 is a function; it has to be ${PATTERN}.`]],
  profileFromRow: [
    [["id"], `the last argument is "id"; it has to be an object with ${PROFILE_OPTIONS}.`],
    [[{ user: "id" }], `there is no option "user"; there is: ${PROFILE_OPTIONS}.`],
    [[{ distinctId: 7 }], `distinctId is 7; it has to be ${TEXT}.`],
    [[{ groupKey: "" }], `groupKey is ""; it has to be ${TEXT}.`],
    [
      [{ distinctId: "a", groupKey: "k" }],
      "distinctId is of a user and groupKey of a group; it takes one.",
    ],
    [[{ groupId: "a" }], "groupId takes groupKey, the key in Mixpanel's project settings."],
    [[{ operator: "$delete" }], `operator is "$delete"; it has to be ${ROW_OPERATORS}.`],
    [[{ operator: "set" }], `operator is "set"; it has to be ${ROW_OPERATORS}.`],
    [[{ groupKey: "k", operator: "$add" }], "$add is not for groups: use $set or $union."],
    [[{ columns: "plan" }], 'columns is "plan"; it has to be a list of texts.'],
    [[{ columns: [] }], "it has to be given at least one column in columns."],
    [[{ dates: ["a", ""] }], `dates[1] is ""; it has to be ${TEXT}.`],
    [[{ dates: ["a"], json: ["a"] }], '"a" is in dates and in json; a column has one type.'],
    [[{ zone: "UTC" }], "zone is that of dates, and there are none; time has a zone of its own."],
    [[{ dates: ["a"], zone: "Mars" }], `there is no time zone Mars; ${ZONE}`],
    [[{ time: "at" }], `time is "at"; it has to be ${TIME_COLUMN}.`],
    [[{ time: { column: "at", format: "iso" } }], `time.format is "iso"; it has to be ${FORMATS}.`],
    [[{ drop: "a" }], 'drop is "a"; it has to be a list of texts and regular expressions.'],
    [[{ rename: { a: "$distinct_id" } }], "$distinct_id is not given by rename but by distinctId."],
    [[{ rename: { a: "$token" } }], "$token is not given by rename but by the import."],
    [
      [{ rename: { a: "$last_seen" } }],
      "$last_seen is not given by rename but by Mixpanel itself.",
    ],
    [[{ rename: { a: "c", b: "c" } }], 'two columns are renamed to "c".'],
  ],
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
    [["at", "iso8601", { zone: "" }], `there is no time zone ; ${ZONE}`],
    [["at", "seconds", { zone: "UTC" }], "a number of seconds has no time zone."],
  ],
  unwrap: [[[{ field: "a" }], `field is an object; it has to be ${FIELD}.`]],
  ga4: [[[], "it is a transform itself; write ga4, not ga4()."]],
  segmentWithProfiles: [
    [["k"], 'the last argument is "k"; it has to be an object with groupKey, linkUsers, rename.'],
    [[{ group: "k" }], 'there is no option "group"; there is: groupKey, linkUsers, rename.'],
    [[{ groupKey: 1 }], `groupKey is 1; it has to be ${TEXT}.`],
    [[{ groupKey: "k", linkUsers: "yes" }], 'linkUsers is "yes"; it has to be true or false.'],
    [[{ rename: { a: "$ip" } }], "$ip is not given by rename but by the import."],
  ],
  rudderstackWithProfiles: [
    [[{ linkUsers: true }], "linkUsers takes groupKey, the key in Mixpanel's project settings."],
  ],
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
