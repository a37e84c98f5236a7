import { RefusedError } from "../google/rest.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  known,
  ok,
  type Outcome,
  warning,
} from "./check.ts";
import { KNOWN_POLICIES, type Objection } from "./known-policies.ts";
import { locationOf } from "./location.ts";

/** Policies of the organisation that are known to stop the stack. */
export const POLICIES_CHECK: Check = {
  ...{ id: "policies", title: "organisation policies", phase: "before", origins: ["pulumi"] },
  needs: ["project"],
  run: checkPolicies,
};

async function checkPolicies(context: CheckContext, facts: Facts): Promise<Outcome> {
  const { rest, urls } = context;
  const settings = known(facts, "settings");
  const stack = { settings, location: locationOf(settings, context.environment) };
  // Of Cloud Resource Manager, which is on: the Organization Policy API would have to be enabled.
  // https://cloud.google.com/resource-manager/reference/rest/v1/projects/getEffectiveOrgPolicy
  const url = `${urls.resourceManager}/v1/projects/${known(facts, "project")}:getEffectiveOrgPolicy`;
  const objections: (Objection & { readonly constraint: string })[] = [];
  await Promise.all(
    KNOWN_POLICIES.map(async ({ constraint, objection }) => {
      const body = { constraint: `constraints/${constraint}` };
      try {
        const policy = await rest.post(`reading the policy ${constraint}`, url, body);
        const found = objection(policy, stack);
        if (found !== undefined) objections.push({ ...found, constraint });
      } catch (error) {
        // An organisation need not have heard of each of them.
        const isUnknown = error instanceof RefusedError && [400, 404].includes(error.status);
        if (!isUnknown) throw error;
      }
    }),
  );
  if (objections.length === 0)
    return ok(`none of ${KNOWN_POLICIES.length} that could stop the stack does.`);
  const tell = objections.every(({ isDoubtful }) => isDoubtful === true) ? warning : failed;
  return tell(
    objections.map(({ constraint, detail }) => `${constraint}: ${detail}.`).join(" "),
    [...new Set(objections.map(({ remedy }) => remedy))].join(" "),
  );
}
