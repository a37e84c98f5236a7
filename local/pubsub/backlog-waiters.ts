/** Callers that wait until subscriptions have few enough messages left. */
export interface BacklogWaiters {
  /**
   * Resolves when the subscriptions together have at most `limit` messages that are not settled.
   */
  readonly wait: (limit: number, names: readonly string[]) => Promise<void>;
  /** Looks again; to be called after every change. */
  readonly check: () => void;
}

/** @param backlogOf messages that are not settled in all the subscriptions named */
export function createBacklogWaiters(
  backlogOf: (names: readonly string[]) => number,
): BacklogWaiters {
  const waiting = new Set<() => void>();
  return {
    wait: (limit, names) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (backlogOf(names) > limit) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    check: () => {
      for (const look of waiting) look();
    },
  };
}
