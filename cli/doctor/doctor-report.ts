import type { Meaning } from "../terminal/paint.ts";
import { padTo, printable, widthOf, wrap } from "../terminal/fit.ts";
import type { TextStyle } from "../terminal/style.ts";
import type { Check, Phase, Status } from "./check.ts";
import { isWell, type CheckResult } from "./run-checks.ts";

const HEADINGS: Readonly<Record<Phase, string>> = {
  before: "Before pulumi up",
  after: "After pulumi up",
  canary: "Canary",
};

const MARKS: Readonly<Record<Status, { readonly text: string; readonly meaning: Meaning }>> = {
  ok: { text: "ok", meaning: "good" },
  warning: { text: "warning", meaning: "doubtful" },
  failed: { text: "FAILED", meaning: "bad" },
  unknown: { text: "unknown", meaning: "doubtful" },
  skipped: { text: "skipped", meaning: "aside" },
};
const MARK_COLUMNS = 9;
const ARROW = "-> ";
const INDENT = " ".repeat(2 + MARK_COLUMNS);

/** The line of a check, and its remedy; above the first of a phase its heading. */
export function formatResult(
  { check, outcome }: CheckResult,
  previous: Phase | undefined,
  { paint, columns }: TextStyle,
): string {
  const { text, meaning } = MARKS[outcome.status];
  const room = columns - widthOf(INDENT);
  const body = wrap(`${check.title}: ${printable(outcome.detail)}`, room);
  const lines = [
    ...(check.phase === previous ? [] : [paint("heading", HEADINGS[check.phase])]),
    `  ${paint(meaning, padTo(text, MARK_COLUMNS))}${body.replaceAll("\n", `\n${INDENT}`)}`,
  ];
  if (outcome.remedy !== undefined) {
    const remedy = formatRemedy(outcome.remedy, room - widthOf(ARROW));
    lines.push(
      `${INDENT}${ARROW}${remedy.replaceAll("\n", `\n${INDENT}${" ".repeat(ARROW.length)}`)}`,
    );
  }
  const isNewPhase = previous !== undefined && check.phase !== previous;
  return `${isNewPhase ? "\n" : ""}${lines.join("\n")}`;
}

/** A command that is wrapped would be two when it is pasted. */
function formatRemedy(remedy: string, columns: number): string {
  return remedy
    .split("\n")
    .map((line) =>
      line.startsWith("  ") ? printable(line.trim()) : wrap(printable(line), columns),
    )
    .join("\n");
}

/** Skipped because what it needs was skipped: why, stands above; unless it was asked for. */
export function isFollowUp({ check, blocking }: CheckResult): boolean {
  return blocking?.outcome.status === "skipped" && check.isAskedFor !== true;
}

/** `21 ok, 1 failed, 2 skipped.` */
export function formatSummary(results: readonly CheckResult[], { paint }: TextStyle): string {
  const counts = (["ok", "warning", "failed", "unknown", "skipped"] as const).flatMap((status) => {
    const count = results.filter(({ outcome }) => outcome.status === status).length;
    return count === 0 && status !== "ok"
      ? []
      : [`${count} ${status === "warning" && count > 1 ? "warnings" : status}`];
  });
  return paint(isWell(results) ? "good" : "bad", `${counts.join(", ")}.`);
}

/** For `--json`. */
export function toJson(title: string | undefined, results: readonly CheckResult[]): object {
  return {
    ok: isWell(results),
    stack: title ?? null,
    checks: results.map(({ check, outcome, seconds }) => ({
      id: check.id,
      title: check.title,
      phase: check.phase,
      status: outcome.status,
      detail: outcome.detail,
      remedy: outcome.remedy ?? null,
      seconds: Math.round(seconds * 1000) / 1000,
    })),
  };
}

/** For `--list`. */
export function formatList(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ id }) => id.length)) + 2;
  return checks
    .map(({ id, title, phase }) => `${id.padEnd(width)}${phase.padEnd(8)}${title}`)
    .join("\n");
}
