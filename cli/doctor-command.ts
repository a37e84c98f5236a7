import { setTimeout } from "node:timers/promises";

import type { Command } from "commander";

import { systemClock } from "../functions/platform/clock.ts";
import { createAccess } from "../check/google-access.ts";
import { chooseChecks, CHECKS } from "./doctor/catalogue.ts";
import type { ChosenCheck, DoctorContext, Facts, Origin, Phase } from "./doctor/check.ts";
import {
  formatList,
  formatResult,
  isFollowUp,
  formatSummary,
  toJson,
} from "./doctor/doctor-report.ts";
import { isWell, runChecks, type CheckResult } from "./doctor/run-checks.ts";
import { runProgram } from "./doctor/run-program.ts";
import { SERVICE_URLS } from "./doctor/service-urls.ts";
import { findStack, readGiven } from "./stack/find-stack.ts";
import { stackArguments } from "./stack/stack-arguments.ts";
import { addStackOptions, type StackFlags } from "./stack/stack-options.ts";
import { OUTPUT_NAMES, type Stack } from "./stack/stack.ts";
import { styleOf } from "./terminal/style.ts";

interface DoctorFlags extends StackFlags {
  readonly canary?: true;
  readonly json?: true;
  readonly list?: true;
}

const EXAMPLES = `
Examples:
  npx --no mixpanel-gcp doctor               before and after pulumi up
  npx --no mixpanel-gcp doctor token quota   these, and what they need
  npx --no mixpanel-gcp doctor --canary
  npx --no mixpanel-gcp doctor --local --canary
  npx --no mixpanel-gcp doctor --json | jq '.checks[] | select(.status != "ok")'

Nothing is changed, but by --canary: it puts an object into the landing bucket,
which it deletes again, and publishes a message; both are events named
"mixpanel-gcp canary". It takes a minute at most.

Exit code: 0 = nothing needs attention, 1 = a check failed, warns, or is unknown
(you may not look at it), or one that you asked for, by its name or --canary,
was skipped, 2 = wrong usage, 130 = interrupted.`;

const REQUEST_MS = 10_000;

/** `doctor [CHECK...]`: is everything set up right, and does it work? */
export function addDoctorCommand(
  program: Command,
  signal: AbortSignal,
  setExitCode: (code: number) => void,
): void {
  const command = program
    .command("doctor")
    .description(
      "A checklist: this machine, Pulumi, the project, the token, the transform; and of a stack that is deployed its subscriptions, functions, grants, backlog and last receipts.",
    )
    .argument("[CHECK...]", "only these checks, by the names that --list prints")
    .option("--canary", "send one marked event through each path, and wait until it arrived")
    .option("--list", "print the names of the checks")
    .option("--json", "print one report as JSON on standard output, and nothing else there");
  addStackOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (ids: string[], flags: DoctorFlags) => {
      if (flags.list === true) {
        process.stdout.write(`${formatList(CHECKS)}\n`);
        return;
      }
      const origin = originOf(flags);
      const checks = chooseChecks({ ids, origin, canary: flags.canary === true });
      // With Pulumi a check finds it: there need not be one yet.
      const stack = origin === "pulumi" ? undefined : await findStack(flags, signal);
      const results = await examine(checks, flags, { origin, stack, signal });
      if (!isWell(results)) setExitCode(1);
    });
}

/** A stack whose outputs are all given needs no Pulumi on this machine. */
function originOf({ local, outputs, set, stack }: StackFlags): Origin {
  if (local === true) return "local";
  const given = readGiven(set ?? []);
  const isComplete = OUTPUT_NAMES.every((name) => name in given || name === "dashboardUrl");
  return outputs !== undefined || (isComplete && stack === undefined) ? "outputs" : "pulumi";
}

async function examine(
  checks: readonly ChosenCheck[],
  flags: DoctorFlags,
  found: {
    readonly origin: Origin;
    readonly stack: Stack | undefined;
    readonly signal: AbortSignal;
  },
): Promise<readonly CheckResult[]> {
  const { stdout } = process;
  const style = styleOf(stdout);
  let phase: Phase | undefined;
  const show = (result: CheckResult): void => {
    if (flags.json === true || isFollowUp(result)) return;
    stdout.write(`${formatResult(result, phase, style)}\n`);
    ({ phase } = result.check);
  };
  const { stack } = found;
  const facts: Facts = stack === undefined ? {} : { stack, project: stack.project };
  const results = await runChecks(checks, contextOf(flags, found), facts, show);
  const title =
    stack?.title ??
    results.find(({ outcome }) => outcome.facts?.stack)?.outcome.facts?.stack?.title;
  const ending =
    flags.json === true
      ? JSON.stringify(toJson(title, results))
      : `\n${formatSummary(results, style)}`;
  stdout.write(`${ending}\n`);
  return results;
}

function contextOf(
  flags: DoctorFlags,
  {
    origin,
    stack,
    signal,
  }: { readonly origin: Origin; readonly stack: Stack | undefined; readonly signal: AbortSignal },
): DoctorContext {
  const local = stack?.local;
  return {
    origin,
    stackName: flags.stack,
    stackOptions: stackArguments(flags),
    given: readGiven(flags.set ?? []),
    urls: SERVICE_URLS,
    google: createAccess({ project: stack?.project ?? "", local }),
    isLocal: local !== undefined,
    runProgram,
    environment: process.env,
    requestMs: REQUEST_MS,
    time: {
      now: systemClock.now,
      sleep: async (ms, stopped) => {
        await setTimeout(ms, undefined, { signal: stopped });
      },
    },
    signal,
  };
}
