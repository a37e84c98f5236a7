import { UserError } from "../../functions/platform/user-error.ts";
import { ACCOUNTS_CHECK } from "./accounts.ts";
import { CANARY_MESSAGE_CHECK } from "./canary-message.ts";
import { CANARY_OBJECT_CHECK } from "./canary.ts";
import type { Check, ChosenCheck, Origin } from "./check.ts";
import { DELIVERY_CHECK } from "./delivery.ts";
import { ENVIRONMENT_CHECK } from "./environment.ts";
import { FLOW_CHECKS } from "./flow.ts";
import { FUNCTIONS_CHECK } from "./functions.ts";
import { GRANTS_CHECK } from "./grants.ts";
import { MACHINE_CHECKS } from "./machine.ts";
import { PERMISSIONS_CHECK } from "./permissions.ts";
import { POLICIES_CHECK } from "./policies.ts";
import { PROJECT_CHECKS } from "./project.ts";
import { DEPLOYED_CHECK, PULUMI_CHECKS } from "./pulumi.ts";
import { QUOTA_CHECK } from "./quota.ts";
import { RECEIPTS_CHECK } from "./receipts.ts";
import { REVISIONS_CHECK } from "./revisions.ts";
import { SECRET_CHECK } from "./secret.ts";
import { SUBSCRIPTION_CHECKS } from "./subscriptions.ts";
import { TOKEN_CHECK } from "./token.ts";
import { TRANSFORM_CHECK } from "./transform.ts";

/** All checks, each behind those that it needs. */
export const CHECKS: readonly Check[] = [
  ...MACHINE_CHECKS,
  ...PULUMI_CHECKS,
  ...PROJECT_CHECKS,
  PERMISSIONS_CHECK,
  POLICIES_CHECK,
  QUOTA_CHECK,
  TOKEN_CHECK,
  TRANSFORM_CHECK,
  DEPLOYED_CHECK,
  ...SUBSCRIPTION_CHECKS,
  FUNCTIONS_CHECK,
  ENVIRONMENT_CHECK,
  REVISIONS_CHECK,
  SECRET_CHECK,
  DELIVERY_CHECK,
  ACCOUNTS_CHECK,
  GRANTS_CHECK,
  ...FLOW_CHECKS,
  RECEIPTS_CHECK,
  CANARY_OBJECT_CHECK,
  CANARY_MESSAGE_CHECK,
];

/** What is asked for on the command line. */
export interface Choice {
  /** Ids; none: all. */
  readonly ids: readonly string[];
  readonly origin: Origin;
  readonly canary: boolean;
}

/**
 * The checks to run, in order: those that were named with all that they need, or all but the
 * canaries.
 *
 * @throws UserError for an id that is none, or that makes no sense for such a stack
 */
export function chooseChecks({ ids, origin, canary }: Choice): readonly ChosenCheck[] {
  const possible = CHECKS.filter(({ origins }) => origins.includes(origin));
  for (const id of ids) {
    if (!CHECKS.some((check) => check.id === id))
      throw new UserError(`There is no check "${id}". mixpanel-gcp doctor --list names them.`, 2);
    if (!possible.some((check) => check.id === id))
      throw new UserError(`The check "${id}" makes no sense ${REASONS[origin]}.`, 2);
  }
  const isAskedFor = ({ id, phase }: Check): boolean =>
    ids.includes(id) || (canary && phase === "canary");
  const isMeant = (check: Check): boolean =>
    isAskedFor(check) || (ids.length === 0 && check.phase !== "canary");
  const chosen = new Set(possible.filter(isMeant).map(({ id }) => id));
  // Needs come before: from the last to the first, each adds its own.
  for (const { id, needs } of possible.toReversed())
    if (chosen.has(id)) for (const need of needs) chosen.add(need);
  return possible
    .filter(({ id }) => chosen.has(id))
    .map((check) => ({ ...check, isAskedFor: isAskedFor(check) }));
}

const REASONS: Readonly<Record<Origin, string>> = {
  pulumi: "here",
  outputs: "for a stack that is known by its outputs alone",
  local: "for a local cloud",
};
