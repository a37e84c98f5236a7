import type { Planted } from "./faults-before.ts";
import { policy, seriesOf } from "./healthy.ts";

/** Of a stack that is deployed. */
export const FAULTS_AFTER: readonly Planted[] = [
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
