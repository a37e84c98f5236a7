import { setTimeout as delay } from "node:timers/promises";

const LOOK_EVERY_MS = 5;

/**
 * Resolves as soon as something is true that nobody tells of; looks every 5 ms.
 *
 * @param what is waited for, for the message
 * @throws Error when it is not true within `withinMs`
 */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 30_000,
): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await isTrue())) {
    if (performance.now() > giveUpAt) throw new Error(`Waited ${withinMs} ms in vain: ${what}`);
    await delay(LOOK_EVERY_MS);
  }
}
