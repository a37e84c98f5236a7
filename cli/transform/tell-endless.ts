import { PLACE, startLoggedWatch } from "../../check/busy-watch.ts";
import type { LocateOptions } from "../../check/locate-errors.ts";
import { describeEndless, LIMIT_SECONDS } from "../../check/watchdog.ts";
import { identity, type Transform } from "../../functions/event/transform-contract.ts";
import { STILL_RUNNING } from "../../local/run/endless-transform.ts";

/**
 * The transform, of which the function's log tells when it does not return, with the line of the
 * user's file that it is at. For runs on this machine: deployed functions have no source map.
 */
export function tellEndless(transform: Transform, options: LocateOptions): Transform {
  if (transform === identity) return identity;
  const watch = startLoggedWatch(options, LIMIT_SECONDS * 1000, {
    severity: "CRITICAL",
    message: STILL_RUNNING,
    error: describeEndless(PLACE),
  });
  return (record, context) => {
    if (context.source === "object") watch.enter(["object", context.object], context.line);
    else watch.enter(["messageId", context.messageId], 1);
    try {
      return transform(record, context);
    } finally {
      watch.leave();
    }
  };
}
