import { UserError } from "../../functions/platform/user-error.ts";
import { refuseSwallowed } from "../swallowed-options.ts";
import { asksForHelp, describeUsage, refuseUnknown } from "./script-arguments.ts";
import { runSteps } from "./steps.ts";
import { USAGES } from "./usages.ts";

/**
 * Runs the steps of an npm script (steps.ts), the last one with what was typed behind it.
 * npm puts that behind the whole command: without this, `--help` would run the suite first, and an
 * unknown option would be told by a stack trace, or not at all.
 */
const NAME = process.env["npm_lifecycle_event"] ?? "";

try {
  process.exitCode = await runScript(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}

async function runScript(argv: readonly string[]): Promise<number> {
  const end = argv.indexOf("--");
  const steps = argv.slice(0, end);
  const args = argv.slice(end + 1);
  const usage = USAGES[NAME];
  if (usage !== undefined) {
    if (asksForHelp(args)) {
      process.stdout.write(`${describeUsage(NAME, usage)}\n`);
      return 0;
    }
    const options = Object.keys(usage.options ?? {}).map((option) => option.split(" ")[0] ?? "");
    refuseSwallowed(options, process.env);
    refuseUnknown(NAME, usage, args);
  }
  return runSteps(steps, args);
}
