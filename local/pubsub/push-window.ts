/** How many push requests may be under way at once. */
export interface PushWindow {
  size(): number;
  succeeded(): void;
  failed(): void;
}

/** "A small single-digit window size": https://cloud.google.com/pubsub/docs/push#delivery_rate. */
const INITIAL_WINDOW = 4;

/**
 * The service's slow start (https://cloud.google.com/pubsub/docs/push#delivery_rate): the window
 * starts small, grows by one for each success (so it doubles with each round), halves with each
 * failure, and is at least 1.
 */
export function createPushWindow(max: number): PushWindow {
  let size = Math.min(INITIAL_WINDOW, max);
  return {
    size: () => size,
    succeeded: () => {
      size = Math.min(size + 1, max);
    },
    failed: () => {
      size = Math.max(Math.floor(size / 2), 1);
    },
  };
}
