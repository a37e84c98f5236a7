import { setTimeout as delay } from "node:timers/promises";

import { openPushConnection } from "./push-connection.ts";
import { pushBody, type PushLoad, type PushResult } from "./push-load.ts";

/** As Pub/Sub, what is not acknowledged is delivered again, later each time. */
const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 4000;

/**
 * The client of the load test, a process of its own: takes a load as JSON in its first argument,
 * pushes it, and prints the result as one line of JSON.
 */
async function main(load: PushLoad): Promise<PushResult> {
  const bodies = Array.from({ length: load.count }, (_, index) => pushBody(index, load));
  const statuses: Record<string, number> = {};
  const latencies: number[] = [];
  let next = 0;

  const deliver = async (post: (body: string) => Promise<number>, body: string): Promise<void> => {
    for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(2 * backoffMs, MAX_BACKOFF_MS)) {
      const startedAt = performance.now();
      const status = await post(body);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === 204) {
        latencies.push(performance.now() - startedAt);
        return;
      }
      await delay(backoffMs);
    }
  };
  const connections = await Promise.all(
    Array.from({ length: load.concurrency }, () => openPushConnection(load.url)),
  );
  const startedAt = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (next < bodies.length)
        await deliver((body) => connection.post(body), bodies[next++] ?? "");
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  for (const connection of connections) connection.close();
  latencies.sort((a, b) => a - b);
  const percentile = (share: number): number =>
    Math.round(latencies[Math.floor(share * (latencies.length - 1))] ?? 0);
  return { statuses, seconds, p50: percentile(0.5), p99: percentile(0.99) };
}

const result = await main(JSON.parse(process.argv[2] ?? "") as PushLoad);
process.stdout.write(`${JSON.stringify(result)}\n`);
