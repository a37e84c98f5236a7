import type { Command } from "commander";

import { UserError } from "../functions/platform/user-error.ts";
import { runLocally } from "../local/run/local-run.ts";
import { prepareInbox } from "./input/inbox.ts";
import { checkInput, checkTransformFile } from "./input/input-files.ts";
import { createRunDisplay } from "./local/run-display.ts";
import type { StackSettings } from "./local/stack-settings.ts";
import { printableLines } from "./terminal/fit.ts";
import { localTransform } from "./transform/local-transform.ts";

interface LocalFlags {
  readonly messages?: readonly string[];
  readonly keep?: true;
  readonly inbox?: string;
  readonly strict?: true;
  readonly typecheck: boolean;
  readonly pubsubEmulator?: true;
  readonly json?: true;
  readonly transform?: string;
  readonly token?: string;
  readonly config?: readonly string[];
  readonly stack?: string;
}

/** https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html for Ctrl-C. */
const INTERRUPTED = 130;
const FAILED = 1;
const USAGE_ERROR = 2;

const EXAMPLES = `
Examples:
  npm run local                              a sample, both ways
  npm run local -- events.ndjson more.gz     your own files
  npm run local -- history/ 'more/*.gz'      those of a folder; of a pattern
  gunzip < a.gz | npm run local -- -         standard input
  npm run local -- --messages events.ndjson  every line as one message
  npm run local -- --keep                    stay, watch a folder, show a page
  npm run local -- --config quarantinePercent=0 events.ndjson
  npm run local -- --stack Pulumi.prod.yaml  what is configured, tried out here

Exit code: 0 = every record is accounted for, 1 = something failed or did not
add up, a file was quarantined, is cut off, or nothing of it was imported (with
--strict: a record was refused), 2 = wrong usage, 130 = interrupted.`;

/**
 * `local [FILE...]`: the whole pipeline on this machine. `setExitCode` is told 1 when something
 * failed.
 */
export function addLocalCommand(
  program: Command,
  signal: AbortSignal,
  setExitCode: (code: number) => void,
): void {
  program
    .command("local")
    .description(
      "Builds the functions and runs them here, with a local bucket, Pub/Sub and Mixpanel simulator. Files go through the bucket; without any, a sample is imported.",
    )
    .argument(
      "[FILE...]",
      "JSON, a value a line or not, compressed or not: files, folders, quoted globs, or - (standard input)",
    )
    .option("--messages <FILE>", "publish each line of FILE as one message (repeatable)", collect)
    .option("--keep", "stay up, watch a folder, and show it all on a local page until Ctrl-C")
    .option("--inbox <FOLDER>", "the folder --keep watches, and what is in it (implies --keep)")
    .option("--pubsub-emulator", "deliver by Google's Pub/Sub emulator (needs Java)")
    .option("--json", "print one summary as JSON on standard output, and nothing else there")
    .option("--transform <FILE>", "build this transform in, instead of functions/transform.ts")
    .option("--no-typecheck", "use the transform in spite of type errors")
    .option("--strict", "exit 1 when any record is refused")
    .option("--token <T>", "the token the functions send; the simulator refuses a wrong one")
    .option("--stack <FILE>", "with the settings of a Pulumi.NAME.yaml, without its secrets")
    .option("--config <KEY=VALUE>", "with this setting of the stack (repeatable)", collect)
    .addHelpText("after", EXAMPLES)
    .action(async (files: string[], flags: LocalFlags) => {
      const { transform, messages = [] } = flags;
      const stack = await readStack(flags);
      const isKept = flags.keep === true || flags.inbox !== undefined;
      const input = await checkInput(files, messages, signal);
      if (transform !== undefined) await checkTransformFile(transform);
      if (stack.transform !== undefined) await checkTransformFile(stack.transform, "transform");
      const { summary, isInterrupted } = await runLocally({
        input,
        transform: await localTransform(transform ?? stack.transform, flags.typecheck),
        token: flags.token,
        settings: stack.settings,
        keep: isKept,
        inbox: flags.inbox === undefined ? undefined : await prepareInbox(flags.inbox),
        strict: flags.strict ?? false,
        pubsubEmulator: flags.pubsubEmulator ?? false,
        signal,
        display: createRunDisplay(process.stderr, flags.json ? process.stderr : process.stdout),
      });
      if (flags.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
      if (!summary.ok) setExitCode(isInterrupted ? INTERRUPTED : FAILED);
    });
}

/** What the flags say of a stack. @throws UserError for what cannot be read, or used here */
async function readStack(
  flags: LocalFlags,
): Promise<Pick<StackSettings, "settings" | "transform">> {
  const { config = [], stack: file } = flags;
  if (file === undefined && config.length === 0) return { settings: {}, transform: undefined };
  if (flags.pubsubEmulator === true)
    throw new UserError("--pubsub-emulator goes without --stack and --config.", USAGE_ERROR);
  const { readStackSettings } = await import("./local/stack-settings.ts");
  const stack = await readStackSettings(file, config);
  for (const note of stack.notes) process.stderr.write(printableLines(`${note}\n`));
  return stack;
}

function collect(file: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, file];
}
