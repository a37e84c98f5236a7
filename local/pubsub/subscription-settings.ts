import type { RetryPolicy } from "./backoff.ts";
import { type Filter, parseFilter } from "./filter.ts";

/**
 * What a subscription is created with. Names are full: `projects/P/subscriptions/S`,
 * `projects/P/topics/T`.
 */
export interface SubscriptionSettings {
  readonly name: string;
  readonly topic: string;
  /** URL that messages are posted to; without it they wait to be pulled. */
  readonly pushEndpoint?: string;
  /** Who messages are posted as; without it requests are not authenticated. */
  readonly pushIdentity?: PushIdentity;
  /** Time a delivery may take before it counts as failed. @default 10, the service's */
  readonly ackDeadlineSeconds?: number;
  /** @default the service's: at once for pull, 0.1 to 60 s for push */
  readonly retryPolicy?: RetryPolicy;
  readonly deadLetterPolicy?: DeadLetterPolicy;
  /** Which messages are delivered; the others count as acknowledged. @default "", all */
  readonly filter?: string;
  /** How long a message is kept that nobody acknowledges. @default 604,800, the service's */
  readonly retentionSeconds?: number;
  /** Most push requests at once, where flow control would allow more. @default 1000 */
  readonly maxOutstanding?: number;
  /**
   * Delivers every message twice, which the service may do at any time: both `together`, or the
   * second one `afterwards`, when the first was acknowledged. @default "none"
   */
  readonly duplicates?: "none" | "together" | "afterwards";
  /** Somebody else pulls from it, over REST; only the emulator's owner has to know. */
  readonly isPulledElsewhere?: true;
}

/** https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions */
export interface PushIdentity {
  readonly serviceAccountEmail: string;
  /** What the tokens are for. */
  readonly audience: string;
}

export interface DeadLetterPolicy {
  readonly deadLetterTopic: string;
  /** Deliveries after which the message is forwarded. */
  readonly maxDeliveryAttempts: number;
}

const DEFAULT_ACK_DEADLINE_SECONDS = 10;
const DEFAULT_RETENTION_SECONDS = 604_800;
const DEFAULT_MAX_OUTSTANDING = 1000;

/** Settings with every default filled in. */
export interface ResolvedSettings {
  readonly name: string;
  readonly topic: string;
  readonly ackDeadlineMs: number;
  /**
   * undefined: the service's default, which depends on whether it is a push subscription at the
   * time.
   */
  readonly retryPolicy: RetryPolicy | undefined;
  readonly deadLetterPolicy: DeadLetterPolicy | undefined;
  readonly pushIdentity: PushIdentity | undefined;
  readonly filter: Filter;
  readonly retentionMs: number;
  readonly maxOutstanding: number;
  readonly duplicates: "none" | "together" | "afterwards";
}

/**
 * Fills in the service's defaults.
 *
 * @throws ServiceError INVALID_ARGUMENT for a filter that is not one
 */
export function resolveSettings(settings: SubscriptionSettings): ResolvedSettings {
  return {
    name: settings.name,
    topic: settings.topic,
    ackDeadlineMs: (settings.ackDeadlineSeconds ?? DEFAULT_ACK_DEADLINE_SECONDS) * 1000,
    retryPolicy: settings.retryPolicy,
    deadLetterPolicy: settings.deadLetterPolicy,
    pushIdentity: settings.pushIdentity,
    filter: parseFilter(settings.filter ?? ""),
    retentionMs: (settings.retentionSeconds ?? DEFAULT_RETENTION_SECONDS) * 1000,
    maxOutstanding: settings.maxOutstanding ?? DEFAULT_MAX_OUTSTANDING,
    duplicates: settings.duplicates ?? "none",
  };
}
