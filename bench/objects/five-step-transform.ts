import {
  addProperties,
  capProperties,
  compose,
  dropEvents,
  dropProperties,
  hashProperties,
} from "../../functions/transforms/steps.ts";

/** What a careful user would compose. No event has that name, so that all of them arrive. */
export const transform = compose(
  dropEvents("Heartbeat"),
  dropProperties("plan"),
  hashProperties(["distinct_id"], { hmacKey: "a key that is only for measuring" }),
  addProperties({ source: "bench" }),
  capProperties(),
);
