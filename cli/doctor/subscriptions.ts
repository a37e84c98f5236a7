import { findSubscriptions } from "../google/subscriptions.ts";
import { RefusedError } from "../google/rest.ts";
import type { Stack } from "../stack/stack.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  known,
  ok,
  type Outcome,
  type Resource,
  type SubscriptionRole,
  warning,
} from "./check.ts";
import { connectionOf } from "./connection.ts";
import { objectOf, textOf } from "./resource.ts";

const common = { phase: "after", origins: ["pulumi", "outputs", "local"] } as const;

/** The three subscriptions: that they are there, push, and give up and keep as they should. */
export const SUBSCRIPTION_CHECKS: readonly Check[] = [
  {
    ...common,
    ...{ id: "subscriptions", title: "subscriptions", needs: ["deployed", "credentials"] },
    run: checkSubscriptions,
  },
  { ...common, id: "push", title: "push", needs: ["subscriptions"], run: checkPush },
  {
    ...common,
    ...{ id: "dead-letter-policy", title: "dead-letter policy", needs: ["subscriptions"] },
    run: checkDeadLetterPolicy,
  },
  {
    ...{ id: "retention", title: "retention", phase: "after", origins: ["pulumi", "outputs"] },
    needs: ["subscriptions"],
    run: checkRetention,
  },
];

const ROLES: readonly SubscriptionRole[] = ["objects", "events", "deadLetters"];
const REPAIR = "Run: pulumi up --refresh";

async function checkSubscriptions(context: CheckContext, facts: Facts): Promise<Outcome> {
  const stack = known(facts, "stack");
  const names = await namesOf(context, facts);
  const found = await Promise.all(ROLES.map((role) => read(context, names[role])));
  const missing = ROLES.filter((_role, index) => found[index] === undefined);
  if (missing.length > 0)
    return failed(`missing: ${missing.map((role) => names[role]).join(", ")}.`, REPAIR);
  const [objects = {}, events = {}, deadLetters = {}] = found;
  const subscriptions = { objects, events, deadLetters };
  const detached = ROLES.filter((role) => subscriptions[role]["topic"] !== topicOf(stack, role));
  if (detached.length > 0)
    return failed(
      `${detached.map((role) => names[role]).join(", ")}: not of the stack's topic, which was deleted or replaced.`,
      REPAIR,
    );
  const troubled = ROLES.filter(
    (role) => !["", "ACTIVE"].includes(textOf(subscriptions[role]["state"])),
  );
  if (troubled.length > 0)
    return failed(
      troubled
        .map((role) => `${names[role]} is ${textOf(subscriptions[role]["state"])}.`)
        .join(" "),
      REPAIR,
      { subscriptions },
    );
  return ok("all three are there.", { subscriptions });
}

/**
 * Names of the subscriptions. Those that push are found by what they are; one that is not as it
 * should be, by what the stack calls it, beside the one of dead letters (`infra/names.ts`).
 */
async function namesOf(
  context: CheckContext,
  facts: Facts,
): Promise<Readonly<Record<SubscriptionRole, string>>> {
  const connection = connectionOf(context, facts);
  const { objects, events } = await findSubscriptions(connection);
  const { deadLetterSubscription } = connection.stack;
  const sibling = (suffix: string): string =>
    deadLetterSubscription.replace(/dead-letters(-[0-9a-f]{6})?$/, suffix);
  return {
    objects: objects?.name ?? sibling("objects"),
    events: events?.name ?? sibling("events"),
    deadLetters: deadLetterSubscription,
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

function pushing(facts: Facts): readonly Resource[] {
  const { objects, events } = known(facts, "subscriptions");
  return [objects, events];
}

function listNames(subscriptions: readonly Resource[]): string {
  return subscriptions.map(({ name }) => textOf(name).replace(/^.*\//, "")).join(", ");
}

function checkPush(_context: CheckContext, facts: Facts): Promise<Outcome> {
  const isIdle = (one: Resource) => textOf(objectOf(one["pushConfig"])["pushEndpoint"]) === "";
  const idle = pushing(facts).filter(isIdle);
  if (idle.length === 0) return Promise.resolve(ok("both push to the functions."));
  const detail = `${listNames(idle)}: nothing is pushed, messages wait until their retention ends`;
  return Promise.resolve(
    facts.settings?.get("paused") === "true"
      ? warning(
          `${detail}; the stack is paused.`,
          "To go on: pulumi config set paused false, pulumi up",
        )
      : failed(
          `${detail}.`,
          `${REPAIR} (or, if the stack is paused: pulumi config set paused false)`,
        ),
  );
}

function checkDeadLetterPolicy(_context: CheckContext, facts: Facts): Promise<Outcome> {
  const { deadLetterTopic } = known(facts, "stack");
  const policyOf = (one: Resource) => objectOf(one["deadLetterPolicy"]);
  const wrong = pushing(facts).filter(
    (one) => policyOf(one)["deadLetterTopic"] !== deadLetterTopic,
  );
  if (wrong.length > 0)
    return Promise.resolve(
      failed(
        `${listNames(wrong)}: what fails is not moved to ${deadLetterTopic}, but tried until its retention ends, then lost.`,
        REPAIR,
      ),
    );
  const attempts = pushing(facts).map((one) => Number(policyOf(one)["maxDeliveryAttempts"]));
  return Promise.resolve(ok(`both give up into it, after ${attempts.join(" and ")} attempts.`));
}

const DAY_SECONDS = 86_400;

/** What a stack keeps unless it is told otherwise. */
const DEFAULT_DAYS = { retentionDays: "7", deadLetterRetentionDays: "31" } as const;

function checkRetention(_context: CheckContext, facts: Facts): Promise<Outcome> {
  const subscriptions = known(facts, "subscriptions");
  const wantedDays = (key: keyof typeof DEFAULT_DAYS): number =>
    Number(facts.settings?.get(key) ?? DEFAULT_DAYS[key]);
  const problems = ROLES.flatMap((role): string[] => {
    const resource = subscriptions[role];
    const key = role === "deadLetters" ? "deadLetterRetentionDays" : "retentionDays";
    const days = Number.parseInt(textOf(resource["messageRetentionDuration"])) / DAY_SECONDS;
    const { ttl } = objectOf(resource["expirationPolicy"]);
    const name = listNames([resource]);
    return [
      // What the outputs alone do not tell, nobody can compare.
      ...(facts.settings !== undefined && days < wantedDays(key)
        ? [`${name} keeps messages for ${days} days, not ${wantedDays(key)}`]
        : []),
      ...(textOf(ttl) === ""
        ? []
        : [
            `${name} deletes itself after ${Number.parseInt(textOf(ttl)) / DAY_SECONDS} days without traffic`,
          ]),
    ];
  });
  if (problems.length > 0) return Promise.resolve(failed(`${problems.join("; ")}.`, REPAIR));
  return Promise.resolve(
    ok("messages are kept as long as the stack says, and subscriptions stay."),
  );
}
