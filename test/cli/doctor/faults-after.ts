import type { Planted } from "./faults-before.ts";
import { OUTPUTS, seriesOf } from "./healthy.ts";
import { type Fault, refusal } from "./stand-in.ts";

const receipt = (fields: object): NonNullable<Fault["replies"]> => ({
  "/b/receipts/o": {
    items: [{ name: "landing/a/1.json", generation: "1", timeCreated: "2026-11-26T10:00:00Z" }],
  },
  "landing/a/1.json?alt=media": {
    ...{ version: 1, bucket: "landing", object: "a", state: "complete" },
    ...fields,
  },
});

const { objectsTopic } = OUTPUTS;
const NOTIFICATION = {
  topic: `//pubsub.googleapis.com/${objectsTopic}`,
  event_types: ["OBJECT_FINALIZE"],
  payload_format: "JSON_API_V1",
};
const announced = (...items: readonly object[]): NonNullable<Fault["replies"]> => ({
  "/b/landing/notificationConfigs": { items },
});

const rule = (bucket: string, condition: object): NonNullable<Fault["replies"]> => ({
  [`/b/${bucket}?fields`]: {
    projectNumber: "123",
    lifecycle: { rule: [{ action: { type: "Delete" }, condition }] },
  },
});

/** What was changed, and what finds it. */
const CHANGED: readonly (readonly [
  fault: string,
  id: string,
  replies: NonNullable<Fault["replies"]>,
  detail: RegExp,
  remedy: RegExp,
  status?: "failed" | "warning",
])[] = [
  [
    "a notification of some files only",
    "notification",
    announced({ ...NOTIFICATION, object_name_prefix: "nothing/" }),
    /does not announce any objects but those that begin with nothing\//,
    /backfill gs:\/\/landing/,
  ],
  [
    "a notification to another topic",
    "notification",
    announced({ ...NOTIFICATION, topic: "//pubsub.googleapis.com/projects/p/topics/x" }),
    /does not announce its objects/,
    /pulumi up --refresh/,
  ],
  [
    "two notifications",
    "notification",
    announced(NOTIFICATION, { ...NOTIFICATION, object_name_prefix: "a/" }),
    /landing has 2 notifications/,
    /notifications list gs:\/\/landing/,
    "warning",
  ],
  [
    "a notification of deletions, too",
    "notification",
    announced({ ...NOTIFICATION, event_types: ["OBJECT_FINALIZE", "OBJECT_DELETE"] }),
    /landing announces OBJECT_DELETE, too/,
    /pulumi up --refresh/,
    "warning",
  ],
  [
    "a notification of everything",
    "notification",
    announced({ ...NOTIFICATION, event_types: [] }),
    /announces all kinds of events/,
    /pulumi up --refresh/,
    "warning",
  ],
  [
    "a notification without payload",
    "notification",
    announced({ ...NOTIFICATION, payload_format: "NONE" }),
    /payload is NONE/,
    /pulumi up --refresh/,
    "warning",
  ],
  [
    "a rule that deletes at once",
    "lifecycle",
    rule("landing", { age: 0 }),
    /landing has the rule "delete after 0 days"/,
    /pulumi up --refresh/,
  ],
  [
    "a rule that deletes all before a day to come",
    "lifecycle",
    rule("landing", { createdBefore: "2999-01-01" }),
    /landing has the rule "delete after 0 days" until \d+ days from now/,
    /pulumi up --refresh/,
  ],
  [
    "a rule that deletes after days",
    "lifecycle",
    rule("landing", { age: 3, matchesPrefix: ["a/"] }),
    /rule "delete after 3 days" \(matchesPrefix: a\/\)/,
    /existingBucket/,
    "warning",
  ],
  [
    "a rule that deletes receipts",
    "lifecycle",
    rule("receipts", { age: 30 }),
    /receipts has the rule "delete after 30 days"/,
    /pulumi up --refresh/,
    "warning",
  ],
  [
    "a bucket that is gone",
    "lifecycle",
    { "/b/receipts?fields": refusal(404) },
    /there is no bucket receipts/,
    /pulumi up --refresh/,
  ],
  [
    "a file that the transform left out",
    "receipts",
    receipt({ records: { read: 100, dropped: 100, unusable: 0, used: 0 } }),
    /gs:\/\/landing\/a was not imported: the transform left all of it out/,
    /status gs/,
    "warning",
  ],
  [
    "a file of which nothing was imported",
    "receipts",
    receipt({ records: { read: 100, dropped: 0, unusable: 0, used: 100 } }),
    /gs:\/\/landing\/a was not imported/,
    /status gs/,
    "warning",
  ],
  [
    "profiles that nobody confirmed",
    "receipts",
    receipt({
      records: { read: 100, dropped: 0, unusable: 0, used: 100 },
      profiles: { produced: 100, imported: 0, rejected: 0, unconfirmed: 100 },
    }),
    /gs:\/\/landing\/a: complete, 100 updates of profiles not confirmed/,
    /status gs/,
    "warning",
  ],
];

/** Of a stack that is deployed. */
export const FAULTS_AFTER: readonly Planted[] = [
  ...CHANGED.map(([fault, id, replies, detail, remedy, status = "failed"]) => ({
    ...{ fault, id, given: { replies }, detail, remedy, status },
  })),
  {
    fault: "a bucket that announces nothing",
    id: "notification",
    given: { replies: { notificationConfigs: {}, "/b/landing/notificationConfigs": {} } },
    detail: /does not announce/,
    remedy: /backfill gs:\/\/landing/,
  },
  {
    fault: "an old backlog",
    id: "backlog",
    given: { replies: { oldest_unacked_message_age: seriesOf({ events: 7300 }) } },
    detail: /dev-events: the oldest message waits for 2 h/,
    remedy: /docs\/operate\.md/,
  },
  {
    fault: "dead letters",
    id: "dead-letters",
    status: "warning",
    given: { replies: { num_undelivered_messages: seriesOf({ "dead-letters": 3 }) } },
    detail: /3 wait/,
    remedy: /replay --dry-run/,
  },
  {
    fault: "a file that was quarantined",
    id: "receipts",
    status: "warning",
    given: {
      replies: {
        "/b/receipts/o": {
          items: [
            { name: "landing/a/1.json", generation: "1", timeCreated: "2026-11-26T10:00:00Z" },
          ],
        },
        "landing/a/1.json?alt=media": {
          ...{
            version: 1,
            bucket: "landing",
            object: "a",
            state: "quarantined",
            records: { read: 1000, unusable: 990 },
          },
          firstError: { reason: "malformed", field: "", error: "not valid JSON" },
        },
      },
    },
    detail: /gs:\/\/landing\/a: quarantined, 990 of 1000 refused \(malformed: not valid JSON\)/,
    remedy: /status gs/,
  },
  {
    fault: "a receipt of a later version",
    id: "receipts",
    status: "warning",
    given: {
      replies: {
        "/b/receipts/o": {
          items: [
            { name: "landing/a/1.json", generation: "1", timeCreated: "2026-11-26T10:00:00Z" },
          ],
        },
        "landing/a/1.json?alt=media": { version: 2, state: "complete" },
      },
    },
    detail: /gs:\/\/landing\/a has a receipt of a newer version/,
    remedy: /status gs/,
  },
];
