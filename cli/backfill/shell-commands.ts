import { stackArguments } from "../stack/stack-arguments.ts";
import type { StackFlags } from "../stack/stack-options.ts";
import { shellWord } from "../terminal/shell-word.ts";
import type { Target } from "./target.ts";

/** What goes on with a backfill that ended early. */
export interface Continuation {
  readonly target: string;
  readonly again: boolean;
  readonly since: string | undefined;
  readonly quarantineOff: boolean;
  readonly strict: boolean;
  readonly stack: StackFlags;
}

/** The command that goes on with it. */
export function continueCommand(from: Continuation): string {
  const words = [
    ...["npx", "--no", "mixpanel-gcp", "backfill", from.target],
    ...(from.again ? ["--again"] : []),
    ...(from.again && from.since !== undefined ? ["--since", from.since] : []),
    ...(from.quarantineOff ? ["--quarantine", "off"] : []),
    ...(from.strict ? ["--strict"] : []),
  ];
  return words.map(shellWord).join(" ") + stackArguments(from.stack);
}

/**
 * The command that copies a target into another bucket under the same names
 * (https://cloud.google.com/sdk/gcloud/reference/storage).
 */
export function copyCommand({ given, bucket, prefix, isPrefix }: Target, to: string): string {
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const destination = shellWord(`gs://${to}/${folder}`);
  if (isPrefix && folder === prefix)
    return `gcloud storage rsync --recursive ${shellWord(`gs://${bucket}/${folder}`)} ${destination}`;
  const source = shellWord(isPrefix ? `${given}*` : given);
  return `gcloud storage cp --recursive ${source} ${destination}`;
}
