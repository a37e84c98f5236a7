import type { Transform } from "../event/transform-contract.ts";
import { editProperties } from "./event-properties.ts";
import { checkFunction } from "./step-arguments.ts";

const DAY_SECONDS = 24 * 60 * 60;
/** From here on a number is milliseconds: as seconds it would be the year 5138. */
const FIRST_MILLISECONDS = 1e11;

/**
 * FOR DEMONSTRATIONS ONLY. Moves each event by whole days to the last 24 hours, so that old sample
 * data shows up in today's reports. It destroys the real times, and an event that is imported again
 * on another day counts twice: never use it for data that matters.
 *
 * @param now milliseconds since 1970
 * @throws Error for a `time` that is no number
 *
 * @example compose(restampRecent()) // a demonstration
 */
export function restampRecent(now: () => number = Date.now): Transform {
  checkFunction("restampRecent", "now", now, "a function that returns milliseconds since 1970");
  return (record) =>
    editProperties(record, (properties) => {
      const { time } = properties;
      if (typeof time !== "number") throw new Error("properties.time: not a number");
      const unit = time >= FIRST_MILLISECONDS ? 1000 : 1;
      const day = DAY_SECONDS * unit;
      const latest = (now() / 1000) * unit;
      return { ...properties, time: time + Math.floor((latest - time) / day) * day };
    });
}
