import { configured, type Planted } from "./faults-before.ts";
import { DEAD_LETTERS, OUTPUTS, pushing } from "./healthy.ts";
import { refusal, type Fault } from "./stand-in.ts";

type Changes = Readonly<Record<string, unknown>>;

const subscription = (name: "objects" | "events", changes: Changes): Fault => {
  const of = (other: "objects" | "events") => ({
    ...pushing(other),
    ...(other === name ? changes : {}),
  });
  return {
    replies: {
      "subscriptions?": { subscriptions: [of("objects"), of("events")] },
      [`subscriptions/mixpanel-import-dev-${name}`]: of(name),
    },
  };
};

const push = (changes: Changes): Fault => {
  const { pushConfig } = pushing("objects");
  return subscription("objects", { pushConfig: { ...Object(pushConfig), ...changes } });
};

const deadLetters = (changes: Changes): Fault => ({
  replies: { "subscriptions/mixpanel-import-dev-dead-letters": { ...DEAD_LETTERS, ...changes } },
});

const { deadLetterTopic } = OUTPUTS;
const invoker = "invoker@my-project.iam.gserviceaccount.com";
const refresh = /pulumi up --refresh/;

/** What one field of a subscription was changed to, and what finds it. */
const CHANGED: readonly (readonly [
  fault: string,
  id: string,
  given: Fault,
  detail: RegExp,
  status?: "failed" | "warning",
])[] = [
  [
    "the topic of a subscription was deleted",
    "subscriptions",
    subscription("objects", { topic: "_deleted-topic_" }),
    /dev-objects: not of .* deleted or replaced/,
  ],
  [
    "dead letters of a topic that was deleted",
    "subscriptions",
    deadLetters({ topic: "_deleted-topic_" }),
    /dev-dead-letters: not of .* deleted or replaced/,
  ],
  [
    "dead letters of another topic",
    "subscriptions",
    deadLetters({ topic: "projects/my-project/topics/other" }),
    /dev-dead-letters: not of the stack's topic/,
  ],
  [
    "a subscription that is detached",
    "subscriptions",
    subscription("events", { detached: true }),
    /dev-events is detached/,
  ],
  [
    "dead letters that are detached",
    "subscriptions",
    deadLetters({ detached: true }),
    /dev-dead-letters is detached/,
  ],
  [
    "a subscription in trouble",
    "subscriptions",
    subscription("objects", { state: "RESOURCE_ERROR" }),
    /dev-objects is RESOURCE_ERROR/,
  ],
  [
    "no push",
    "push",
    subscription("objects", { pushConfig: {} }),
    /dev-objects: nothing is pushed/,
  ],
  [
    "push without wrapper",
    "push",
    push({ noWrapper: { writeMetadata: true } }),
    /dev-objects pushes without the wrapper/,
  ],
  [
    "a filter that drops notifications",
    "push",
    subscription("objects", { filter: 'attributes.x = "y"' }),
    /dev-objects: its filter is attributes\.x = "y", not none; .* dropped/,
  ],
  [
    "a filter that is not configured",
    "push",
    subscription("events", { filter: 'attributes.x = "y"' }),
    /dev-events: its filter is attributes\.x = "y", not none/,
  ],
  [
    "a filter that is missing",
    "push",
    { programs: configured({ messageFilter: 'hasPrefix(attributes.kind, "a")' }) },
    /dev-events: its filter is none, not hasPrefix/,
  ],
  [
    "a transform of Pub/Sub's",
    "push",
    subscription("events", { messageTransforms: [{ javascriptUdf: { functionName: "f" } }] }),
    /dev-events changes or drops messages/,
  ],
  [
    "no retry policy",
    "push",
    subscription("objects", { retryPolicy: undefined }),
    /dev-objects has no retry policy/,
    "warning",
  ],
  [
    "short pauses",
    "push",
    subscription("objects", { retryPolicy: { minimumBackoff: "1s", maximumBackoff: "20s" } }),
    /pauses of 20 s at the most/,
    "warning",
  ],
  [
    "delivery in order",
    "push",
    subscription("events", { enableMessageOrdering: true }),
    /dev-events delivers in order/,
    "warning",
  ],
  [
    "the other function's address",
    "delivery",
    push({ pushEndpoint: "https://messages.run.app" }),
    /dev-objects pushes to mixpanel-import-dev-import-messages, not to mixpanel-import-dev-import-object/,
  ],
  [
    "a stranger's address",
    "delivery",
    push({ pushEndpoint: "https://evil.example/" }),
    /dev-objects pushes to https:\/\/evil\.example, not to .*import-object/,
  ],
  ["no token", "delivery", push({ oidcToken: undefined }), /dev-objects calls without a token/],
  [
    "a token for somebody else",
    "delivery",
    push({ oidcToken: { serviceAccountEmail: invoker, audience: "https://wrong.example" } }),
    /audience is https:\/\/wrong\.example, not https:\/\/object\.run\.app/,
  ],
  [
    "another account",
    "delivery",
    push({ oidcToken: { serviceAccountEmail: "eve@my-project.iam.gserviceaccount.com" } }),
    /dev-objects calls as eve@.*dev-events calls as invoker@/,
  ],
  [
    "a deadline before the run's end",
    "delivery",
    subscription("objects", { ackDeadlineSeconds: 10 }),
    /dev-objects delivers again after 10 s .* 300 s/,
  ],
  [
    "no dead-letter policy",
    "dead-letter-policy",
    subscription("objects", { deadLetterPolicy: undefined }),
    /dev-objects: what fails is not moved/,
  ],
  [
    "few attempts",
    "dead-letter-policy",
    subscription("events", { deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts: 5 } }),
    /dev-events gives up after 5 attempts, not 100/,
  ],
  [
    "dead letters with a filter",
    "dead-letter-subscription",
    deadLetters({ filter: 'attributes.reason = "x"' }),
    /dev-dead-letters has the filter/,
  ],
  [
    "dead letters that are pushed",
    "dead-letter-subscription",
    deadLetters({ pushConfig: { pushEndpoint: "https://x.example/" } }),
    /dev-dead-letters pushes to https:\/\/x\.example/,
  ],
  [
    "dead letters to BigQuery",
    "dead-letter-subscription",
    deadLetters({ bigqueryConfig: { table: "a.b.c" } }),
    /writes to the BigQuery table a\.b\.c/,
  ],
  [
    "dead letters to a bucket",
    "dead-letter-subscription",
    deadLetters({ cloudStorageConfig: { bucket: "elsewhere" } }),
    /writes to the bucket elsewhere/,
  ],
  [
    "dead letters that are given up",
    "dead-letter-subscription",
    deadLetters({ deadLetterPolicy: { deadLetterTopic: "projects/p/topics/x" } }),
    /gives up into projects\/p\/topics\/x/,
  ],
  [
    "a subscription that deletes itself",
    "retention",
    subscription("objects", { expirationPolicy: { ttl: "86400s" } }),
    /dev-objects deletes itself after 1 days/,
  ],
  [
    "a subscription that deletes itself by default",
    "retention",
    subscription("objects", { expirationPolicy: undefined }),
    /dev-objects deletes itself after 31 days/,
  ],
  [
    "short retention",
    "retention",
    subscription("objects", { messageRetentionDuration: "86400s" }),
    /1 days, not 7/,
  ],
];

/** Of the three subscriptions. */
export const FAULTS_OF_SUBSCRIPTIONS: readonly Planted[] = [
  {
    fault: "a subscription that is gone",
    id: "subscriptions",
    given: { replies: { "subscriptions/mixpanel-import-dev-dead-letters": refusal(404) } },
    detail: /missing: .*dead-letters/,
    remedy: refresh,
  },
  {
    fault: "a stack that is paused",
    id: "push",
    status: "warning",
    given: {
      ...subscription("objects", { pushConfig: {} }),
      programs: configured({ paused: "true" }),
    },
    detail: /paused/,
    remedy: /paused false/,
  },
  ...CHANGED.map(([fault, id, given, detail, status = "failed"]) => ({
    ...{ fault, id, given, detail, status },
    remedy: refresh,
  })),
];
