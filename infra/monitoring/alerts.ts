import type * as gcp from "@pulumi/gcp";

import { CREDENTIALS_MESSAGES, logFilter, logSeries, UNCONFIRMED_MESSAGES } from "./log-metrics.ts";
import type { MonitoredNames } from "../names.ts";

/** A condition; its name may be left out. */
export type AlertCondition = Partial<gcp.types.input.monitoring.AlertPolicyCondition>;

/** An alert policy, without what all have in common. */
export interface Alert {
  readonly title: string;
  readonly severity: "CRITICAL" | "ERROR" | "WARNING";
  /** All of them have to hold. Named by the title, unless they have names of their own. */
  readonly conditions: readonly AlertCondition[];
  /** Markdown; what it means and what to do. */
  readonly advice: string;
  /** Alerts on log lines have to say how often they may be sent. */
  readonly notificationPeriod?: string;
}

/** A message older than this is not merely waiting for its turn. */
const OLDEST_SECONDS = 3600;
/** Share of the last hour's events that Mixpanel refused. */
const REJECT_SHARE = 0.05;

/** The alerts by logical name. */
export function alerts(names: MonitoredNames): Record<string, Alert> {
  return {
    "dead-letters": deadLettersWaiting(names),
    forwarded: givenUpByPubSub(names),
    "oldest-message": oldestMessage(names),
    credentials: credentialsRefused(names),
    "function-errors": functionErrors(names),
    "reject-share": rejectShare(names),
    "unconfirmed-profiles": unconfirmedProfiles(names),
  };
}

function deadLettersWaiting({ subscriptions }: MonitoredNames): Alert {
  return {
    title: "dead letters are waiting",
    severity: "WARNING",
    conditions: [
      {
        conditionThreshold: {
          filter: subscriptionFilter("num_undelivered_messages", [subscriptions.deadLetters]),
          aggregations: [{ alignmentPeriod: "300s", perSeriesAligner: "ALIGN_MAX" }],
          comparison: "COMPARISON_GT",
          thresholdValue: 0,
          duration: "300s",
        },
      },
    ],
    advice: [
      "Records could not be imported. They are kept, with the reason, in the subscription " +
        `\`${subscriptions.deadLetters}\`, until its retention ends.`,
      "In the clone: `npx --no mixpanel-gcp replay --dry-run` groups them by reason, field and source, and changes nothing.",
      "Correct the source or the transform, deploy, and send them again: `npx --no mixpanel-gcp replay`. Ids are made from " +
        "the records, so nothing is shown twice.",
    ].join("\n\n"),
  };
}

function givenUpByPubSub({ subscriptions }: MonitoredNames): Alert {
  const { objects, events } = subscriptions;
  return {
    title: "Pub/Sub gave messages up",
    severity: "ERROR",
    conditions: [
      {
        conditionThreshold: {
          filter: subscriptionFilter("dead_letter_message_count", [objects, events]),
          aggregations: [{ alignmentPeriod: "300s", perSeriesAligner: "ALIGN_DELTA" }],
          comparison: "COMPARISON_GT",
          thresholdValue: 0,
          duration: "0s",
        },
      },
    ],
    advice: [
      "A function has failed for the same message 100 times, about 16 hours long, and Pub/Sub moved it to the dead letters. " +
        "These have no `reason`, but attributes that begin with `CloudPubSubDeadLetterSource`.",
      "Find out why in the functions' log at severity ERROR, deploy what corrects it, and send the messages again: " +
        "`npx --no mixpanel-gcp replay --reason undelivered`.",
    ].join("\n\n"),
  };
}

function oldestMessage({ subscriptions }: MonitoredNames): Alert {
  const { objects, events } = subscriptions;
  return {
    title: "messages wait too long",
    severity: "ERROR",
    conditions: [
      {
        conditionThreshold: {
          filter: subscriptionFilter("oldest_unacked_message_age", [objects, events]),
          aggregations: [{ alignmentPeriod: "300s", perSeriesAligner: "ALIGN_MAX" }],
          comparison: "COMPARISON_GT",
          thresholdValue: OLDEST_SECONDS,
          duration: "300s",
        },
      },
    ],
    advice: [
      "A message has waited for more than an hour. Nothing is lost until its retention ends, or after 100 attempts.",
      "Is the stack paused (`pulumi config get paused`)? Are the credentials refused (the other alert)? Is Mixpanel down " +
        "(https://www.mixpanelstatus.com)? Otherwise read the functions' log for `Import failed`.",
      "If it is only more work than there are instances: raise `maxInstances`, as far as Mixpanel's rate limit allows.",
    ].join("\n\n"),
  };
}

function credentialsRefused({ functions }: MonitoredNames): Alert {
  return {
    title: "credentials are refused",
    severity: "CRITICAL",
    conditions: [
      {
        conditionMatchedLog: {
          filter: logFilter(Object.values(functions), CREDENTIALS_MESSAGES),
        },
      },
    ],
    advice: [
      "Nothing is imported, and nothing is lost: messages wait. The log line says who refused.",
      "Mixpanel: check the project token and the region (Mixpanel, project settings), then " +
        "`pulumi config set --secret mixpanelToken` and `pulumi up`.",
      "Google: somebody took away a role of the functions' accounts; `pulumi up --refresh` gives it back.",
    ].join("\n\n"),
    notificationPeriod: "3600s",
  };
}

function unconfirmedProfiles({ functions }: MonitoredNames): Alert {
  return {
    title: "profiles are unconfirmed",
    severity: "WARNING",
    conditions: [
      {
        conditionMatchedLog: {
          filter: logFilter(Object.values(functions), UNCONFIRMED_MESSAGES),
        },
      },
    ],
    advice: [
      "Mixpanel accepted updates of profiles without saying how many it stored. They count as `unconfirmed` in receipts and " +
        "logs, not as imported; they are not sent again.",
      "Compare some profiles in Mixpanel with the source. If they are there, Mixpanel no longer counts (`num_good_events`), and " +
        "so says nothing of a loss either; if not, import the files again.",
    ].join("\n\n"),
    notificationPeriod: "3600s",
  };
}

function functionErrors({ functions }: MonitoredNames): Alert {
  const services = Object.values(functions).map((name) => JSON.stringify(name));
  return {
    title: "a function fails",
    severity: "ERROR",
    conditions: [
      {
        conditionThreshold: {
          filter: [
            'metric.type="run.googleapis.com/request_count"',
            'resource.type="cloud_run_revision"',
            `resource.labels.service_name=one_of(${services.join(",")})`,
            // 503 is how a function asks for a later delivery; 500 is a bug or a crash, 504 a run
            // over its timeout.
            'metric.labels.response_code=one_of("500","504")',
          ].join(" AND "),
          aggregations: [
            {
              alignmentPeriod: "300s",
              perSeriesAligner: "ALIGN_DELTA",
              crossSeriesReducer: "REDUCE_SUM",
              groupByFields: ["resource.labels.service_name"],
            },
          ],
          comparison: "COMPARISON_GT",
          thresholdValue: 0,
          duration: "0s",
        },
      },
    ],
    advice: [
      "A function crashed, ran out of memory or time, or has a bug. Pub/Sub delivers its messages again.",
      "Read its log at severity ERROR. Out of memory: lower `messageConcurrency` or raise `memory`.",
      "If it began with a deployment, deploy the version before it.",
    ].join("\n\n"),
  };
}

function rejectShare({ metricName }: MonitoredNames): Alert {
  const lastHour = (metric: "events-rejected" | "events-imported") =>
    `sum(increase(${logSeries(metricName(metric), "sum")}[1h]))`;
  const rejected = lastHour("events-rejected");
  return {
    title: "Mixpanel rejects many events",
    severity: "WARNING",
    conditions: [
      {
        conditionPrometheusQueryLanguage: {
          query: `${rejected} / (${rejected} + ${lastHour("events-imported")}) > ${REJECT_SHARE}`,
          duration: "300s",
          evaluationInterval: "60s",
          // The metrics are known to Cloud Monitoring only after the first log line.
          disableMetricValidation: true,
        },
      },
    ],
    advice: [
      `Mixpanel refused more than ${REJECT_SHARE * 100} % of the events of the last hour.`,
      "The reasons are in the dead letters (attributes `reason`, `field`, `error`) and in the `firstError` of the receipts. " +
        "Try the transform on a file with `npx --no mixpanel-gcp check FILE`.",
    ].join("\n\n"),
  };
}

/** A filter on a metric of subscriptions, by their short names. */
export function subscriptionFilter(metric: string, subscriptions: readonly string[]): string {
  const ids = subscriptions.map((id) => JSON.stringify(id)).join(",");
  return [
    `metric.type="pubsub.googleapis.com/subscription/${metric}"`,
    'resource.type="pubsub_subscription"',
    `resource.labels.subscription_id=${subscriptions.length === 1 ? ids : `one_of(${ids})`}`,
  ].join(" AND ");
}
