import { UserError } from "../functions/platform/user-error.ts";

/** Options of ours that npm has none of its own name for; `json` and `token` are not among them. */
const OPTIONS = ["keep", "strict", "messages", "transform", "pubsub-emulator", "html"];

/**
 * `npm run local --keep` gives the option to npm, which puts it into the environment and says
 * nothing (https://docs.npmjs.com/cli/commands/npm-run): the command would run without it.
 *
 * @throws UserError (exit code 2) naming what npm took, and how to write it
 */
export function refuseSwallowedOptions(
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const script = environment["npm_lifecycle_event"];
  if (script === undefined) return;
  const taken = OPTIONS.filter(
    (option) => environment[`npm_config_${option.replaceAll("-", "_")}`] !== undefined,
  ).map((option) => `--${option}`);
  if (taken.length === 0) return;
  const options = taken.join(" ");
  throw new UserError(
    `npm took ${options} for itself. Put -- before it: npm run ${script} -- ${options}`,
    2,
  );
}
