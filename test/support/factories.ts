/**
 * An event Mixpanel accepts; `properties` are merged with the default ones, undefined removes one.
 */
export function event(
  overrides: {
    readonly event?: unknown;
    readonly properties?: Readonly<Record<string, unknown>>;
  } = {},
): { event: unknown; properties: Record<string, unknown> } {
  return {
    event: "event" in overrides ? overrides.event : "Page viewed",
    properties: {
      time: 1_760_000_000,
      distinct_id: "user-1",
      $insert_id: "insert-id-1",
      plan: "pro",
      ...overrides.properties,
    },
  };
}

/** `count` different events. */
export function events(count: number): ReturnType<typeof event>[] {
  return Array.from({ length: count }, (_, index) =>
    event({
      properties: {
        time: 1_760_000_000 + index,
        distinct_id: `user-${index % 100}`,
        $insert_id: `insert-id-${index}`,
      },
    }),
  );
}

/** One JSON value a line, each line ended. */
export function ndjson(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

/** A push request's body as Pub/Sub sends it. */
export function pushEnvelope(
  message: {
    readonly data?: string | Uint8Array;
    readonly attributes?: Readonly<Record<string, string>>;
    readonly messageId?: string;
  },
  deliveryAttempt?: number,
): object {
  const { data, attributes, messageId = "1000000000000001" } = message;
  const publishTime = "2026-01-01T00:00:00.000Z";
  return {
    message: {
      ...(attributes !== undefined && { attributes }),
      ...(data !== undefined && { data: Buffer.from(data).toString("base64") }),
      messageId,
      message_id: messageId,
      publishTime,
      publish_time: publishTime,
    },
    subscription: "projects/local/subscriptions/events",
    ...(deliveryAttempt !== undefined && { deliveryAttempt }),
  };
}
