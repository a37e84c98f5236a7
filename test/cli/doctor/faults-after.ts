import { configured, type Planted } from "./faults-before.ts";
import { deployed, policy, pushing, seriesOf } from "./healthy.ts";
import { refusal, type Fault } from "./stand-in.ts";

const listed = (changed: object): NonNullable<Fault["replies"]> => ({
  "subscriptions?": { subscriptions: [changed, pushing("events")] },
  "subscriptions/mixpanel-import-dev-objects": changed,
});

/** Of a stack that is deployed. */
export const FAULTS_AFTER: readonly Planted[] = [
  {
    fault: "a subscription that is gone",
    id: "subscriptions",
    given: { replies: { "subscriptions/mixpanel-import-dev-dead-letters": refusal(404) } },
    detail: /missing: .*dead-letters/,
    remedy: /pulumi up --refresh/,
  },
  {
    fault: "a topic that was deleted",
    id: "subscriptions",
    given: { replies: listed({ ...pushing("objects"), topic: "_deleted-topic_" }) },
    detail: /deleted or replaced/,
    remedy: /pulumi up --refresh/,
  },
  {
    fault: "a subscription without push",
    id: "push",
    given: { replies: listed({ ...pushing("objects"), pushConfig: {} }) },
    detail: /dev-objects: nothing is pushed/,
    remedy: /pulumi up --refresh/,
  },
  {
    fault: "a stack that is paused",
    id: "push",
    status: "warning",
    given: {
      programs: configured({ paused: "true" }),
      replies: listed({ ...pushing("objects"), pushConfig: {} }),
    },
    detail: /paused/,
    remedy: /paused false/,
  },
  {
    fault: "no dead-letter policy",
    id: "dead-letter-policy",
    given: { replies: listed({ ...pushing("objects"), deadLetterPolicy: undefined }) },
    detail: /dev-objects/,
    remedy: /pulumi up --refresh/,
  },
  {
    fault: "a subscription that deletes itself",
    id: "retention",
    given: { replies: listed({ ...pushing("objects"), expirationPolicy: { ttl: "2678400s" } }) },
    detail: /deletes itself after 31 days/,
    remedy: /pulumi up --refresh/,
  },
  {
    fault: "short retention",
    id: "retention",
    given: { replies: listed({ ...pushing("objects"), messageRetentionDuration: "86400s" }) },
    detail: /1 days, not 7/,
    remedy: /pulumi up --refresh/,
  },
  {
    fault: "a function that could not be made",
    id: "functions",
    given: {
      replies: {
        "/locations/-/functions": {
          functions: [
            { ...deployed("object"), state: "FAILED", stateMessages: [{ message: "no quota" }] },
            deployed("messages"),
          ],
        },
      },
    },
    detail: /import-object is FAILED \(no quota\)/,
    remedy: /pulumi up/,
  },
  {
    fault: "a revision that does not start",
    id: "revisions",
    given: {
      replies: {
        "/services/mixpanel-import-dev-import-object": {
          terminalCondition: { state: "CONDITION_FAILED", message: "exit 1" },
        },
      },
    },
    detail: /not ready: exit 1/,
    remedy: /severity ERROR/,
  },
  {
    fault: "a secret that is destroyed",
    id: "secret",
    given: { replies: { "/secrets/token/versions/3": { state: "DESTROYED" } } },
    detail: /DESTROYED/,
    remedy: /pulumi up --refresh/,
  },
  {
    fault: "a grant that is missing",
    id: "grants",
    given: {
      replies: { "dev-objects:getIamPolicy": policy("roles/pubsub.subscriber", "somebody") },
    },
    detail: /gcp-sa-pubsub.* lacks roles\/pubsub\.(subscriber|publisher)/,
    remedy: /pulumi up --refresh/,
  },
  {
    fault: "a bucket that may not announce",
    id: "grants",
    given: {
      replies: {
        "topics/mixpanel-import-dev-objects:getIam": policy("roles/pubsub.publisher", "object"),
      },
    },
    detail:
      /gs-project-accounts.* lacks roles\/pubsub\.publisher on topic mixpanel-import-dev-objects/,
    remedy: /pulumi up --refresh/,
  },
  {
    fault: "Pub/Sub that may not call as the invoker",
    id: "grants",
    given: { replies: { ":getIamPolicy": {}, "serviceAccounts/invoker": {} } },
    detail: /gcp-sa-pubsub.* lacks roles\/iam\.serviceAccountTokenCreator on account invoker/,
    remedy: /pulumi up --refresh/,
  },
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
