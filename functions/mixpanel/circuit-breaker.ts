import type { Log } from "../platform/log.ts";

/** Longer would only delay the recovery: what waits, waits in Pub/Sub. */
const OPEN_MS = 30_000;

/** The CRITICAL line wakes somebody up; once a minute is enough. */
const CRITICAL_EVERY_MS = 60_000;

/** What stands between Mixpanel and requests that would only be refused. */
export interface CircuitBreaker {
  /** Why nothing may be sent now (it is open), or undefined. */
  readonly reason: () => string | undefined;
  /**
   * Why nothing more should be taken in beside `inFlight` others (it is half open), or undefined.
   */
  readonly halfOpenReason: (inFlight: number) => string | undefined;
  /** Mixpanel refused the credentials (401, 403). */
  readonly reportBadCredentials: (status: number) => void;
  /** Mixpanel refuses whatever it is sent. */
  readonly reportOutage: () => void;
  /** Told of every batch that came back: `settled` of its events are imported or rejected. */
  readonly reportDelivery: (settled: number) => void;
}

/**
 * After a refusal that has nothing to do with the events sent, nothing is sent for 30 s: no event
 * can get through, and each request would count towards the project's rate limit. The first request
 * afterwards finds out whether it is over.
 *
 * After a batch of which nothing was settled in all the time it had, it is half open: one message
 * at a time finds out whether the outage is over. More would only hold memory, while Pub/Sub keeps
 * them and comes back ever less often (https://cloud.google.com/pubsub/docs/push#push_backoff).
 *
 * @param now milliseconds of the monotonic clock
 */
export function createCircuitBreaker(log: Log, now: () => number): CircuitBreaker {
  let openUntil = -Infinity;
  let why = "";
  let saidAt = -Infinity;
  let isHalfOpen = false;

  const open = (reason: string): void => {
    openUntil = now() + OPEN_MS;
    why = reason;
  };
  return {
    reason: () => (now() < openUntil ? why : undefined),
    halfOpenReason: (inFlight) =>
      isHalfOpen && inFlight > 0 ? "Mixpanel takes nothing at the moment" : undefined,
    reportBadCredentials: (status) => {
      open(`Mixpanel refused the credentials (${status})`);
      if (now() < saidAt + CRITICAL_EVERY_MS) return;
      saidAt = now();
      log("CRITICAL", "Mixpanel refused the credentials", {
        status,
        advice:
          "Nothing is lost: messages wait. Set the project token and region again " +
          "(pulumi config set --secret mixpanelToken; pulumi config set mixpanelRegion), then pulumi up.",
      });
    },
    reportOutage: () => {
      open("Mixpanel refuses whatever it is sent");
      log("ERROR", "Mixpanel refuses whatever it is sent", {
        advice: "Nothing is lost: messages wait and are tried again.",
      });
    },
    reportDelivery: (settled) => {
      isHalfOpen = settled === 0;
    },
  };
}
