/**
 * Numbers of functions/event/limits.ts, which states them: JavaScript sets them before the first
 * scan.
 */

/** `$insert_id` has at most so many bytes. */
export let maxInsertIdBytes: u32 = 0;

/** From here on a time counts milliseconds. */
export let firstMilliseconds: f64 = 0;

/** A time that is more ahead of the clock is in the future. */
export let maxSecondsAhead: f64 = 0;
