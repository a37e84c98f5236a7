import type { StackFlags } from "../stack/stack-options.ts";

/** The options that name the same stack, for commands to copy: ` --stack production`, or "". */
export function stackArguments({ local, outputs, stack, set = [] }: StackFlags): string {
  return [
    ...(local === true ? ["--local"] : []),
    ...(stack === undefined ? [] : [`--stack ${quote(stack)}`]),
    ...(outputs === undefined ? [] : [`--outputs ${quote(outputs)}`]),
    ...set.map((setting) => `--set ${quote(setting)}`),
  ]
    .map((argument) => ` ${argument}`)
    .join("");
}

/** For a shell: as it is where nothing in it has a meaning. */
export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
