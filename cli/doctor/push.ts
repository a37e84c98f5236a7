import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  known,
  type Origin,
  type Outcome,
  type Resource,
  warning,
} from "./check.ts";
import { type Finding, outcomeOfFindings, REPAIR } from "./findings.ts";
import { listOf, objectOf, textOf } from "./resource.ts";
import { MAXIMUM_BACKOFF_SECONDS } from "./stack-values.ts";
import { listNames } from "./subscription-names.ts";

/** Whether all that comes is pushed, as the functions read it. */
export const PUSH_CHECK: Check = {
  ...{ id: "push", title: "push", phase: "after", origins: ["pulumi", "outputs", "local"] },
  needs: ["subscriptions"],
  run: checkPush,
};

function checkPush({ origin }: CheckContext, facts: Facts): Promise<Outcome> {
  const { objects, events } = known(facts, "subscriptions");
  const pushing = [objects, events];
  const idle = pushing.filter(
    ({ pushConfig }) => textOf(objectOf(pushConfig)["pushEndpoint"]) === "",
  );
  if (idle.length > 0) return Promise.resolve(judgeIdle(idle, facts));
  // What the outputs alone do not tell, nobody can compare.
  const configured = facts.settings && (facts.settings.get("messageFilter") ?? "");
  const findings = [
    ...filterFindings(objects, ""),
    ...(configured === undefined ? [] : filterFindings(events, configured)),
    ...pushing.flatMap((one) => findingsIn(one, origin)),
  ];
  return Promise.resolve(outcomeOfFindings(findings, "both push to the functions."));
}

function judgeIdle(idle: readonly Resource[], { settings }: Facts): Outcome {
  const detail = `${listNames(idle)}: nothing is pushed, messages wait until their retention ends`;
  return settings?.get("paused") === "true"
    ? warning(
        `${detail}; the stack is paused.`,
        "To go on: pulumi config set paused false, pulumi up",
      )
    : failed(
        `${detail}.`,
        `${REPAIR} (or, if the stack is paused: pulumi config set paused false)`,
      );
}

/** https://cloud.google.com/pubsub/docs/subscription-message-filter: it cannot be changed. */
function filterFindings(subscription: Resource, wanted: string): readonly Finding[] {
  const filter = textOf(subscription["filter"]).trim();
  if (filter === wanted.trim()) return [];
  const [is, should] = [filter, wanted.trim()].map((text) => (text === "" ? "none" : text));
  return [
    {
      detail: `${listNames([subscription])}: its filter is ${is}, not ${should}; what does not match is dropped for good.`,
      remedy: `${REPAIR}; that makes the subscription anew, without the messages that wait in it.`,
    },
  ];
}

function findingsIn(subscription: Resource, origin: Origin): readonly Finding[] {
  const name = listNames([subscription]);
  const { pushConfig, messageTransforms, enableMessageOrdering } = subscription;
  const isRaw = objectOf(pushConfig)["noWrapper"] !== undefined;
  return [
    // https://cloud.google.com/pubsub/docs/payload-unwrapping
    ...(isRaw
      ? [{ detail: `${name} pushes without the wrapper (noWrapper): no function can read that.` }]
      : []),
    ...(hasTransforms(messageTransforms)
      ? [{ detail: `${name} changes or drops messages by a transform of Pub/Sub's own.` }]
      : []),
    ...(enableMessageOrdering === true
      ? [
          {
            isWarning: true,
            detail: `${name} delivers in order: behind one message that fails, all of its key wait.`,
          },
        ]
      : []),
    // A local cloud has pauses of its own.
    ...(origin === "local" ? [] : backoffFindings(subscription)),
  ];
}

/** https://cloud.google.com/pubsub/docs/smts/smts-overview */
export function hasTransforms(messageTransforms: unknown): boolean {
  return listOf(messageTransforms).some(({ disabled }) => disabled !== true);
}

/** https://cloud.google.com/pubsub/docs/handling-failures#exponential_backoff */
function backoffFindings(subscription: Resource): readonly Finding[] {
  const { retryPolicy } = subscription;
  const { maximumBackoff } = objectOf(retryPolicy);
  // Left out of a policy, it is the longest there is.
  const longest = Number.parseFloat(textOf(maximumBackoff) || `${MAXIMUM_BACKOFF_SECONDS}s`);
  const seconds = retryPolicy === undefined ? 0 : longest;
  if (seconds >= MAXIMUM_BACKOFF_SECONDS) return [];
  const pauses = seconds === 0 ? "no retry policy" : `pauses of ${seconds} s at the most`;
  return [
    {
      isWarning: true,
      detail: `${listNames([subscription])} has ${pauses}, not up to ${MAXIMUM_BACKOFF_SECONDS} s: an outage uses up the attempts, and makes dead letters of good messages.`,
    },
  ];
}
