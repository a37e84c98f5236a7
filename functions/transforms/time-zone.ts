const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Offsets change at quarters of an hour at the finest (https://www.iana.org/time-zones). */
const BLOCK_MS = 15 * MINUTE_MS;
/** About six weeks of different quarters; then the memory starts anew. */
const MAX_REMEMBERED = 4096;

/**
 * Makes the function that turns the time a clock on the wall of `zone` shows (as if it were UTC,
 * milliseconds) into milliseconds since 1970. In the hour that occurs twice in autumn the first one
 * is meant; a time that is skipped in spring is taken as if the clock had not been put forward yet.
 *
 * @param zone an IANA name (`Europe/Vienna`) or an offset (`+02:00`)
 * @throws Error for an unknown zone
 */
export function createZoneClock(zone: string): (wallMs: number) => number {
  const offsetAt = createOffsets(zone);
  return (wallMs) => {
    const before = offsetAt(wallMs - DAY_MS);
    const after = offsetAt(wallMs + DAY_MS);
    if (before === after) return wallMs - before;
    const candidates = [wallMs - before, wallMs - after].sort((a, b) => a - b);
    const real = candidates.find((utcMs) => utcMs + offsetAt(utcMs) === wallMs);
    return real ?? wallMs - before;
  };
}

/** The zone's offset from UTC in milliseconds at a time in milliseconds since 1970. */
function createOffsets(zone: string): (utcMs: number) => number {
  const format = createFormat(zone);
  const remembered = new Map<number, number>();
  return (utcMs) => {
    const block = Math.floor(utcMs / BLOCK_MS);
    const known = remembered.get(block);
    if (known !== undefined) return known;
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    const offset = parseOffset(format.format(block * BLOCK_MS));
    remembered.set(block, offset);
    return offset;
  };
}

function createFormat(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  } catch (error) {
    throw new Error(
      `there is no time zone ${zone}; zone has to be an IANA name such as Europe/Vienna, or an offset such as +02:00`,
      { cause: error },
    );
  }
}

/** `1/2/2026, GMT+05:30`; plain `GMT` is zero. */
function parseOffset(text: string): number {
  const [, sign, hours = "0", minutes = "0"] = /GMT([+-])(\d{2}):(\d{2})/.exec(text) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  return sign === "-" ? -offset : offset;
}
