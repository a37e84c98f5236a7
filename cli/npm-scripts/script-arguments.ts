import { parseArgs } from "node:util";

import { UserError } from "../../functions/platform/user-error.ts";
import type { ScriptUsage } from "./usages.ts";

const WRONG_USAGE = 2;

/** Whether the usage is asked for, and nothing else is to happen. */
export function asksForHelp(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}

/** What `npm run NAME -- --help` prints. */
export function describeUsage(name: string, usage: ScriptUsage): string {
  const { summary, options = {}, words, program } = usage;
  const names = Object.keys(options);
  const width = Math.max(...names.map(({ length }) => length), 0);
  const shown = [
    ...(words === undefined ? [] : [`[${words}]`]),
    ...(program === undefined ? names.map((option) => `[${option}]`) : ["..."]),
  ];
  const command = `${commandOf(name)}${shown.length === 0 ? "" : ` -- ${shown.join(" ")}`}`;
  return [
    `Usage: ${command.length <= 80 ? command : `${commandOf(name)} -- [OPTION...]`}`,
    "",
    summary,
    ...(names.length === 0 ? [] : [""]),
    ...names.map((option) => `  ${option.padEnd(width)}  ${options[option] ?? ""}`),
    ...(program === undefined ? [] : ["", `What else it takes: ${program}`]),
  ].join("\n");
}

/** @throws UserError (exit code 2) for an argument the script does not know */
export function refuseUnknown(name: string, usage: ScriptUsage, args: readonly string[]): void {
  if (usage.program !== undefined) return;
  const options = Object.keys(usage.options ?? {}).map((option) => {
    const [flag = "", value] = option.split(" ");
    return [flag.slice(2), { type: value === undefined ? "boolean" : "string" }] as const;
  });
  try {
    parseArgs({
      args: [...args],
      options: Object.fromEntries(options),
      allowPositionals: usage.words !== undefined,
    });
  } catch (error) {
    const [sentence = ""] = String(error instanceof Error ? error.message : error).split(/\. |\n/);
    throw new UserError(
      `${sentence.replace(/\.$/, "")}. See: ${commandOf(name)} -- --help`,
      WRONG_USAGE,
    );
  }
}

function commandOf(name: string): string {
  return name === "test" ? "npm test" : `npm run ${name}`;
}
