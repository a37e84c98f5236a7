import type { StackFlags } from "../stack/stack-options.ts";
import type { Target } from "./target.ts";

const PLAIN_WORD = /^[\w./:=,@%+-]+$/;

/** A word as a POSIX shell reads it back. */
export function quoteWord(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

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
  const { local, outputs, stack, set = [] } = from.stack;
  const words = [
    ...["npx", "--no", "mixpanel-gcp", "backfill", from.target],
    ...(from.again ? ["--again"] : []),
    ...(from.again && from.since !== undefined ? ["--since", from.since] : []),
    ...(from.quarantineOff ? ["--quarantine", "off"] : []),
    ...(from.strict ? ["--strict"] : []),
    ...(local === true ? ["--local"] : []),
    ...(stack === undefined ? [] : ["--stack", stack]),
    ...(outputs === undefined ? [] : ["--outputs", outputs]),
    ...set.flatMap((setting) => ["--set", setting]),
  ];
  return words.map(quoteWord).join(" ");
}

/**
 * The command that copies a target into another bucket under the same names
 * (https://cloud.google.com/sdk/gcloud/reference/storage).
 */
export function copyCommand({ given, bucket, prefix, isPrefix }: Target, to: string): string {
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const destination = quoteWord(`gs://${to}/${folder}`);
  if (isPrefix && folder === prefix)
    return `gcloud storage rsync --recursive ${quoteWord(`gs://${bucket}/${folder}`)} ${destination}`;
  const source = quoteWord(isPrefix ? `${given}*` : given);
  return `gcloud storage cp --recursive ${source} ${destination}`;
}
