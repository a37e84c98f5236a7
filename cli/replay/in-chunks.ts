/** Requests: more would take those of the letters' own from them. */
export const AT_ONCE = 8;
/** Ids of a request, as many as it may have. */
export const CHUNK = 1000;

/**
 * Sends ids in requests of 1,000, eight at once.
 *
 * @throws what `send` throws first; then no more are sent
 */
export async function inChunks(
  ids: readonly string[],
  send: (ids: readonly string[]) => Promise<void>,
): Promise<void> {
  let start = 0;
  const work = async (): Promise<void> => {
    while (start < ids.length) {
      const chunk = ids.slice(start, start + CHUNK);
      start += CHUNK;
      await send(chunk).catch((error: unknown) => {
        start = ids.length;
        throw error;
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
