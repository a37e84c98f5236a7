import { RefusedError } from "../google/rest.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  known,
  ok,
  type Outcome,
  unknown,
} from "./check.ts";
import { type Finding, outcomeOfFindings, REPAIR } from "./findings.ts";
import { neededGrants, type NeededGrant } from "./needed-grants.ts";
import { ANYBODY, type Binding, judgeGrant, readPolicy, type Verdict } from "./policy-bindings.ts";

/** Whether the accounts that the stack works with have what they need. */
export const GRANTS_CHECK: Check = {
  ...{ id: "grants", title: "grants", phase: "after", origins: ["pulumi", "outputs"] },
  needs: ["subscriptions", "functions", "project"],
  run: checkGrants,
};

async function checkGrants(context: CheckContext, facts: Facts): Promise<Outcome> {
  const bucketProject = await findBucketProject(context, facts);
  const grants = neededGrants(context, facts, bucketProject);
  const policies = new Map<string, Promise<readonly Binding[] | string>>();
  for (const { policyUrl, method } of grants)
    if (!policies.has(policyUrl)) policies.set(policyUrl, readPolicy(context, policyUrl, method));
  const looked: Looked[] = [];
  for (const grant of grants)
    looked.push({ grant, policy: (await policies.get(grant.policyUrl)) ?? [] });
  const notGiven = looked.filter((one) => verdictOn(one, context).kind !== "given");
  // What the resource itself lacks may be given on the project.
  const ofProject = notGiven.length === 0 ? [] : await readProjectPolicy(context, facts);
  const findings = notGiven.flatMap((one) => findingOf(one, ofProject, context));
  const open = openings(looked);
  const unseen = new Set([
    ...(bucketProject === undefined ? ["which project the landing bucket is in is not told"] : []),
    ...notGiven.flatMap((one) => whyUnseen(one, ofProject, context)),
  ]);
  if (findings.length + open.length > 0)
    return outcomeOfFindings([...findings, ...open, ...unseenFindings(unseen)], "");
  if (unseen.size > 0)
    return unknown(
      `could not check all: ${[...unseen].join("; ")}.`,
      "docs/permissions.md lists the roles an operator needs (getIamPolicy).",
    );
  return notGiven.length === 0
    ? ok(`all ${grants.length} are there.`)
    : ok("all are there, some of them on the whole project.");
}

/** A grant, and the bindings of what it has to be on, or why they cannot be read. */
interface Looked {
  readonly grant: NeededGrant;
  readonly policy: readonly Binding[] | string;
}

function verdictOn({ grant, policy }: Looked, { rest }: CheckContext): Verdict {
  return typeof policy === "string" ? { kind: "missing" } : judgeGrant(policy, grant, rest.now());
}

const GIVE = `${REPAIR} (with manageIam false: the commands that pulumi up prints)`;

/** Nothing of what the project gives, or of what could not be read. */
function findingOf(
  looked: Looked,
  ofProject: readonly Binding[] | string,
  context: CheckContext,
): readonly Finding[] {
  if (typeof looked.policy === "string") return [];
  const { member, role, on } = looked.grant;
  const verdicts = [looked.policy, ofProject].map((policy) =>
    verdictOn({ ...looked, policy }, context),
  );
  if (verdicts.some(({ kind }) => kind === "given")) return [];
  const doubt = verdicts.find((verdict) => verdict.kind === "doubtful");
  if (doubt !== undefined)
    return [
      {
        isWarning: true,
        detail: `${member} is not known to have ${role} on ${on}: it has ${doubt.why}.`,
        remedy: GIVE,
      },
    ];
  const isProjectKnown = typeof ofProject !== "string";
  const text = `${member} lacks ${role} on ${on}.`;
  return [
    isProjectKnown
      ? { detail: text, remedy: GIVE }
      : {
          isWarning: true,
          detail: `${text} It may have it on the project, which could not be read.`,
          remedy: GIVE,
        },
  ];
}

/** Why nobody can tell: the policy cannot be read, and the project does not give it either. */
function whyUnseen(
  looked: Looked,
  ofProject: readonly Binding[] | string,
  context: CheckContext,
): readonly string[] {
  const { policy } = looked;
  if (typeof policy !== "string") return [];
  return verdictOn({ ...looked, policy: ofProject }, context).kind === "given" ? [] : [policy];
}

function unseenFindings(unseen: ReadonlySet<string>): readonly Finding[] {
  return unseen.size === 0
    ? []
    : [
        {
          isWarning: true,
          detail: `Besides, could not check all: ${[...unseen].join("; ")}.`,
          remedy: "docs/permissions.md lists the roles an operator needs (getIamPolicy).",
        },
      ];
}

/** What anybody may do. */
function openings(looked: readonly Looked[]): readonly Finding[] {
  const told = looked.flatMap(({ grant: { on }, policy }) =>
    typeof policy === "string"
      ? []
      : policy
          .filter(({ members }) => members.some((member) => ANYBODY.includes(member)))
          .map(({ role }) => `anybody has ${role} on ${on}.`),
  );
  return [...new Set(told)].map((detail) => ({
    isWarning: true,
    detail,
    remedy: "Unless it is meant so, take allUsers and allAuthenticatedUsers out of its policy.",
  }));
}

function readProjectPolicy(
  context: CheckContext,
  facts: Facts,
): Promise<readonly Binding[] | string> {
  const { resourceManager } = context.urls;
  const url = `${resourceManager}/v3/projects/${known(facts, "stack").project}:getIamPolicy`;
  return readPolicy(context, url, "POST");
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
