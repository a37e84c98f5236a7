import type { CheckContext } from "./check.ts";

/** What the arrival of a canary may take. */
export const ARRIVAL_MS = 60_000;
const LOOK_EVERY_MS = 1000;

/** What `look` finds, every second for a minute; undefined: nothing until then. */
export async function waitForArrival<T>(
  { time, signal }: Pick<CheckContext, "time" | "signal">,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const until = time.now() + ARRIVAL_MS;
  while (time.now() < until) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await time.sleep(LOOK_EVERY_MS, signal);
  }
  return undefined;
}
