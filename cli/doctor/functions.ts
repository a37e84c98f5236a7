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
  warning,
} from "./check.ts";
import { REPAIR } from "./findings.ts";
import { listOf, textOf } from "./resource.ts";
import { secretsOf } from "./secret.ts";

/** The two functions, and whether they were made. */
export const FUNCTIONS_CHECK: Check = {
  ...{ id: "functions", title: "functions", phase: "after", origins: ["pulumi", "outputs"] },
  needs: ["deployed", "credentials"],
  run: checkFunctions,
};

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
  if (missing.length > 0) return failed(`missing: ${missing.join(", ")}.`, REPAIR);
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
  const tokenless = functions.filter(({ resource }) => !hasToken(resource));
  if (tokenless.length > 0)
    return failed(
      `${tokenless.map(({ name }) => name).join(", ")}: MIXPANEL_TOKEN is not given from Secret Manager.`,
      REPAIR,
      facts,
    );
  const remarks = functions.flatMap(({ name, resource }) =>
    messagesOf(resource, ["WARNING", "ERROR"]).map((text) => `${name}: ${text}`),
  );
  if (remarks.length > 0)
    return warning(`both are ACTIVE, but Google says: ${remarks.join("; ")}`, REPAIR, facts);
  return ok("both are ACTIVE.", facts);
}

function hasToken(resource: Resource): boolean {
  return secretsOf(resource).some(({ key }) => key === "MIXPANEL_TOKEN");
}

/** `FAILED (why)` */
function stateOf(resource: Resource): string {
  const why = messagesOf(resource).join("; ");
  const state = textOf(resource["state"]) || "in no state";
  return why === "" ? state : `${state} (${why})`;
}

/** What Google says of its state, of these severities, or at all. */
function messagesOf(resource: Resource, severities?: readonly string[]): readonly string[] {
  return listOf(resource["stateMessages"])
    .filter(({ severity }) => severities?.includes(textOf(severity)) !== false)
    .map(({ message }) => textOf(message))
    .filter(Boolean);
}
