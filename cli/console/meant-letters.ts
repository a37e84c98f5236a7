import type { LetterFilter } from "../replay/plan.ts";

/** Dead letters of one group. */
export interface MeantLetters {
  readonly reason: string;
  readonly field: string;
  /** `gs://bucket/object`, or a subscription; "": any. */
  readonly source: string;
}

/** What a pattern of replay's would take for something else than itself. */
const SPECIAL = /[*?[\]{}()!+@|\\]/g;

/** Exactly this source, and not those whose names begin with it. */
export function toFilter({ reason, field, source }: MeantLetters): LetterFilter {
  const isObject = source.startsWith("gs://");
  const escaped = source.replace(SPECIAL, String.raw`\$&`);
  const isPattern = /[*?[\]{}]/.test(escaped);
  const exact = isPattern ? escaped : isObject ? `${source}#` : source;
  return { reasons: [reason], fields: [field], ...(source !== "" && { sources: [exact] }) };
}
