import { execFile } from "node:child_process";

import { UserError } from "../../functions/platform/user-error.ts";
import { REPOSITORY } from "../../check/load-transform.ts";
import { isObject, parseJson } from "../../functions/platform/json.ts";

/** A backend far away takes seconds; nobody waits longer for it. */
const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 10_000_000;
const OTHER_WAYS =
  "Without Pulumi: --outputs FILE (what `pulumi stack output --json` printed), or --local.";

/**
 * What `pulumi stack output --json` prints for the stack `name`, or for the selected one.
 *
 * @throws UserError saying what to do when there is no Pulumi, no login, or no such stack
 */
export async function pulumiOutputs(
  name: string | undefined,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const stack = name === undefined ? [] : ["--stack", name];
  const args = ["stack", "output", "--json", "--non-interactive", ...stack];
  const text = await runPulumi(args, signal);
  const outputs = parseJson(text);
  if (isObject(outputs)) return outputs;
  throw new UserError(`pulumi ${args.join(" ")} did not print JSON.`);
}

function runPulumi(args: readonly string[], signal: AbortSignal): Promise<string> {
  const options = {
    cwd: REPOSITORY,
    signal,
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  };
  return new Promise((resolve, reject) => {
    execFile("pulumi", [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new UserError(`${describe(error, stderr)}\n${OTHER_WAYS}`));
    });
  });
}

function describe(error: Error & { readonly killed?: boolean }, stderr: string): string {
  if ("code" in error && error.code === "ENOENT")
    return "The Pulumi CLI is not installed (https://www.pulumi.com/docs/install/).";
  if (error.killed === true) return `pulumi did not respond within ${TIMEOUT_MS / 1000} s.`;
  const said = stderr.trim().replace(/^error: /, "");
  return `pulumi stack output: ${said === "" ? error.message : said}`;
}
