import { RefusedError } from "../google/rest.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  known,
  ok,
  type Outcome,
} from "./check.ts";
import { listOf, textOf } from "./resource.ts";

/** The project itself, its billing, and the APIs that are on. */
export const PROJECT_CHECKS: readonly Check[] = [
  {
    ...{ id: "project", title: "Google Cloud project", phase: "before" },
    origins: ["pulumi", "outputs"],
    needs: ["credentials", "config"],
    run: checkProject,
  },
  {
    ...{ id: "billing", title: "billing", phase: "before", origins: ["pulumi"] },
    needs: ["project"],
    run: checkBilling,
  },
  {
    ...{ id: "apis", title: "APIs", phase: "before", origins: ["pulumi"] },
    needs: ["project"],
    run: checkApis,
  },
];

async function checkProject({ rest, urls }: CheckContext, facts: Facts): Promise<Outcome> {
  const project = known(facts, "project");
  const remedy = "Correct it: pulumi config set gcp:project PROJECT (gcloud projects list)";
  try {
    // https://cloud.google.com/resource-manager/reference/rest/v3/projects/get
    const url = `${urls.resourceManager}/v3/projects/${project}`;
    const found = await rest.get(`looking up the project ${project}`, url);
    if (textOf(found["state"]) !== "ACTIVE")
      return failed(`${project} is ${textOf(found["state"]) || "in no state"}.`, remedy);
    const projectNumber = textOf(found["name"]).replace("projects/", "");
    return ok(`${project} is there.`, { project, ...(projectNumber !== "" && { projectNumber }) });
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404)
      return failed(`there is no project ${project}.`, remedy);
    if (error instanceof RefusedError && /disabled|has not been used/.test(error.message))
      return failed(
        "the Cloud Resource Manager API is off; enabling the others needs it.",
        `Run:\n  ${enableCommand(FIRST_APIS, project)}`,
        { project },
      );
    throw error;
  }
}

async function checkBilling({ rest, urls }: CheckContext, facts: Facts): Promise<Outcome> {
  const project = known(facts, "project");
  // https://cloud.google.com/billing/docs/reference/rest/v1/projects/getBillingInfo
  const url = `${urls.billing}/v1/projects/${project}/billingInfo`;
  const { billingEnabled, billingAccountName } = await rest.get("looking up billing", url);
  return billingEnabled === true
    ? ok(`on, ${textOf(billingAccountName)}.`)
    : failed(
        `${project} has no billing account, or a closed one.`,
        `Link one: https://console.cloud.google.com/billing/linkedaccount?project=${project}`,
      );
}

/** Enabling a service needs both. */
const FIRST_APIS = ["serviceusage.googleapis.com", "cloudresourcemanager.googleapis.com"] as const;

/** What the stack calls; a test holds it against `infra/services/apis.ts`. */
export const STACK_APIS = [
  "artifactregistry",
  "cloudbuild",
  "cloudfunctions",
  "iam",
  "iamcredentials",
  "logging",
  "monitoring",
  "pubsub",
  "run",
  "secretmanager",
  "storage",
].map((name) => `${name}.googleapis.com`);

/** One more where `kmsKey` is set. */
export const ENCRYPTION_API = "eventarc.googleapis.com";

async function checkApis({ rest, urls }: CheckContext, facts: Facts): Promise<Outcome> {
  const project = known(facts, "project");
  const settings = known(facts, "settings");
  const isEncrypted = (settings.get("kmsKey") ?? "") !== "";
  const needed = [...STACK_APIS, ...(isEncrypted ? [ENCRYPTION_API] : [])];
  const names = [...FIRST_APIS, ...needed].map((api) => `projects/${project}/services/${api}`);
  // https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet: at most 30.
  const query = new URLSearchParams(names.map((name): [string, string] => ["names", name]));
  const url = `${urls.serviceUsage}/v1/projects/${project}/services:batchGet?${query.toString()}`;
  const enabled = await enabledApis(rest, url).catch((error: unknown) => {
    if (error instanceof RefusedError && /disabled|has not been used/.test(error.message))
      return undefined;
    throw error;
  });
  const isOff = (api: string): boolean => enabled?.has(api) !== true;
  // Without the first of them nothing can be listed.
  const offFirst = enabled === undefined ? [...FIRST_APIS] : FIRST_APIS.filter(isOff);
  if (offFirst.length > 0)
    return failed(
      `off: ${offFirst.join(", ")}; pulumi up needs them to enable the others.`,
      `Run:\n  ${enableCommand(offFirst, project)}`,
    );
  const off = needed.filter(isOff);
  if (off.length === 0) return ok(`all ${needed.length + FIRST_APIS.length} are on.`);
  if (settings.get("manageServices") === "false")
    return failed(
      `off, and manageServices is false: ${off.join(", ")}.`,
      `Run:\n  ${enableCommand(off, project)}`,
    );
  return ok(`${needed.length - off.length} are on; pulumi up enables the other ${off.length}.`);
}

async function enabledApis(rest: CheckContext["rest"], url: string): Promise<ReadonlySet<string>> {
  const { services } = await rest.get("listing the APIs", url);
  const enabled = listOf(services).filter(({ state }) => state === "ENABLED");
  return new Set(enabled.map(({ name }) => textOf(name).replace(/^.*\//, "")));
}

function enableCommand(apis: readonly string[], project: string): string {
  return `gcloud services enable ${apis.join(" ")} --project ${project}`;
}
