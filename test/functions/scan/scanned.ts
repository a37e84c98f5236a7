import { scanEvent, type ScannedEvent } from "../../../functions/scan/event-scanner.ts";

/** The clock of these tests, in milliseconds, and a time in the past of it, in seconds. */
export const NOW = Date.UTC(2026, 0, 1);
export const TIME = NOW / 1000 - 100;

/** What is scanned at once at most: 1.125 MiB. */
export const MAX_INPUT = 0x120000;

const BEFORE = Buffer.from('{"event":"$merge","properties":{"time":1,"ip":1}}\n');
/** Would end many a record that is cut off. */
const BEHIND = Buffer.from('":1}}}\n{"event":"$merge"');

/**
 * Scans a record in the middle of a larger buffer. Positions in the response are counted from the
 * record's first byte.
 */
export function scan(json: string | Buffer, nowMs = NOW): ScannedEvent | undefined {
  const own = Buffer.from(json);
  const bytes = Buffer.concat([BEFORE, own, BEHIND]);
  const found = scanEvent(bytes, BEFORE.length, BEFORE.length + own.length, nowMs);
  return found && { ...found, propertiesEnd: found.propertiesEnd - BEFORE.length };
}

/** An event with properties behind its time, as JSON. */
export function eventWith(properties: string): string {
  return `{"event":"e","properties":{"time":${TIME}${properties && `,${properties}`}}}`;
}

/** Whether a text is JSON. */
export function parses(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}
