import path from "node:path";

import type { Command } from "commander";

import { checkFiles } from "../check/check-files.ts";
import type { CheckSummary } from "../check/check-summary.ts";
import { parseFormats, type ConfiguredFormats } from "../functions/formats/configured-formats.ts";
import { UserError } from "../functions/platform/user-error.ts";
import { loadTransform, OWN_TRANSFORM, REPOSITORY } from "../check/load-transform.ts";
import { locateErrors } from "../check/locate-errors.ts";
import { createWatchdog } from "../check/watchdog.ts";
import { identity } from "../functions/event/transform-contract.ts";
import { TEST_SECRET_NOTE } from "../functions/transforms/test-secret.ts";
import { formatReport } from "./check/check-report.ts";
import { showCheckProgress } from "./check/check-progress.ts";
import { findSources } from "./check/find-sources.ts";
import { SIMULATED_RULES } from "./check/mixpanel-rules.ts";
import { requireWritable, writePage } from "./check/write-page.ts";
import { checkTransformFile } from "./input/input-files.ts";
import { columnsOf } from "./terminal/fit.ts";
import { createPaint } from "./terminal/paint.ts";
import { NO_TYPE_CHECK, startTypeCheck } from "./transform/type-check.ts";

interface CheckFlags {
  readonly json?: true;
  readonly html?: string;
  readonly transform?: string;
  readonly strict?: true;
  readonly typecheck: boolean;
}

const EXAMPLES = `
Examples:
  mixpanel-gcp check events.ndjson               with functions/transform.ts
  mixpanel-gcp check --transform mine.ts *.gz    with another one
  mixpanel-gcp check history/ '2026-*/*.json'    a folder, and a pattern
  gunzip < events.gz | mixpanel-gcp check -      standard input
  mixpanel-gcp check --html page.html history/   a page with charts
  mixpanel-gcp check gs://bucket/events.ndjson   an object, read in place
  mixpanel-gcp check --json events.ndjson | jq .problems

Exit code: 0 = the files can be imported, 1 = one is cut off, or nothing would
be imported (with --strict: a record would be refused), 2 = wrong usage.`;

/** `check FILE...`: a dry run. `setExitCode` is told 1 when it is not in order. */
export function addCheckCommand(
  program: Command,
  signal: AbortSignal,
  setExitCode: (code: number) => void,
): void {
  program
    .command("check")
    .description(
      "A dry run: shows the first events before and after the transform, counts, problems with line numbers, the properties, and what sending would take. Nothing is sent.",
    )
    .argument(
      "<FILE...>",
      "JSON, a value a line or not, compressed or not: files, folders, quoted globs, - (standard input), or gs://BUCKET/OBJECT",
    )
    .option("--json", "print one summary as JSON on standard output, and nothing else there")
    .option("--html <FILE>", "write a page to look at: charts, properties, refused records")
    .option("--transform <FILE>", "use this transform, instead of functions/transform.ts")
    .option("--no-typecheck", "use the transform in spite of type errors")
    .option("--strict", "exit 1 when any record would be refused")
    .addHelpText("after", EXAMPLES)
    .action(async (files: string[], flags: CheckFlags) => {
      if (flags.html !== undefined) await requireWritable(flags.html);
      const summary = await check(files, flags, signal);
      process.stdout.write(`${flags.json ? JSON.stringify(summary) : report(summary)}\n`);
      if (flags.html !== undefined) await writePage(flags.html, summary);
      if (!summary.ok) setExitCode(1);
    });
}

/** What a deployed stack has as `formats`. @throws UserError naming all that is wrong with it */
function formatsOfEnvironment(): ConfiguredFormats {
  const problems: string[] = [];
  const formats = parseFormats((process.env["FORMATS"] ?? "").trim(), problems);
  if (problems.length > 0) throw new UserError(problems.join("\n"), 2);
  return formats;
}

function report(summary: CheckSummary): string {
  const { stdout } = process;
  return formatReport(summary, { paint: createPaint(stdout), columns: columnsOf(stdout) });
}

async function check(
  files: readonly string[],
  { transform: transformFile, strict, typecheck }: CheckFlags,
  signal: AbortSignal,
): Promise<CheckSummary> {
  if (transformFile !== undefined) await checkTransformFile(transformFile);
  const sources = await findSources(files);
  const file = path.resolve(transformFile ?? OWN_TRANSFORM);
  const place = { file, repository: REPOSITORY };
  const watchdog = createWatchdog(place);
  const transform = locateErrors(await loadTransform(file, watchdog), place);
  if (transform !== identity && !process.env["TRANSFORM_SECRET"])
    process.stderr.write(`${TEST_SECRET_NOTE}\n`);
  // The transform that changes nothing has no types to be wrong.
  const types = typecheck && transform !== identity ? startTypeCheck(file) : NO_TYPE_CHECK;
  const progress = showCheckProgress(process.stderr, sources);
  try {
    const summary = await checkFiles({
      ...{ sources, transform, watchdog, progress },
      formats: formatsOfEnvironment(),
      signal: AbortSignal.any([signal, types.signal]),
      strict: strict === true,
      rules: SIMULATED_RULES,
    });
    await types.done();
    return summary;
  } finally {
    progress.stop();
    types.stop();
  }
}
