import { failed, type Facts, ok, type Outcome, warning } from "./check.ts";

/** What brings back whatever of a stack somebody has changed by hand. */
export const REPAIR = "Run: pulumi up --refresh";

/** One of several things that may be wrong with what a check looks at. */
export interface Finding {
  /** Needs attention, though everything works. */
  readonly isWarning?: boolean;
  /** A sentence. */
  readonly detail: string;
  /** @default REPAIR */
  readonly remedy?: string;
}

/** All of it as what the check found: `fine` when nothing was; each remedy is told once. */
export function outcomeOfFindings(
  findings: readonly Finding[],
  fine: string,
  facts: Facts = {},
): Outcome {
  if (findings.length === 0) return ok(fine, facts);
  const tell = findings.every(({ isWarning }) => isWarning === true) ? warning : failed;
  const remedies = new Set(findings.map(({ remedy = REPAIR }) => remedy));
  return tell(findings.map(({ detail }) => detail).join(" "), [...remedies].join("\n"), facts);
}
