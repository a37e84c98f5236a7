import { setTimeout as delay } from "node:timers/promises";

import type { Deployment } from "../../../local/deployment/deployment.ts";
import { base64, eventOf } from "./traffic.ts";

/** Messages and files that come all the time, while something else happens. */
export interface SteadyTraffic {
  /** Ids of the events that were sent so far, `message-N` or `file-N`. */
  readonly sent: ReadonlySet<string>;
  /** From now on messages go to another topic. */
  publishTo(topic: string): void;
  /** Resolves when so many more were sent. */
  more(count: number): Promise<void>;
  /** Resolves when nothing more comes. */
  stop(): Promise<void>;
}

const EVERY_MS = 10;
/** Every so many messages a file with as many events as the number says. */
const FILE_EVERY = 10;
export const EVENTS_PER_FILE = 3;
let events = 0;

/** A file or a message that is refused was not sent: whoever sends it knows. */
export function startTraffic(
  { bucket, pubsub }: Pick<Deployment, "bucket" | "pubsub">,
  to: { readonly landingBucket: string; readonly eventsTopic: string },
): SteadyTraffic {
  const sent = new Set<string>();
  let topic = to.eventsTopic;
  let isStopped = false;
  const nextIds = (kind: "message" | "file", count: number): string[] =>
    Array.from({ length: count }, () => {
      events += 1;
      return `${kind}-${events}`;
    });
  const send = async (ids: readonly string[], by: () => unknown): Promise<void> => {
    try {
      await by();
      for (const id of ids) sent.add(id);
    } catch {
      // Neither topic nor bucket is there while a stack is destroyed.
    }
  };
  const run = async (): Promise<void> => {
    for (let round = 0; !isStopped; round += 1) {
      const [id = ""] = nextIds("message", 1);
      await send([id], () => pubsub.publish(topic, [{ data: base64(eventOf(id)) }]));
      if (round % FILE_EVERY === 0) {
        const ids = nextIds("file", EVENTS_PER_FILE);
        const lines = Buffer.from(ids.map((one) => eventOf(one)).join("\n"));
        await send(ids, () => bucket.put(to.landingBucket, `${id}.ndjson`, lines));
      }
      await delay(EVERY_MS);
    }
  };
  const running = run();
  return {
    sent,
    publishTo: (other) => {
      topic = other;
    },
    more: async (count) => {
      for (const until = sent.size + count; sent.size < until;) await delay(EVERY_MS);
    },
    stop: async () => {
      isStopped = true;
      await running;
    },
  };
}
