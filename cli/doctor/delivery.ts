import {
  type Check,
  type CheckContext,
  type Facts,
  type FunctionFacts,
  known,
  type Outcome,
  type Resource,
  skipped,
} from "./check.ts";
import { type Finding, outcomeOfFindings } from "./findings.ts";
import { objectOf, textOf } from "./resource.ts";
import { DEFAULT_TIMEOUT_SECONDS } from "./stack-values.ts";
import { listNames } from "./subscription-names.ts";

/** Whether each subscription calls its function, as one whom the function lets in. */
export const DELIVERY_CHECK: Check = {
  ...{ id: "delivery", title: "delivery", phase: "after", origins: ["pulumi", "outputs"] },
  needs: ["subscriptions", "functions"],
  run: checkDelivery,
};

/** A subscription that pushes, and who it is for. */
interface Delivery {
  readonly subscription: Resource;
  readonly target: FunctionFacts;
  readonly others: readonly FunctionFacts[];
}

function checkDelivery(_context: CheckContext, facts: Facts): Promise<Outcome> {
  const deliveries = deliveriesIn(facts);
  if (deliveries.length === 0) return Promise.resolve(skipped("nothing is pushed."));
  const findings = [
    ...deliveries.flatMap((delivery) => [
      ...findingsInAddress(delivery),
      ...findingsInDeadline(delivery, facts),
    ]),
    ...findingsInAccounts(deliveries),
  ];
  return Promise.resolve(
    outcomeOfFindings(findings, "each calls its function, with a token that it takes."),
  );
}

function deliveriesIn(facts: Facts): readonly Delivery[] {
  const { objects, events } = known(facts, "subscriptions");
  const functions = known(facts, "functions");
  const { importObjectFunction, importMessagesFunction } = known(facts, "stack");
  const pairs = [
    { subscription: objects, functionName: importObjectFunction },
    { subscription: events, functionName: importMessagesFunction },
  ];
  return pairs.flatMap(({ subscription, functionName }) => {
    const target = functions.find(({ name }) => name === functionName);
    const others = functions.filter((one) => one !== target);
    return target === undefined || endpointOf(subscription) === ""
      ? []
      : [{ subscription, target, others }];
  });
}

function endpointOf({ pushConfig }: Resource): string {
  return addressOf(objectOf(pushConfig)["pushEndpoint"]);
}

function uriOf({ resource }: FunctionFacts): string {
  return addressOf(objectOf(resource["serviceConfig"])["uri"]);
}

/** A slash at its end makes no other address. */
function addressOf(value: unknown): string {
  return textOf(value).replace(/\/$/, "");
}

/**
 * The address, and the token that Pub/Sub shows there; without `audience` that is made out to the
 * address (https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions).
 */
function findingsInAddress({ subscription, target, others }: Delivery): readonly Finding[] {
  const name = listNames([subscription]);
  const endpoint = endpointOf(subscription);
  const uri = uriOf(target);
  if (uri === "") return [{ detail: `${target.name} has no address to push to.` }];
  const stranger = others.find((other) => uriOf(other) === endpoint)?.name ?? endpoint;
  const { oidcToken } = objectOf(subscription["pushConfig"]);
  const { serviceAccountEmail, audience } = objectOf(oidcToken);
  const madeOutTo = addressOf(audience) || endpoint;
  return [
    ...(endpoint === uri
      ? []
      : [{ detail: `${name} pushes to ${stranger}, not to ${target.name} (${uri}).` }]),
    ...(textOf(serviceAccountEmail) === ""
      ? [{ detail: `${name} calls without a token (oidcToken): the function refuses it (403).` }]
      : []),
    ...(madeOutTo === endpoint || madeOutTo === uri
      ? []
      : [
          {
            detail: `${name}: the token's audience is ${madeOutTo}, not ${uri}: the function refuses it (401).`,
          },
        ]),
  ];
}

/** Shorter than a run, a message is delivered again beside the first delivery. */
function findingsInDeadline({ subscription, target }: Delivery, facts: Facts): readonly Finding[] {
  const configured = facts.settings?.get("timeoutSeconds") ?? DEFAULT_TIMEOUT_SECONDS;
  const { timeoutSeconds = configured } = objectOf(target.resource["serviceConfig"]);
  // Pub/Sub's own default (https://cloud.google.com/pubsub/docs/lease-management).
  const { ackDeadlineSeconds = 10 } = subscription;
  if (Number(ackDeadlineSeconds) >= Number(timeoutSeconds)) return [];
  return [
    {
      detail: `${listNames([subscription])} delivers again after ${Number(ackDeadlineSeconds)} s (ackDeadlineSeconds), while ${target.name} may run for ${Number(timeoutSeconds)} s.`,
    },
  ];
}

/** The stack has one account that calls. */
function findingsInAccounts(deliveries: readonly Delivery[]): readonly Finding[] {
  const accounts = deliveries.flatMap(({ subscription }) => {
    const { oidcToken } = objectOf(subscription["pushConfig"]);
    const email = textOf(objectOf(oidcToken)["serviceAccountEmail"]);
    return email === "" ? [] : [{ name: listNames([subscription]), email }];
  });
  if (new Set(accounts.map(({ email }) => email)).size < 2) return [];
  const told = accounts.map(({ name, email }) => `${name} calls as ${email}`).join(", ");
  return [{ detail: `${told}: the stack has one account for both.` }];
}
