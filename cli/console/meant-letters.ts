import type { LetterFilter } from "../replay/plan.ts";
import { exactSource } from "../status/exact-names.ts";

/** Dead letters of one group. */
export interface MeantLetters {
  readonly reason: string;
  readonly field: string;
  /** `gs://bucket/object`, or a subscription; "": any. */
  readonly source: string;
}

/** Exactly this source, and not those whose names begin with it. */
export function toFilter({ reason, field, source }: MeantLetters): LetterFilter {
  const sources = source === "" ? {} : { sources: [exactSource(source)] };
  return { reasons: [reason], fields: [field], ...sources };
}
