import { isObject } from "../../functions/platform/json.ts";
import type { Connection } from "../stack/connect.ts";

/** What is read of a deployed function
 * (https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions). */
export interface FunctionResource {
  /** `projects/P/locations/L/functions/F` */
  readonly name: string;
  readonly maxInstances: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

const BASE = "https://cloudfunctions.googleapis.com/v2";

/**
 * A function of the stack by its name, wherever it runs; undefined: there is none.
 *
 * @throws RefusedError, UnavailableError
 */
export async function findFunction(
  { stack, rest }: Pick<Connection, "stack" | "rest">,
  functionName: string,
): Promise<FunctionResource | undefined> {
  const short = functionName.slice(functionName.lastIndexOf("/") + 1);
  let pageToken = "";
  do {
    const query = new URLSearchParams({ pageSize: "1000", pageToken });
    const url = `${BASE}/projects/${stack.project}/locations/-/functions?${query.toString()}`;
    const { functions, nextPageToken } = await rest.get(`looking up the function ${short}`, url);
    for (const found of Array.isArray(functions) ? (functions as unknown[]) : []) {
      const resource = readFunction(found);
      if (resource?.name.endsWith(`/functions/${short}`) === true) return resource;
    }
    pageToken = typeof nextPageToken === "string" ? nextPageToken : "";
  } while (pageToken !== "");
  return undefined;
}

function readFunction(value: unknown): FunctionResource | undefined {
  if (!isObject(value) || typeof value["name"] !== "string") return undefined;
  const config = isObject(value["serviceConfig"]) ? value["serviceConfig"] : {};
  const { maxInstanceCount, environmentVariables: variables } = config;
  const entries = isObject(variables) ? Object.entries(variables) : [];
  return {
    name: value["name"],
    maxInstances: typeof maxInstanceCount === "number" ? maxInstanceCount : undefined,
    environment: Object.fromEntries(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    ),
  };
}
