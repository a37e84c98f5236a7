import { NOW, type Properties, validEvent } from "./import-client.ts";

/** D documented, O observed, C from a client's code, I inferred (see local/mixpanel/rules.ts). */
export type Mark = "D" | "O" | "C" | "I" | "D+O" | "D/I";

/** What becomes of one event. Without `message` its wording is not known and not asserted. */
export type Verdict = "accept" | { readonly field: string; readonly message?: string };

export interface EventVector {
  readonly number: number;
  readonly mark: Mark;
  readonly title: string;
  /** The event, or the text of its line. */
  readonly event: object | string | Buffer;
  readonly expected: Verdict;
  readonly identityMode?: "original";
}

const TIME = "properties.time";
const DISTINCT_ID = "properties.distinct_id";
const CHARACTERS =
  "'$insert_id' is invalid: must only contain alphanumeric or hyphen '-' characters";
const NO_TIME = { field: TIME, message: "'properties.time' is invalid: must not be missing" };
const FUTURE = { field: TIME, message: "'properties.time' is invalid: must not be in the future" };
const NO_EVENT = { field: "event", message: "'event' must not be missing or blank" };

const PLACEHOLDERS = [
  "00000000-0000-0000-0000-000000000000",
  "anon",
  "anonymous",
  "nil",
  "none",
  "null",
  "n/a",
  "na",
  "undefined",
  "unknown",
  "<nil>",
  "0",
  "-1",
  "true",
  "false",
  "[]",
  "{}",
];

type Row = readonly [number: number, mark: Mark, title: string, properties: Properties, Verdict];

const row = ([number, mark, title, properties, expected]: Row): EventVector => ({
  number,
  mark,
  title,
  event: validEvent(properties),
  expected,
});

const propertiesOf = (count: number): Properties =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, index]));

const TIMES: readonly Row[] = [
  [4, "D", "time in seconds", { time: 1_618_716_477 }, "accept"],
  [5, "D", "time in milliseconds", { time: 1_618_716_477_123 }, "accept"],
  [6, "O", "no time", { time: undefined }, NO_TIME],
  [
    7,
    "D",
    "time as a date",
    { time: "2024-01-01T00:00:00Z" },
    {
      field: TIME,
      message: "'properties.time' is invalid: must be specified as seconds since epoch",
    },
  ],
  [8, "I", "time null", { time: null }, { field: TIME }],
  [9, "I", "time as a numeric text", { time: "1618716477" }, "accept"],
  [10, "I", "time with a fraction", { time: 1_618_716_477.123 }, "accept"],
  [11, "D", "time in half an hour", { time: NOW + 1800 }, "accept"],
  [12, "D+O", "time in 61 minutes", { time: NOW + 3660 }, FUTURE],
  [13, "O", "time in the year 2100", { time: 4_102_444_800_000 }, FUTURE],
  [14, "D", "time at the end of 1970", { time: 31_535_999 }, { field: TIME }],
  [15, "D", "time at the start of 1971", { time: 31_536_000 }, "accept"],
  [16, "D", "time 0", { time: 0 }, { field: TIME }],
  [17, "I", "time -1", { time: -1 }, { field: TIME }],
  [18, "D", "time in microseconds", { time: 1_618_716_477_123_456 }, FUTURE],
  [19, "O", "time four years ago", { time: NOW - 4 * 365 * 86_400 }, "accept"],
];

const DISTINCT_IDS: readonly Row[] = [
  [20, "D", "empty distinct_id", { distinct_id: "" }, "accept"],
  [
    21,
    "O",
    "no distinct_id but user and device, simplified",
    { distinct_id: undefined, $device_id: "d", $user_id: "u" },
    "accept",
  ],
  [23, "D", "no id at all, simplified", { distinct_id: undefined }, "accept"],
  ...PLACEHOLDERS.map((placeholder, index): Row => [
    24 + index,
    "D",
    `distinct_id ${placeholder}`,
    { distinct_id: placeholder },
    { field: DISTINCT_ID },
  ]),
  [41, "I", "distinct_id Anonymous, by default", { distinct_id: "Anonymous" }, "accept"],
  [42, "I", "distinct_id 0 as a number", { distinct_id: 0 }, { field: DISTINCT_ID }],
  [42, "I", "distinct_id -1 as a number", { distinct_id: -1 }, { field: DISTINCT_ID }],
  [42, "I", "distinct_id true", { distinct_id: true }, { field: DISTINCT_ID }],
  [43, "D", "distinct_id 12345 as a number", { distinct_id: 12_345 }, "accept"],
];

const INSERT_IDS: readonly Row[] = [
  [44, "D", "no $insert_id", { $insert_id: undefined }, { field: "$insert_id" }],
  [45, "D", "$insert_id of 36 characters", { $insert_id: "a".repeat(36) }, "accept"],
  [46, "D", "$insert_id of 37", { $insert_id: "a".repeat(37) }, { field: "$insert_id" }],
  [
    47,
    "O",
    "$insert_id with a colon",
    { $insert_id: "a:b" },
    { field: "$insert_id", message: CHARACTERS },
  ],
  ...["a_b", "a.b", "a b"].map((id): Row => [
    48,
    "D+O",
    `$insert_id ${id}`,
    { $insert_id: id },
    { field: "$insert_id", message: CHARACTERS },
  ]),
  [49, "D", "$insert_id a UUID", { $insert_id: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff" }, "accept"],
  [
    50,
    "I",
    "$insert_id of 36 bytes, not ASCII",
    { $insert_id: "é".repeat(18) },
    { field: "$insert_id", message: CHARACTERS },
  ],
  ...["null", "0", "00000000-0000-0000-0000-000000000000"].map((id): Row => [
    51,
    "D",
    `$insert_id ${id}`,
    { $insert_id: id },
    { field: "$insert_id" },
  ]),
  [52, "I", "empty $insert_id", { $insert_id: "" }, { field: "$insert_id" }],
  [53, "I", "$insert_id as a number", { $insert_id: 28_096_095 }, "accept"],
];

const VALUES: readonly Row[] = [
  [57, "D", "254 properties", propertiesOf(251), "accept"],
  [58, "D", "256 properties", propertiesOf(253), { field: "properties" }],
  [59, "D", "nested object with 255 keys", { k: propertiesOf(255) }, { field: "properties.k" }],
  [60, "D", "nesting 3 deep", { k: { a: { b: { c: 1 } } } }, "accept"],
  [60, "D", "nesting 4 deep", { k: { a: { b: { c: { d: 1 } } } } }, { field: "properties.k" }],
  [61, "D", "array of 254", { k: Array.from({ length: 254 }, () => 1) }, "accept"],
  [61, "D", "array of 255", { k: Array.from({ length: 255 }, () => 1) }, { field: "properties.k" }],
  [62, "D", "event over 1 MiB", { k: "x".repeat(1_048_577) }, { field: "" }],
  [63, "D", "text of 10,000 characters", { k: "x".repeat(10_000) }, "accept"],
  [65, "I", "null, empty, 0 and false", { a: null, b: "", c: 0, d: false }, "accept"],
  [66, "D", "$ignore", { $ignore: true }, "accept"],
  [67, "D", "ip", { ip: "136.24.0.114" }, "accept"],
  [68, "D", "ip 0", { ip: 0 }, "accept"],
];

const brokenUtf8 = (): Buffer => {
  const text = JSON.stringify(validEvent({ utm_source: "caf#" }));
  return Buffer.from(text.replace("#", "\u00e9"), "latin1");
};

const NOT_UTF8 = {
  field: "properties.utm_source",
  message: "properties.utm_source is invalid: string should be valid utf8",
};

const SHAPES: readonly EventVector[] = [
  { number: 1, mark: "D", title: "a valid event", event: validEvent(), expected: "accept" },
  {
    number: 22,
    mark: "O",
    title: "no distinct_id but user and device, original",
    event: validEvent({ distinct_id: undefined, $device_id: "d", $user_id: "u" }),
    expected: {
      field: DISTINCT_ID,
      message: "'properties.distinct_id' is invalid: must not be missing",
    },
    identityMode: "original",
  },
  ...[undefined, "", "   "].map((event): EventVector => ({
    number: 54,
    mark: "C",
    title: `event ${event === undefined ? "missing" : JSON.stringify(event)}`,
    event: { ...validEvent({}), event },
    expected: NO_EVENT,
  })),
  {
    number: 55,
    mark: "I",
    title: "event a number",
    event: validEvent({}, 5),
    expected: { field: "event" },
  },
  ...[undefined, [], "text"].map((properties): EventVector => ({
    number: 56,
    mark: "D",
    title: `properties ${properties === undefined ? "missing" : JSON.stringify(properties)}`,
    event: { event: "e", properties },
    expected: { field: "properties" },
  })),
  { number: 64, mark: "D", title: "a lone byte", event: brokenUtf8(), expected: NOT_UTF8 },
  {
    number: 64,
    mark: "D",
    title: "a lone surrogate",
    event: validEvent({ utm_source: "\ud800" }),
    expected: NOT_UTF8,
  },
];

/** The vectors about one event, in a `strict=1` request at `NOW`. */
export const EVENT_VECTORS: readonly EventVector[] = [
  ...SHAPES,
  ...[...TIMES, ...DISTINCT_IDS, ...INSERT_IDS, ...VALUES].map(row),
];
