import type { Command } from "commander";

import { UserError } from "../functions/platform/user-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Options that are npm's own too: it acts on them, and passes them on to nobody. Its prefix is in
 * the environment at all times, and `yes` when a person's `.npmrc` says it; what lacks `--yes`
 * asks.
 */
const NPM_OWN = new Set(["--help", "--version", "--prefix", "--yes"]);

/**
 * `npm run local --keep` gives the option to npm, which puts it into the environment and says
 * nothing (https://docs.npmjs.com/cli/commands/npm-run): the command would run without it.
 *
 * @param command whose options are looked for
 * @throws UserError (exit code 2) naming what npm took, and how to write it
 */
export function refuseSwallowedOptions(command: Command, environment: Environment): void {
  // npx passes on all that is behind the command's name; its own `--no` is there as `yes`.
  if (environment["npm_lifecycle_event"] === "npx") return;
  const options = command.options.map(({ long }) => long);
  refuseSwallowed(
    options.filter((option) => typeof option === "string"),
    environment,
  );
}

/**
 * The same for an npm script.
 *
 * @param options as they are typed: `--keep`
 * @throws UserError (exit code 2)
 */
export function refuseSwallowed(options: readonly string[], environment: Environment): void {
  const script = environment["npm_lifecycle_event"];
  if (script === undefined) return;
  // What an .npmrc sets to false is there, too, and empty.
  const isSet = (option: string): boolean => {
    const value = environment[`npm_config_${option.slice(2).replaceAll("-", "_")}`] ?? "";
    return value !== "" && value !== "false";
  };
  const taken = [...new Set(options)].filter((option) => !NPM_OWN.has(option) && isSet(option));
  if (taken.length === 0) return;
  const run = script === "test" ? "npm test" : `npm run ${script}`;
  throw new UserError(
    `npm took ${taken.join(" ")} for itself. Put -- before it: ${run} -- ${taken.join(" ")}`,
    2,
  );
}
