import {
  type Check,
  type CheckContext,
  type Facts,
  type FunctionFacts,
  known,
  type Outcome,
  type Resource,
} from "./check.ts";
import { differs, environmentOf } from "./environment.ts";
import { type Finding, outcomeOfFindings } from "./findings.ts";
import { CONFIGURED, FOREIGN } from "./function-variables.ts";
import { listOf, objectOf, textOf } from "./resource.ts";
import { secretsOf } from "./secret.ts";
import { shortName } from "./subscription-names.ts";

/** What runs of the functions: their services of Cloud Run. */
export const REVISIONS_CHECK: Check = {
  ...{ id: "revisions", title: "revisions", phase: "after", origins: ["pulumi", "outputs"] },
  needs: ["functions"],
  run: checkRevisions,
};

const CORRECT = "Read its log at severity ERROR, correct the code, then: pulumi up --refresh";

/** https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services */
async function checkRevisions({ rest, urls }: CheckContext, facts: Facts): Promise<Outcome> {
  const { project } = known(facts, "stack");
  const findings = await Promise.all(
    known(facts, "functions").map(async (one): Promise<readonly Finding[]> => {
      const { name, location } = one;
      const url = `${urls.run}/v2/projects/${project}/locations/${location}/services/${name}`;
      const service = await rest.get(`looking up the service ${name}`, url);
      return [...findingsIn(name, service), ...findingsInTemplate(one, service)];
    }),
  );
  return outcomeOfFindings(findings.flat(), "the newest ones are ready, and get all calls.");
}

function findingsIn(name: string, service: Resource): readonly Finding[] {
  if (textOf(service["deleteTime"]) !== "")
    return [
      {
        detail: `${name}: its service is being deleted (${textOf(service["deleteTime"])}).`,
        remedy: "When it is gone: pulumi up --refresh",
      },
    ];
  const { state, message } = objectOf(service["terminalCondition"]);
  if (textOf(state) !== "CONDITION_SUCCEEDED")
    return [
      {
        detail: `${name} is not ready: ${textOf(message) || textOf(state) || "nobody says why"}.`,
        remedy: CORRECT,
      },
    ];
  const { latestReadyRevision, latestCreatedRevision } = service;
  if (latestReadyRevision !== latestCreatedRevision)
    return [
      {
        detail: `${name}: its newest revision does not start; the one before it still responds.`,
        remedy: CORRECT,
      },
    ];
  return [...trafficFindings(name, service), ...scalingFindings(name, service)];
}

/** Without any target all of it goes to the latest one. */
function trafficFindings(name: string, service: Resource): readonly Finding[] {
  const { traffic } = service;
  const latest = shortName(textOf(service["latestReadyRevision"]));
  const elsewhere = listOf(traffic).filter(
    ({ type, revision, percent }) =>
      Number(percent ?? 0) > 0 &&
      type !== "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" &&
      shortName(textOf(revision)) !== latest,
  );
  if (elsewhere.length === 0) return [];
  const told = elsewhere.map(
    ({ revision, percent }) => `${Number(percent)} % of its calls to ${textOf(revision)}`,
  );
  return [
    {
      detail: `${name} sends ${told.join(", ")}, not to its latest revision.`,
      remedy: `Run:\n  gcloud run services update-traffic ${name} --to-latest${placeOf(service)}`,
    },
  ];
}

/** For a command of gcloud. */
function placeOf(service: Resource): string {
  const [, project = "", , location = ""] = textOf(service["name"]).split("/");
  return project === "" ? "" : ` --region ${location} --project ${project}`;
}

/** https://cloud.google.com/run/docs/configuring/services/manual-scaling: 0 turns it off. */
function scalingFindings(name: string, service: Resource): readonly Finding[] {
  const { scaling, template } = service;
  const { scalingMode, manualInstanceCount = 0, maxInstanceCount } = objectOf(scaling);
  const limits = [maxInstanceCount, objectOf(objectOf(template)["scaling"])["maxInstanceCount"]];
  if (scalingMode === "MANUAL")
    return [
      {
        isWarning: Number(manualInstanceCount) > 0,
        detail: `${name} is scaled by hand, to ${Number(manualInstanceCount)} instances.`,
        remedy: `Run:\n  gcloud run services update ${name} --scaling auto${placeOf(service)}`,
      },
    ];
  return limits.includes(0) ? [{ detail: `${name} may have 0 instances: nothing runs.` }] : [];
}

/** Those that the stack gives; Google adds others. */
const VARIABLES: ReadonlySet<string> = new Set([
  ...Object.keys(CONFIGURED),
  ...["GOOGLE_CLOUD_PROJECT", "DEAD_LETTER_TOPIC", "OBJECTS_TOPIC", "RECEIPTS_BUCKET"],
]);

/**
 * What the service was changed to behind the function's back. Nothing is told where the service
 * does not say what it runs with.
 */
function findingsInTemplate(one: FunctionFacts, service: Resource): readonly Finding[] {
  const { containers, serviceAccount } = objectOf(service["template"]);
  const account = textOf(objectOf(one.resource["serviceConfig"])["serviceAccountEmail"]);
  const runsAs = textOf(serviceAccount);
  const isOpen = service["invokerIamDisabled"] === true;
  const [container] = listOf(containers);
  return [
    ...(runsAs === "" || runsAs === account
      ? []
      : [{ detail: `${one.name} runs as ${runsAs}, not as ${account}.` }]),
    ...(isOpen ? [{ isWarning: true, detail: `anybody may call ${one.name}.` }] : []),
    ...(container?.["env"] === undefined ? [] : variableFindings(one, listOf(container["env"]))),
  ];
}

function variableFindings(one: FunctionFacts, variables: readonly Resource[]): readonly Finding[] {
  const values = new Map(variables.map(({ name, value }) => [textOf(name), textOf(value)]));
  const wanted = environmentOf(one);
  const changed = Object.entries(wanted)
    .filter(([variable]) => VARIABLES.has(variable))
    .map(([variable, should]) => [variable, values.get(variable) ?? "", textOf(should)] as const)
    .filter(([, is, should]) => is !== should)
    .map(([variable, is, should]) => differs(variable, is, should));
  const foreign = FOREIGN.filter(
    (variable) => !(variable in wanted) && (values.get(variable) ?? "") !== "",
  ).map((variable) => `${variable} is set, which no stack does.`);
  const secrets = secretsOf(one.resource).flatMap(({ key, secret }) => {
    const variable = variables.find(({ name }) => name === key);
    const reference = objectOf(objectOf(variable?.["valueSource"])["secretKeyRef"]);
    const is = shortName(textOf(reference["secret"]));
    return is === textOf(secret) ? [] : [differs(textOf(key), is, `the secret ${textOf(secret)}`)];
  });
  return [...changed, ...foreign, ...secrets].map((text) => ({
    detail: `the service of ${one.name}: ${text}`,
  }));
}
