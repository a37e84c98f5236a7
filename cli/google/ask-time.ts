import type { Connection } from "../stack/connect.ts";
import { RefusedError } from "./rest.ts";

/**
 * The time by Pub/Sub's clock, which it is asked for.
 *
 * @throws UnavailableError
 */
export async function askTime({ stack, google, rest }: Connection): Promise<number> {
  const url = `${google.pubsubUrl}/v1/${stack.deadLetterSubscription}`;
  try {
    await rest.get("looking up the subscription of the dead letters", url);
  } catch (error) {
    // That has a date, too.
    if (!(error instanceof RefusedError)) throw error;
  }
  return rest.now();
}
