import { setTimeout as delay } from "node:timers/promises";

import type { Deployment } from "../../../local/deployment/deployment.ts";
import { base64, eventOf } from "./traffic.ts";

/** Messages and files that come all the time, while something else happens. */
export interface SteadyTraffic {
  /** Ids of the events that were sent so far. */
  readonly sent: ReadonlySet<string>;
  /** Resolves when so many more were sent. */
  more(count: number): Promise<void>;
  /** Resolves when nothing more comes. */
  stop(): Promise<void>;
}

const EVERY_MS = 10;
/** Every so many messages a file with as many events as the number says. */
const FILE_EVERY = 10;
const EVENTS_PER_FILE = 3;

export function startTraffic(
  { bucket, pubsub }: Deployment,
  to: { readonly landingBucket: string; readonly eventsTopic: string },
): SteadyTraffic {
  const sent = new Set<string>();
  let isStopped = false;
  const next = (): string => {
    const id = `steady-${sent.size}`;
    sent.add(id);
    return eventOf(id);
  };
  const run = async (): Promise<void> => {
    for (let round = 0; !isStopped; round += 1) {
      pubsub.publish(to.eventsTopic, [{ data: base64(next()) }]);
      if (round % FILE_EVERY === 0) {
        const lines = Array.from({ length: EVENTS_PER_FILE }, next).join("\n");
        await bucket.put(to.landingBucket, `steady-${round}.ndjson`, Buffer.from(lines));
      }
      await delay(EVERY_MS);
    }
  };
  const running = run();
  return {
    sent,
    more: async (count) => {
      for (const until = sent.size + count; sent.size < until;) await delay(EVERY_MS);
    },
    stop: async () => {
      isStopped = true;
      await running;
    },
  };
}
