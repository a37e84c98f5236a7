import type { Chance } from "./chance.ts";

/**
 * How fast Google is on the day of a story. Only the bounds are known: grants work "typically"
 * after 2 minutes, "potentially 7 minutes or longer"
 * (https://cloud.google.com/iam/docs/access-change-propagation); an API that was just enabled,
 * after "a few minutes" in the words of its own error, and after 10 to 60 seconds in the experience
 * of others (https://github.com/alphagov/govuk-knowledge-graph-gcp/issues/492,
 * https://github.com/googleapis/google-cloud-rust/pull/5444). How often which, nobody publishes: it
 * is drawn.
 */
export type Day = "quick" | "typical" | "slow";

/** What somebody has to put right. */
export type Fault =
  | "none"
  | "quota of Cloud Run is 10 instances"
  | "deployer may not act as accounts"
  | "serviceusage is not enabled";

export interface Circumstances {
  readonly day: Day;
  readonly fault: Fault;
  /** Steps at once: four for each core (https://github.com/pulumi/pulumi/issues/14989). */
  readonly parallel: number;
  /** Seconds after which the n-th `up` is killed; Infinity when it is not. */
  killAfter(up: number): number;
  /** Seconds until somebody runs it again; longer when they made grants, which have to work. */
  pauseAfter(up: number, hasGranted: boolean): number;
  /** Seconds until a grant works. */
  grantDelay(grant: string): number;
  /** Seconds until an enabled API can be called. */
  apiDelay(api: string): number;
  /** Seconds until IAM knows a new account. */
  accountDelay(email: string): number;
  /** Seconds until a metric of Google's own is known to a project whose API was just enabled. */
  metricDelay(metric: string): number;
}

const MINUTE = 60;
const KILLED_SHARE = 0.35;
/** Longer than most deployments take: some are over before they would be killed. */
const KILLED_WITHIN_SECONDS = 10 * MINUTE;

export function drawCircumstances(chance: Chance): Circumstances {
  const kind = chance.share("day");
  const day: Day = kind < 0.3 ? "quick" : kind < 0.8 ? "typical" : "slow";
  return {
    day,
    fault: drawFault(chance),
    parallel: 4 * chance.pick("cores", [1, 2, 4, 8, 10]),
    killAfter: (up) => {
      const isKilled = up <= 2 && chance.happens(`kill ${up}`, up === 1 ? KILLED_SHARE : 0.03);
      return isKilled ? chance.between(`kill ${up} at`, 0, KILLED_WITHIN_SECONDS) : Infinity;
    },
    pauseAfter: (up, hasGranted) =>
      chance.between(`pause ${up}`, MINUTE, 10 * MINUTE) + (hasGranted ? 7 * MINUTE : 0),
    grantDelay: (grant) => grantDelay(chance, day, `grant ${grant}`),
    apiDelay: (api) => apiDelay(chance, day, `api ${api}`),
    // https://github.com/hashicorp/terraform-provider-google/issues/21931
    accountDelay: (email) => chance.between(`account ${email}`, 0, day === "slow" ? 180 : 30),
    // "If a metric was created recently, it could take up to 10 minutes to become available"
    // (https://github.com/hashicorp/terraform-provider-google/issues/11102). That is said of
    // metrics of one's own; of Google's it is not known, so that it is rare here.
    metricDelay: (metric) =>
      chance.happens(`late ${metric}`, 0.02)
        ? chance.between(`metric ${metric}`, 0, 10 * MINUTE)
        : 0,
  };
}

function drawFault(chance: Chance): Fault {
  const share = chance.share("fault");
  if (share < 0.04) return "quota of Cloud Run is 10 instances";
  if (share < 0.07) return "deployer may not act as accounts";
  return share < 0.1 ? "serviceusage is not enabled" : "none";
}

function grantDelay(chance: Chance, day: Day, question: string): number {
  if (day === "quick") return chance.between(question, 0, MINUTE);
  if (day === "slow") return chance.between(question, 0, 7 * MINUTE);
  const isLate = chance.happens(`late ${question}`, 0.02);
  return isLate
    ? chance.between(question, 2 * MINUTE, 7 * MINUTE)
    : chance.between(question, 0, 2 * MINUTE);
}

function apiDelay(chance: Chance, day: Day, question: string): number {
  if (day === "quick") return chance.between(question, 0, 15);
  if (day === "slow") return chance.between(question, 0, 5 * MINUTE);
  const isLate = chance.happens(`late ${question}`, 0.02);
  return isLate ? chance.between(question, 30, 5 * MINUTE) : chance.between(question, 0, 30);
}
