import { RefusedError } from "../google/rest.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  type FunctionFacts,
  known,
  type Outcome,
  type Resource,
} from "./check.ts";
import { type Finding, outcomeOfFindings } from "./findings.ts";
import { listOf, objectOf, textOf } from "./resource.ts";
import { shortName, siblingOf } from "./subscription-names.ts";

/** The secrets that the functions are given. */
export const SECRET_CHECK: Check = {
  ...{ id: "secret", title: "token of the functions", phase: "after" },
  origins: ["pulumi", "outputs"],
  needs: ["functions", "project"],
  run: checkSecret,
};

/** What the stack calls the secret of a variable (`infra/push-function/foundation.ts`). */
const SUFFIXES: Readonly<Record<string, string>> = {
  MIXPANEL_TOKEN: "token",
  TRANSFORM_SECRET: "transform-secret",
};

async function checkSecret(context: CheckContext, facts: Facts): Promise<Outcome> {
  const functions = known(facts, "functions");
  const foreign = functions.flatMap((one) => findingsIn(one, facts));
  if (foreign.length > 0) return outcomeOfFindings(foreign, "");
  const versions = new Set(
    functions.flatMap(({ resource }) => secretsOf(resource).map((one) => versionOf(one, facts))),
  );
  const findings = await Promise.all([...versions].map((name) => lookUp(context, name)));
  return outcomeOfFindings(findings.flat(), "its version in Secret Manager is enabled.");
}

/** What a function is given from Secret Manager. */
export function secretsOf(resource: Resource): readonly Resource[] {
  return listOf(objectOf(resource["serviceConfig"])["secretEnvironmentVariables"]);
}

/** Those of somebody else: another stack's token would send everything to its project. */
function findingsIn({ name, resource }: FunctionFacts, facts: Facts): readonly Finding[] {
  const stack = known(facts, "stack");
  return secretsOf(resource).flatMap(({ key, projectId, secret }): Finding[] => {
    const variable = textOf(key);
    const suffix = SUFFIXES[variable];
    if (suffix === undefined) return [];
    const of = textOf(projectId);
    if (!["", stack.project, facts.projectNumber].includes(of))
      return [
        {
          detail: `${name}: ${variable} is a secret of the project ${of}, not of ${stack.project}.`,
        },
      ];
    const own = shortName(siblingOf(stack, suffix));
    // Where names end with a hash, nobody can tell.
    const isTold = stack.deadLetterSubscription.endsWith("dead-letters");
    return !isTold || textOf(secret) === own
      ? []
      : [{ detail: `${name}: ${variable} is the secret ${textOf(secret)}, not ${own}.` }];
  });
}

function versionOf({ projectId, secret, version }: Resource, facts: Facts): string {
  const project = textOf(projectId) || known(facts, "stack").project;
  return `projects/${project}/secrets/${textOf(secret)}/versions/${textOf(version) || "latest"}`;
}

/** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/get */
async function lookUp({ rest, urls }: CheckContext, name: string): Promise<readonly Finding[]> {
  const end = "No new instance starts.";
  try {
    const { state } = await rest.get(`looking up ${name}`, `${urls.secretManager}/v1/${name}`);
    return state === "ENABLED" ? [] : [{ detail: `${name} is ${textOf(state)}. ${end}` }];
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404)
      return [{ detail: `${name} is gone. ${end}` }];
    throw error;
  }
}
