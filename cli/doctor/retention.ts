import { type Check, type CheckContext, type Facts, known, type Outcome } from "./check.ts";
import { type Finding, outcomeOfFindings } from "./findings.ts";
import { objectOf, textOf } from "./resource.ts";
import { listNames } from "./subscription-names.ts";

/** How long messages are kept, and that subscriptions do not delete themselves. */
export const RETENTION_CHECK: Check = {
  ...{ id: "retention", title: "retention", phase: "after", origins: ["pulumi", "outputs"] },
  needs: ["subscriptions"],
  run: checkRetention,
};

const DAY_SECONDS = 86_400;

/** What a stack keeps unless it is told otherwise. */
const DEFAULT_DAYS = { retentionDays: "7", deadLetterRetentionDays: "31" } as const;
/**
 * What Pub/Sub takes where there is no policy; one without `ttl` means never
 * (https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions).
 */
const DEFAULT_POLICY = { ttl: `${31 * DAY_SECONDS}s` };
const DEFAULT_RETENTION = `${7 * DAY_SECONDS}s`;

function checkRetention(_context: CheckContext, facts: Facts): Promise<Outcome> {
  const { objects, events, deadLetters } = known(facts, "subscriptions");
  const wantedDays = (key: keyof typeof DEFAULT_DAYS): number =>
    Number(facts.settings?.get(key) ?? DEFAULT_DAYS[key]);
  const kept = [
    { resource: objects, wanted: wantedDays("retentionDays") },
    { resource: events, wanted: wantedDays("retentionDays") },
    { resource: deadLetters, wanted: wantedDays("deadLetterRetentionDays") },
  ];
  const findings = kept.flatMap(({ resource, wanted }): Finding[] => {
    const { messageRetentionDuration, expirationPolicy = DEFAULT_POLICY } = resource;
    const days = daysOf(textOf(messageRetentionDuration) || DEFAULT_RETENTION);
    const ttl = textOf(objectOf(expirationPolicy)["ttl"]);
    const name = listNames([resource]);
    return [
      // What the outputs alone do not tell, nobody can compare.
      ...(facts.settings !== undefined && days < wanted
        ? [{ detail: `${name} keeps messages for ${days} days, not ${wanted}.` }]
        : []),
      ...(ttl === ""
        ? []
        : [{ detail: `${name} deletes itself after ${daysOf(ttl)} days without traffic.` }]),
    ];
  });
  return Promise.resolve(
    outcomeOfFindings(
      findings,
      "messages are kept as long as the stack says, and subscriptions stay.",
    ),
  );
}

/** Days of `604800s`, to a hundredth. */
function daysOf(duration: string): number {
  return Math.round((Number.parseInt(duration) / DAY_SECONDS) * 100) / 100;
}
