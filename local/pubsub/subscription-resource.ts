import type { RetryPolicy } from "./backoff.ts";
import type { JsonFields } from "./json-fields.ts";
import { ServiceError } from "./service-error.ts";
import type { DeadLetterPolicy, SubscriptionSettings } from "./subscription-settings.ts";

/**
 * Reads a subscription as the REST interface describes it
 * (https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions), with the
 * service's ranges. What is not imitated here is refused, never silently ignored.
 *
 * @throws ServiceError INVALID_ARGUMENT, UNIMPLEMENTED
 */
export function parseSubscription(name: string, fields: JsonFields): SubscriptionSettings {
  if (fields.flag("enableMessageOrdering"))
    throw new ServiceError("UNIMPLEMENTED", "The local Pub/Sub has no message ordering.");
  const pushEndpoint = fields.object("pushConfig")?.text("pushEndpoint") ?? "";
  const retry = fields.object("retryPolicy");
  const deadLetter = fields.object("deadLetterPolicy");
  const filter = fields.text("filter");
  const retention = fields.text("messageRetentionDuration");
  return {
    name,
    topic: fields.text("topic"),
    ackDeadlineSeconds: ranged("ackDeadlineSeconds", fields.number("ackDeadlineSeconds"), 10, 600),
    ...(pushEndpoint !== "" && { pushEndpoint }),
    ...(retry && { retryPolicy: parseRetryPolicy(retry) }),
    ...(deadLetter && { deadLetterPolicy: parseDeadLetterPolicy(deadLetter) }),
    ...(filter !== "" && { filter }),
    ...(retention !== "" && { retentionSeconds: retentionSeconds(retention) }),
  };
}

/** The same the other way round. */
export function subscriptionResource(settings: SubscriptionSettings): object {
  const { name, topic, pushEndpoint = "", retryPolicy, deadLetterPolicy } = settings;
  const { filter = "", retentionSeconds } = settings;
  return {
    name,
    topic,
    pushConfig: pushEndpoint === "" ? {} : { pushEndpoint },
    ackDeadlineSeconds: settings.ackDeadlineSeconds ?? 10,
    ...(retryPolicy && {
      retryPolicy: {
        minimumBackoff: `${retryPolicy.minimumBackoffMs / 1000}s`,
        maximumBackoff: `${retryPolicy.maximumBackoffMs / 1000}s`,
      },
    }),
    ...(deadLetterPolicy && { deadLetterPolicy }),
    ...(filter !== "" && { filter }),
    ...(retentionSeconds !== undefined && { messageRetentionDuration: `${retentionSeconds}s` }),
    state: "ACTIVE",
  };
}

function parseRetryPolicy(fields: JsonFields): RetryPolicy {
  return {
    minimumBackoffMs: milliseconds("minimumBackoff", fields.text("minimumBackoff"), 10),
    maximumBackoffMs: milliseconds("maximumBackoff", fields.text("maximumBackoff"), 600),
  };
}

function parseDeadLetterPolicy(fields: JsonFields): DeadLetterPolicy {
  const attempts = fields.number("maxDeliveryAttempts");
  return {
    deadLetterTopic: fields.text("deadLetterTopic"),
    maxDeliveryAttempts: ranged("maxDeliveryAttempts", attempts, 5, 100),
  };
}

/** A missing or zero value means the service's default, which is the least allowed. */
function ranged(field: string, value: number | undefined, min: number, max: number): number {
  if (value === undefined || value === 0) return min;
  if (value >= min && value <= max) return value;
  throw new ServiceError(
    "INVALID_ARGUMENT",
    `Invalid ${field}: ${value}. It must be between ${min} and ${max}.`,
  );
}

/** From 10 minutes to 31 days: https://cloud.google.com/pubsub/docs/subscription-properties. */
function retentionSeconds(text: string): number {
  const seconds = /^\d+s$/.test(text) ? Number(text.slice(0, -1)) : NaN;
  if (seconds >= 600 && seconds <= 2_678_400) return seconds;
  throw new ServiceError(
    "INVALID_ARGUMENT",
    `Invalid messageRetentionDuration: ${text}. It must be 600s to 2678400s.`,
  );
}

/** A duration such as `10s` or `0.5s`, from 0 to 600 s. */
function milliseconds(field: string, text: string, defaultSeconds: number): number {
  if (text === "") return defaultSeconds * 1000;
  const seconds = /^\d+(\.\d+)?s$/.test(text) ? Number(text.slice(0, -1)) : NaN;
  if (seconds >= 0 && seconds <= 600) return seconds * 1000;
  throw new ServiceError("INVALID_ARGUMENT", `Invalid ${field}: ${text}. It must be 0s to 600s.`);
}
