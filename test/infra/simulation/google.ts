import { apiDisabled } from "../../../local/deployment/apis.ts";
import type { Chance } from "./chance.ts";
import type { Circumstances } from "./circumstances.ts";
import type { Clock } from "./clock.ts";
import type { Grant } from "./grants.ts";

/** What Google says no with, in its words. */
export class Refusal extends Error {}

/** A function, as far as it tells whether a deployment succeeded. */
export interface CloudFunction {
  state: "DEPLOYING" | "ACTIVE" | "FAILED";
  /** "" until a revision was ready. */
  uri: string;
  /** What it was asked to be, as text. */
  readonly config: string;
  /** Ends with why it failed, or undefined. */
  readonly operation: Promise<string | undefined>;
}

/**
 * One project of Google Cloud: what is in it, and since when what works. It goes on when the
 * deployment that asked for something is gone.
 */
export interface Google {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly day: Circumstances;
  /** Names of everything there is, and since when: `topic T`, `grant R on bucket B to M`. */
  readonly things: Map<string, number>;
  readonly functions: Map<string, CloudFunction>;
  /** Notifications of the bucket by what they announce to; one that is there twice counts twice. */
  readonly notifications: string[];
  /** Largest number of instances a function may have. */
  instanceQuota: number;
  mayActAs: boolean;
  enable(api: string, since?: "long ago"): void;
  /** @throws Refusal when the API is not enabled, or not yet known to be */
  requireApi(api: string): void;
  /** @throws Refusal for a metric of an API that was enabled too short a time ago */
  requireMetric(metric: string): void;
  addAccount(email: string, since?: "long ago"): void;
  /** @throws Refusal for an account of this project, or of Google, that is not known (yet) */
  requireMember(member: string): void;
  grant(grant: Grant): void;
  hasGrant(grant: Grant): boolean;
  /** Whether the grant has been made and works by now. */
  works(grant: Grant): boolean;
}

/** An empty project, in which no API is enabled. */
export function createGoogle(clock: Clock, chance: Chance, day: Circumstances): Google {
  const apis = new Map<string, number>();
  const accounts = new Map<string, number>();
  const grants = new Map<string, number>();
  const things = new Map<string, number>();
  const keyOf = ({ member, role, on }: Grant): string => `${member} ${role} ${on}`;
  const isPast = (time: number | undefined): boolean => time !== undefined && time <= clock.now();

  return {
    clock,
    chance,
    day,
    things,
    functions: new Map(),
    notifications: [],
    instanceQuota: day.fault === "quota of Cloud Run is 10 instances" ? 10 : 1000,
    mayActAs: day.fault !== "deployer may not act as accounts",
    enable: (api, since) => {
      if (apis.has(api)) return;
      apis.set(api, since === undefined ? clock.now() + day.apiDelay(api) : -Infinity);
    },
    requireApi: (api) => {
      if (!isPast(apis.get(api))) throw new Refusal(apiDisabled(api, "42"));
    },
    requireMetric: (metric) => {
      const [api = ""] = metric.split("/");
      if (!isPast((apis.get(api) ?? Infinity) + day.metricDelay(metric)))
        throw new Refusal(
          `googleapi: Error 404: Cannot find metric(s) that match type = "${metric}". If a metric was created ` +
            "recently, it could take up to 10 minutes to become available. Please try again soon.",
        );
    },
    addAccount: (email, since) => {
      if (accounts.has(email)) return;
      accounts.set(email, since === undefined ? clock.now() + day.accountDelay(email) : -Infinity);
    },
    requireMember: (member) => {
      const [, email = ""] = /^serviceAccount:(.+\.gserviceaccount\.com)$/.exec(member) ?? [];
      const isOurs = /(@acme-data\.|^service-42@)/.test(email);
      if (isOurs && !isPast(accounts.get(email)))
        throw new Refusal(
          `googleapi: Error 400: Service account ${email} does not exist., badRequest`,
        );
    },
    grant: (grant) => {
      const key = keyOf(grant);
      if (grants.has(key)) return;
      grants.set(key, clock.now() + day.grantDelay(key));
      things.set(`grant ${grant.role} on ${grant.on} to ${grant.member}`, clock.now());
    },
    hasGrant: (grant) => grants.has(keyOf(grant)),
    works: (grant) => isPast(grants.get(keyOf(grant))),
  };
}
