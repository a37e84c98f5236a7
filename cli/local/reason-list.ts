import type { DeadLetterGroup } from "../../local/run/dead-letter-groups.ts";
import { fit, printable, wrap } from "../terminal/fit.ts";
import type { TextStyle } from "../terminal/style.ts";
import { formatCount } from "../terminal/table.ts";

const MAX_REASONS = 10;
const MAX_ERROR_CHARACTERS = 200;

/**
 * Why records were not imported, most frequent reason first, each with the place of one of them; ""
 * when all were.
 */
export function reasonList(
  groups: readonly DeadLetterGroup[],
  { columns, paint }: TextStyle,
): string {
  if (groups.length === 0) return "";
  const shown = groups.slice(0, MAX_REASONS);
  const rest = groups.length - shown.length;
  return [
    paint("heading", "Not imported"),
    ...shown.map(
      (group) =>
        `  ${wrap(`${formatCount(group.records)}  ${describeProblem(group)}`, columns - 2, "     ")}\n` +
        `     e.g. ${fit(printable(group.sample), columns - 10)}`,
    ),
    ...(rest > 0 ? [`  and ${formatCount(rest)} more ${rest === 1 ? "problem" : "problems"}`] : []),
  ].join("\n");
}

/** Reason, field and error on one line. */
export function describeProblem({
  reason,
  field,
  error,
}: Pick<DeadLetterGroup, "reason" | "field" | "error">): string {
  const problem = [field, fit(error.replace(/\s+/g, " "), MAX_ERROR_CHARACTERS)];
  return printable([reason, problem.filter((text) => text !== "").join(": ")].join(", "));
}
