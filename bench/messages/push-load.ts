/** What is pushed at a function. Message `i` of `count` is the same in every run. */
export interface PushLoad {
  readonly url: string;
  readonly count: number;
  /** Requests at once, each over its own connection that is kept alive. */
  readonly concurrency: number;
  readonly eventsPerMessage: number;
  /** Every so-manieth message is one that can never be imported; 0 = none. */
  readonly poisonEvery: number;
  /** The first message holds so many of the smallest records there are; 0: it is as the others. */
  readonly hostileRecords: number;
}

/** What came back. */
export interface PushResult {
  /** Responses by status, those to repeated deliveries included. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Of the deliveries that were acknowledged, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** What an event is padded to: what an event of a web site has. */
const EVENT_BYTES = 650;

/** Whether message `index` is poison. */
export function isPoison(index: number, { poisonEvery }: Pick<PushLoad, "poisonEvery">): boolean {
  return poisonEvery > 0 && index % poisonEvery === poisonEvery - 1;
}

/** The data of message `index`: lines of JSON. */
export function messageData(index: number, load: Omit<PushLoad, "url">): string {
  const count = load.eventsPerMessage;
  if (index === 0 && load.hostileRecords > 0) return `[${"{},".repeat(load.hostileRecords - 1)}{}]`;
  if (isPoison(index, load)) return poison(index);
  return Array.from({ length: count }, (_, at) => eventText(index * count + at)).join("\n");
}

/** By turns refused here, without a request, and by Mixpanel. */
function poison(index: number): string {
  const properties = index % 2 === 0 ? {} : { time: 1 };
  return JSON.stringify({
    event: "Poison",
    properties: { ...properties, $insert_id: `poison-${index}` },
  });
}

function eventText(index: number): string {
  const event = {
    event: "Page viewed",
    properties: {
      time: 1_760_000_000 + index,
      distinct_id: `user-${index % 10_000}`,
      $insert_id: `bench-${index}`,
      $browser: "Chrome",
      $browser_version: 141,
      $os: "Mac OS X",
      $current_url: `https://example.com/articles/${index}?utm_source=newsletter`,
      $screen_height: 1080,
      $screen_width: 1920,
      plan: index % 3 === 0 ? "pro" : "free",
      price: (index % 977) / 10,
      tags: ["one", "two", "drei", "vier"],
      padding: "",
    },
  };
  const text = JSON.stringify(event);
  event.properties.padding = "x".repeat(Math.max(0, EVENT_BYTES - text.length));
  return JSON.stringify(event);
}

/** The push request's body as Pub/Sub sends it. */
export function pushBody(index: number, load: Omit<PushLoad, "url">): string {
  const messageId = String(1_000_000 + index);
  return JSON.stringify({
    message: {
      data: Buffer.from(messageData(index, load)).toString("base64"),
      attributes: { origin: "bench" },
      messageId,
      message_id: messageId,
      publishTime: "2026-01-01T00:00:00.000Z",
      publish_time: "2026-01-01T00:00:00.000Z",
    },
    subscription: "projects/bench/subscriptions/events",
    deliveryAttempt: 1,
  });
}
