/** Google's clock, as far as the `Date` of its responses tells it. */
export interface ServiceClock {
  /** Milliseconds of the epoch; of this machine's clock as long as no response contradicts it. */
  readonly now: () => number;
  /**
   * Learns from a response.
   *
   * @param date its header (https://www.rfc-editor.org/rfc/rfc9110#name-date), in whole seconds
   * @param sentAt when its request was sent, by this machine's clock
   */
  observe(date: unknown, sentAt: number): void;
}

/** Dates come in whole seconds, cut off. */
const RESOLUTION_MS = 1000;

/**
 * An operator's clock may be minutes off, while everything that is read was dated by Google. Each
 * response bounds by how much: it was made between its request and its arrival. A clock that may be
 * right by all of them is taken for right; else the later bound counts, so that what was there
 * before a moment never seems to have come after it.
 *
 * @param wallNow milliseconds of the epoch, by this machine's clock
 */
export function createServiceClock(wallNow: () => number): ServiceClock {
  let least = -Infinity;
  let most = Infinity;
  const isRight = (): boolean => least <= 0 && most >= 0;
  return {
    now: () => wallNow() + (isRight() ? 0 : most),
    observe: (date, sentAt) => {
      const madeAt = typeof date === "string" ? Date.parse(date) : NaN;
      if (Number.isNaN(madeAt)) return;
      const bounds = { least: madeAt - wallNow(), most: madeAt + RESOLUTION_MS - sentAt };
      // This machine's clock was set meanwhile: what was learnt before is not so any more.
      const contradicts = bounds.least > most || bounds.most < least;
      least = contradicts ? bounds.least : Math.max(least, bounds.least);
      most = contradicts ? bounds.most : Math.min(most, bounds.most);
    },
  };
}
