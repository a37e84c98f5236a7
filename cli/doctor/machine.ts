import { readFileSync } from "node:fs";
import path from "node:path";

import { findCredentialsProblem } from "../../check/google-access.ts";
import { REPOSITORY } from "../../check/load-transform.ts";
import { isObject, parseJson } from "../../functions/platform/json.ts";
import { type Check, type CheckContext, failed, ok, type Outcome } from "./check.ts";
import { isAtLeast } from "./versions.ts";

/** The Node that Pulumi runs the program with: the one on the path. */
const node: Check = {
  id: "node",
  title: "Node",
  phase: "before",
  origins: ["pulumi"],
  needs: [],
  run: checkNode,
};

/** Application default credentials, as Pulumi's provider and these commands use them. */
const credentials: Check = {
  id: "credentials",
  title: "Google Cloud credentials",
  phase: "before",
  origins: ["pulumi", "outputs"],
  needs: [],
  run: checkCredentials,
};

/** What has to be on this machine. */
export const MACHINE_CHECKS = [node, credentials] as const;

/**
 * The README's commands bring a Node of their own, so they work with an older one; so does Pulumi,
 * which warns below what its SDK asks for (`engines` of @pulumi/pulumi).
 */
const LEAST_NODE = "20.20.0";

async function checkNode({ runProgram, signal }: CheckContext): Promise<Outcome> {
  const wanted = enginesOf(path.join(REPOSITORY, "package.json"));
  const remedy = `Install Node ${wanted.replace(/\D+/g, "")} or newer: https://nodejs.org/en/download`;
  const { stdout, code } = await runProgram("node", ["--version"], { signal });
  const version = stdout.trim().replace(/^v/, "");
  if (code !== 0 || version === "") return failed("there is no node on the path.", remedy);
  return isAtLeast(version, LEAST_NODE)
    ? ok(version)
    : failed(`${version} is on the path; Pulumi runs the program with it.`, remedy);
}

/** `engines.node`; "" when it is not there. */
function enginesOf(file: string): string {
  const value = parseJson(readFileSync(file, "utf8"));
  const engines = isObject(value) ? value["engines"] : undefined;
  return isObject(engines) && typeof engines["node"] === "string" ? engines["node"] : "";
}

async function checkCredentials({ google }: CheckContext): Promise<Outcome> {
  const problem = await findCredentialsProblem(google);
  return problem === undefined
    ? ok("application default credentials work.")
    : failed(`${problem}.`, "Run: gcloud auth application-default login");
}
