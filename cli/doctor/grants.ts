import { RefusedError } from "../google/rest.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  known,
  ok,
  type Outcome,
  unknown,
  warning,
} from "./check.ts";
import { neededGrants, type NeededGrant } from "./needed-grants.ts";
import { listOf, textOf, textsOf } from "./resource.ts";

/** Whether the accounts that the stack works with have what they need. */
export const GRANTS_CHECK: Check = {
  ...{ id: "grants", title: "grants", phase: "after", origins: ["pulumi", "outputs"] },
  needs: ["subscriptions", "functions", "project"],
  run: checkGrants,
};

interface Binding {
  readonly role: string;
  readonly members: readonly string[];
}

async function checkGrants(context: CheckContext, facts: Facts): Promise<Outcome> {
  const bucketProject = await findBucketProject(context, facts);
  const grants = neededGrants(context, facts, bucketProject);
  const policies = new Map<string, Promise<readonly Binding[] | string>>();
  for (const { policyUrl, method } of grants)
    if (!policies.has(policyUrl)) policies.set(policyUrl, readPolicy(context, policyUrl, method));
  const missing: NeededGrant[] = [];
  const unseen = new Set<string>();
  if (bucketProject === undefined) unseen.add("which project the landing bucket is in is not told");
  for (const grant of grants) {
    const policy = (await policies.get(grant.policyUrl)) ?? [];
    if (typeof policy === "string") unseen.add(policy);
    else if (!gives(policy, grant)) missing.push(grant);
  }
  if (missing.length > 0) return await judgeMissing(context, facts, missing);
  const seen = grants.length;
  if (unseen.size === 0) return ok(`all ${seen} are there.`);
  return unknown(
    `could not check all: ${[...unseen].join("; ")}.`,
    "docs/permissions.md lists the roles an operator needs (getIamPolicy).",
  );
}

/** The project's number: the bucket may be in another one than the stack. */
async function findBucketProject(
  { rest, google }: CheckContext,
  facts: Facts,
): Promise<string | undefined> {
  const { landingBucket } = known(facts, "stack");
  const url = `${google.storageUrl}/b/${encodeURIComponent(landingBucket)}?fields=projectNumber`;
  try {
    const { projectNumber } = await rest.get(`looking up ${landingBucket}`, url);
    return /^\d+$/.test(String(projectNumber)) ? String(projectNumber) : undefined;
  } catch (error) {
    if (error instanceof RefusedError) return undefined;
    throw error;
  }
}

/** What the resource itself lacks may be given on the project. */
async function judgeMissing(
  context: CheckContext,
  facts: Facts,
  missing: readonly NeededGrant[],
): Promise<Outcome> {
  const { resourceManager } = context.urls;
  const url = `${resourceManager}/v3/projects/${known(facts, "stack").project}:getIamPolicy`;
  const ofProject = await readPolicy(context, url, "POST");
  const isKnown = typeof ofProject !== "string";
  const lacking = isKnown ? missing.filter((grant) => !gives(ofProject, grant)) : missing;
  if (lacking.length === 0) return ok("all are there, some of them on the whole project.");
  const detail = lacking
    .map(({ role, member, on }) => `${member} lacks ${role} on ${on}.`)
    .join(" ");
  const remedy =
    "Run: pulumi up --refresh (with manageIam false: the commands that pulumi up prints)";
  return isKnown
    ? failed(detail, remedy)
    : warning(`${detail} They may have it on the project, which could not be read.`, remedy);
}

/** The bindings, or why they cannot be read. */
async function readPolicy(
  { rest }: CheckContext,
  url: string,
  method: "GET" | "POST",
): Promise<readonly Binding[] | string> {
  const what = `reading the grants of ${url.replace(/^.*\/(?=[^/]+\/[^/]+$)/, "").replace(/[:?].*$/, "")}`;
  try {
    const policy = await (method === "GET" ? rest.get(what, url) : rest.post(what, url, {}));
    return listOf(policy["bindings"]).map(({ role, members }) => ({
      role: textOf(role),
      members: textsOf(members),
    }));
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return `${what} was refused (${error.status})`;
  }
}

function gives(policy: readonly Binding[], { role, member, orStronger }: NeededGrant): boolean {
  return policy.some(
    (binding) =>
      (binding.role === role || orStronger.includes(binding.role)) &&
      binding.members.some((one) => one.toLowerCase() === member.toLowerCase()),
  );
}
