import { RefusedError } from "../google/rest.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  type FunctionFacts,
  known,
  ok,
  type Outcome,
  type Resource,
} from "./check.ts";
import { listOf, objectOf, textOf } from "./resource.ts";

const common = { phase: "after", origins: ["pulumi", "outputs"] } as const;

/** The two functions, what runs of them, and the secret that they are given. */
export const FUNCTION_CHECKS: readonly Check[] = [
  {
    ...common,
    ...{ id: "functions", title: "functions", needs: ["deployed", "credentials"] },
    run: checkFunctions,
  },
  { ...common, id: "revisions", title: "revisions", needs: ["functions"], run: checkRevisions },
  {
    ...common,
    id: "secret",
    title: "token of the functions",
    needs: ["functions"],
    run: checkSecret,
  },
];

/** https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions/list */
async function checkFunctions({ rest, urls }: CheckContext, facts: Facts): Promise<Outcome> {
  const { project, importObjectFunction, importMessagesFunction } = known(facts, "stack");
  const names = [importObjectFunction, importMessagesFunction];
  const found: FunctionFacts[] = [];
  let pageToken = "";
  do {
    const query = new URLSearchParams({ pageSize: "1000", pageToken });
    const url = `${urls.functions}/v2/projects/${project}/locations/-/functions?${query.toString()}`;
    const page = await rest.get("listing functions", url);
    for (const resource of listOf(page["functions"])) {
      const [, location = "", name = ""] =
        /\/locations\/([^/]+)\/functions\/([^/]+)$/.exec(textOf(resource["name"])) ?? [];
      if (names.includes(name)) found.push({ name, location, resource });
    }
    pageToken = textOf(page["nextPageToken"]);
  } while (pageToken !== "");
  const missing = names.filter((name) => !found.some((one) => one.name === name));
  if (missing.length > 0)
    return failed(`missing: ${missing.join(", ")}.`, "Run: pulumi up --refresh");
  return judge(found);
}

function judge(functions: readonly FunctionFacts[]): Outcome {
  const facts = { functions };
  const broken = functions.filter(({ resource }) => resource["state"] !== "ACTIVE");
  if (broken.length > 0)
    return failed(
      broken.map((one) => `${one.name} is ${stateOf(one.resource)}.`).join(" "),
      "Run: pulumi up (it makes anew what failed to be made; the message says why it did).",
      facts,
    );
  const tokenless = functions.filter(({ resource }) => tokenOf(resource) === undefined);
  if (tokenless.length > 0)
    return failed(
      `${tokenless.map(({ name }) => name).join(", ")}: MIXPANEL_TOKEN is not given from Secret Manager.`,
      "Run: pulumi up --refresh",
      facts,
    );
  return ok("both are ACTIVE.", facts);
}

/** `FAILED (why)` */
function stateOf(resource: Resource): string {
  const messages = listOf(resource["stateMessages"]).map(({ message }) => textOf(message));
  const why = messages.filter(Boolean).join("; ");
  const state = textOf(resource["state"]) || "in no state";
  return why === "" ? state : `${state} (${why})`;
}

function tokenOf(resource: Resource): Resource | undefined {
  const { secretEnvironmentVariables } = objectOf(resource["serviceConfig"]);
  return listOf(secretEnvironmentVariables).find(({ key }) => key === "MIXPANEL_TOKEN");
}

/** https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/get */
async function checkRevisions({ rest, urls }: CheckContext, facts: Facts): Promise<Outcome> {
  const { project } = known(facts, "stack");
  const problems = await Promise.all(
    known(facts, "functions").map(async ({ name, location }) => {
      const url = `${urls.run}/v2/projects/${project}/locations/${location}/services/${name}`;
      const service = await rest.get(`looking up the service ${name}`, url);
      const { state, message } = objectOf(service["terminalCondition"]);
      if (textOf(state) !== "CONDITION_SUCCEEDED")
        return `${name} is not ready: ${textOf(message) || textOf(state) || "nobody says why"}.`;
      const { latestReadyRevision, latestCreatedRevision } = service;
      return latestReadyRevision === latestCreatedRevision
        ? undefined
        : `${name}: its newest revision does not start; the one before it still responds.`;
    }),
  );
  const told = problems.filter((problem) => problem !== undefined);
  return told.length === 0
    ? ok("the newest ones are ready.")
    : failed(
        told.join(" "),
        "Read its log at severity ERROR, correct the code, then: pulumi up --refresh",
      );
}

/** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/get */
async function checkSecret({ rest, urls }: CheckContext, facts: Facts): Promise<Outcome> {
  const versions = new Set(
    known(facts, "functions").map(({ resource }) => {
      const { projectId, secret, version } = tokenOf(resource) ?? {};
      const project = textOf(projectId) || known(facts, "stack").project;
      return `projects/${project}/secrets/${textOf(secret)}/versions/${textOf(version) || "latest"}`;
    }),
  );
  const problems = await Promise.all(
    [...versions].map(async (name) => {
      try {
        const { state } = await rest.get(`looking up ${name}`, `${urls.secretManager}/v1/${name}`);
        return state === "ENABLED" ? undefined : `${name} is ${textOf(state)}.`;
      } catch (error) {
        if (error instanceof RefusedError && error.status === 404) return `${name} is gone.`;
        throw error;
      }
    }),
  );
  const told = problems.filter((problem) => problem !== undefined);
  return told.length === 0
    ? ok("its version in Secret Manager is enabled.")
    : failed(`${told.join(" ")} No new instance starts.`, "Run: pulumi up --refresh");
}
