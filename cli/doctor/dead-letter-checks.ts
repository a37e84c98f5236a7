import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  known,
  type Outcome,
  type Resource,
} from "./check.ts";
import { type Finding, outcomeOfFindings, REPAIR } from "./findings.ts";
import { hasTransforms } from "./push.ts";
import { objectOf, textOf } from "./resource.ts";
import { MAX_DELIVERY_ATTEMPTS } from "./stack-values.ts";
import { listNames } from "./subscription-names.ts";

const common = { phase: "after", origins: ["pulumi", "outputs", "local"] } as const;

/** How what fails becomes a dead letter, and that dead letters stay for `replay`. */
export const DEAD_LETTER_CHECKS: readonly Check[] = [
  {
    ...common,
    ...{ id: "dead-letter-policy", title: "dead-letter policy", needs: ["subscriptions"] },
    run: checkPolicy,
  },
  {
    ...common,
    ...{ id: "dead-letter-subscription", title: "dead-letter subscription" },
    needs: ["subscriptions"],
    run: checkSubscription,
  },
];

function checkPolicy({ origin }: CheckContext, facts: Facts): Promise<Outcome> {
  const { deadLetterTopic } = known(facts, "stack");
  const { objects, events } = known(facts, "subscriptions");
  const pushing = [objects, events];
  const policyOf = (one: Resource) => objectOf(one["deadLetterPolicy"]);
  const wrong = pushing.filter((one) => policyOf(one)["deadLetterTopic"] !== deadLetterTopic);
  if (wrong.length > 0)
    return Promise.resolve(
      failed(
        `${listNames(wrong)}: what fails is not moved to ${deadLetterTopic}, but tried until its retention ends, then lost.`,
        REPAIR,
      ),
    );
  const attemptsOf = (one: Resource) => Number(policyOf(one)["maxDeliveryAttempts"]);
  const findings = pushing
    // A local cloud gives up when it suits its user.
    .filter((one) => origin !== "local" && attemptsOf(one) !== MAX_DELIVERY_ATTEMPTS)
    .map((one) => ({
      detail: `${listNames([one])} gives up after ${attemptsOf(one)} attempts, not ${MAX_DELIVERY_ATTEMPTS}: an outage makes dead letters of good messages.`,
    }));
  const attempts = pushing.map(attemptsOf).join(" and ");
  return Promise.resolve(
    outcomeOfFindings(findings, `both give up into it, after ${attempts} attempts.`),
  );
}

/** Where a subscription may send messages by itself, and what tells it apart. */
const EXPORTS: readonly (readonly [config: string, field: string, kind: string])[] = [
  ["pushConfig", "pushEndpoint", "pushes to"],
  ["bigqueryConfig", "table", "writes to the BigQuery table"],
  ["cloudStorageConfig", "bucket", "writes to the bucket"],
  ["bigtableConfig", "table", "writes to the Bigtable table"],
];

function checkSubscription(_context: CheckContext, facts: Facts): Promise<Outcome> {
  const { deadLetters } = known(facts, "subscriptions");
  const name = listNames([deadLetters]);
  const filter = textOf(deadLetters["filter"]);
  const next = textOf(objectOf(deadLetters["deadLetterPolicy"])["deadLetterTopic"]);
  const exported = EXPORTS.flatMap(([config, field, kind]): Finding[] => {
    const target = textOf(objectOf(deadLetters[config])[field]);
    return target === ""
      ? []
      : [{ detail: `${name} ${kind} ${target}: its dead letters are gone before a replay.` }];
  });
  const findings = [
    ...exported,
    ...(filter === ""
      ? []
      : [
          {
            detail: `${name} has the filter ${filter}: dead letters that do not match are dropped for good.`,
            remedy: `Replay what waits in it, then make it anew: pulumi up --refresh`,
          },
        ]),
    ...(hasTransforms(deadLetters["messageTransforms"])
      ? [{ detail: `${name} changes or drops messages by a transform of Pub/Sub's own.` }]
      : []),
    ...(next === ""
      ? []
      : [{ detail: `${name} gives up into ${next} what was looked at a few times.` }]),
  ];
  return Promise.resolve(outcomeOfFindings(findings, "it keeps them all, for replay."));
}
