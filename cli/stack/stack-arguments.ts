import { shellWord } from "../terminal/shell-word.ts";
import type { StackFlags } from "./stack-options.ts";

/** The options that name the same stack, for commands to copy: ` --stack production`, or "". */
export function stackArguments({ local, outputs, stack, set = [] }: StackFlags): string {
  return [
    ...(local === true ? ["--local"] : []),
    ...(stack === undefined ? [] : [`--stack ${shellWord(stack)}`]),
    ...(outputs === undefined ? [] : [`--outputs ${shellWord(outputs)}`]),
    ...set.map((setting) => `--set ${shellWord(setting)}`),
  ]
    .map((argument) => ` ${argument}`)
    .join("");
}
