import type { Log } from "./log.ts";

/**
 * Keeps errors that belong to no request, in a user's transform for example, away from the requests
 * that are under way. The functions framework ends the process at once on them
 * (https://github.com/GoogleCloudPlatform/functions-framework-nodejs, src/invoker.ts), so its
 * listeners are replaced.
 *
 * A rejected promise that nobody waits for is logged, and that is all: no request gets a response
 * by it, so nothing passes for done. After an exception that nobody caught the state of the process
 * is not certain: what is under way is finished, as when the platform takes the instance away.
 */
export function surviveStrayErrors(log: Log): void {
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason) => {
    log("ERROR", "Unhandled rejection", { error: errorName(reason) });
  });
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => {
    log("ERROR", "Uncaught exception", { error: errorName(error) });
    process.kill(process.pid, "SIGTERM");
  });
}

/** The text of an unknown error may hold data. */
function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
