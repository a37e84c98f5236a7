import { InvalidArgumentError, type Command } from "commander";

import { UserError } from "../../functions/platform/user-error.ts";
import { INSTANT_FORMS, parseInstant } from "../parse-instant.ts";
import type { StackFlags } from "../stack/stack-options.ts";
import type { LetterFilter } from "./plan.ts";

/** What was given to `replay`. */
export interface ReplayFlags extends StackFlags {
  readonly reason?: readonly string[];
  readonly field?: readonly string[];
  readonly source?: readonly string[];
  readonly since?: GivenTime;
  readonly until?: GivenTime;
  readonly limit?: number;
  readonly maxReplays: number;
  readonly transform?: string;
  readonly typecheck: boolean;
  readonly to?: string;
  readonly from?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** As it was given: milliseconds of the epoch, or how many of them ago. */
export type GivenTime = { readonly at: number } | { readonly agoMs: number };

/** `undelivered` is what Pub/Sub itself forwarded. */
const REASONS = [
  "malformed",
  "invalid",
  "transform-failed",
  "rejected",
  "quarantined",
  "unreadable",
  "too-large",
  "undelivered",
];
const MAX_REPLAYS = 3;

/** Adds the options of `replay`, but for those that name a stack. */
export function addReplayOptions(command: Command): Command {
  return command
    .option("--reason <REASON>", `only these (repeatable): ${REASONS.join(", ")}`, collectReason)
    .option("--field <FIELD>", "only these, as properties.time (repeatable)", collect)
    .option("--source <SOURCE>", "only from there: start or glob of gs://… (repeatable)", collect)
    .option("--since <TIME>", "dead since then: 2026-11-20T10:00Z, or 90m, 6h, 2d ago", parseTime)
    .option("--until <TIME>", "dead before then", parseTime)
    .option("--limit <N>", "at most so many; a record in parts is one", parseCount)
    .option("--transform <FILE>", "repair each record with this transform before it is sent")
    .option("--no-typecheck", "use the transform in spite of type errors")
    .option("--max-replays <N>", "leave records replayed so often", parseCount, MAX_REPLAYS)
    .option("--to <FILE>", "write the dead letters to a file, instead of sending them")
    .option("--from <FILE>", "send the dead letters of such a file, edited or not")
    .option("--dry-run", "show what would be sent, before and after the repair; change nothing")
    .option("--yes", "do not ask")
    .option("--json", "print one report as JSON on standard output, and nothing else there");
}

/** @throws UserError (exit code 2) for flags that contradict each other */
export function refuseContradictions({ to, from, transform }: ReplayFlags): void {
  if (to === undefined) return;
  if (from !== undefined)
    throw new UserError("--to and --from are two steps: give one of them.", 2);
  if (transform !== undefined)
    throw new UserError(
      "--to writes dead letters as they are. Give --transform when they are sent, with --from.",
      2,
    );
}

/**
 * Which dead letters are meant.
 *
 * @param now by the clock that dates dead letters: Pub/Sub's
 */
export function filterOf(flags: ReplayFlags, now: number): LetterFilter {
  const { reason, field, source, since, until } = flags;
  return {
    ...(reason && { reasons: reason }),
    ...(field && { fields: field }),
    ...(source && { sources: source }),
    ...(since && { since: toTime(since, now) }),
    ...(until && { until: toTime(until, now) }),
  };
}

function toTime(given: GivenTime, now: number): number {
  return "at" in given ? given.at : now - given.agoMs;
}

function collect(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text];
}

function collectReason(text: string, earlier: readonly string[] = []): readonly string[] {
  if (!REASONS.includes(text))
    throw new InvalidArgumentError(`It is one of ${REASONS.join(", ")}.`);
  return [...earlier, text];
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Give a number from 1.");
  return Number(text);
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 };

/** A date, or how long ago. */
export function parseTime(text: string): GivenTime {
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs !== undefined) return { agoMs: Number(count) * unitMs };
  const at = parseInstant(text);
  if (at === undefined)
    throw new InvalidArgumentError(`Give ${INSTANT_FORMS}, or 90m, 6h, 2d (ago).`);
  return { at };
}
