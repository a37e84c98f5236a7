import { findSubscriptions } from "../google/subscriptions.ts";
import { RefusedError } from "../google/rest.ts";
import type { Stack } from "../stack/stack.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  known,
  type Outcome,
  type Resource,
  type SubscriptionRole,
} from "./check.ts";
import { connectionOf } from "./connection.ts";
import { DEAD_LETTER_CHECKS } from "./dead-letter-checks.ts";
import { type Finding, outcomeOfFindings, REPAIR } from "./findings.ts";
import { PUSH_CHECK } from "./push.ts";
import { textOf } from "./resource.ts";
import { RETENTION_CHECK } from "./retention.ts";
import { siblingOf } from "./subscription-names.ts";

/** The three subscriptions: that they are there, push, and give up and keep as they should. */
export const SUBSCRIPTION_CHECKS: readonly Check[] = [
  {
    ...{ id: "subscriptions", title: "subscriptions", phase: "after" },
    origins: ["pulumi", "outputs", "local"],
    needs: ["deployed", "credentials"],
    run: checkSubscriptions,
  },
  PUSH_CHECK,
  ...DEAD_LETTER_CHECKS,
  RETENTION_CHECK,
];

const ROLES: readonly SubscriptionRole[] = ["objects", "events", "deadLetters"];

async function checkSubscriptions(context: CheckContext, facts: Facts): Promise<Outcome> {
  const stack = known(facts, "stack");
  const names = await namesOf(context, facts);
  const found = await Promise.all(ROLES.map((role) => read(context, names[role])));
  const missing = ROLES.filter((_role, index) => found[index] === undefined);
  if (missing.length > 0)
    return failed(`missing: ${missing.map((role) => names[role]).join(", ")}.`, REPAIR);
  const [objects = {}, events = {}, deadLetters = {}] = found;
  const subscriptions = { objects, events, deadLetters };
  const findings = ROLES.flatMap((role) => findingsIn(subscriptions[role], topicOf(stack, role)));
  return outcomeOfFindings(findings, "all three are there.", { subscriptions });
}

/** https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions */
function findingsIn({ name, topic, state, detached }: Resource, ownTopic: string): Finding[] {
  const full = textOf(name);
  const [, project = "", , id = ""] = full.split("/");
  if (topic !== ownTopic)
    return [
      { detail: `${full}: not of the stack's topic ${ownTopic}, which was deleted or replaced.` },
    ];
  if (detached === true)
    return [
      {
        detail: `${full} is detached from its topic: it gets no message any more.`,
        remedy:
          "That cannot be undone. Run, to have it made anew:\n" +
          `  gcloud pubsub subscriptions delete ${id} --project ${project}\n  pulumi up --refresh`,
      },
    ];
  if (["", "ACTIVE"].includes(textOf(state))) return [];
  return [{ detail: `${full} is ${textOf(state)}.` }];
}

/**
 * Names of the subscriptions. Those that push are found by what they are; one that is not as it
 * should be, by what the stack calls it.
 */
async function namesOf(
  context: CheckContext,
  facts: Facts,
): Promise<Readonly<Record<SubscriptionRole, string>>> {
  const connection = connectionOf(context, facts);
  const { objects, events } = await findSubscriptions(connection);
  const { stack } = connection;
  return {
    objects: objects?.name ?? siblingOf(stack, "objects"),
    events: events?.name ?? siblingOf(stack, "events"),
    deadLetters: stack.deadLetterSubscription,
  };
}

function topicOf(stack: Stack, role: SubscriptionRole): string {
  const { objectsTopic, eventsTopic, deadLetterTopic } = stack;
  return { objects: objectsTopic, events: eventsTopic, deadLetters: deadLetterTopic }[role];
}

async function read({ rest, google }: CheckContext, name: string): Promise<Resource | undefined> {
  try {
    return await rest.get(`looking up ${name}`, `${google.pubsubUrl}/v1/${name}`);
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    throw error;
  }
}
