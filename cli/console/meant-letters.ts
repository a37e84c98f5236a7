import type { LetterFilter } from "../replay/plan.ts";
import { exactSource } from "../status/exact-names.ts";

/** Dead letters of one group. */
export interface MeantLetters {
  readonly reason: string;
  readonly field: string;
  readonly error: string;
  /** `gs://bucket/object`, or a subscription. */
  readonly source: string;
}

/** Exactly this group: not those of other errors, nor sources whose names begin with this one. */
export function toFilter({ reason, field, error, source }: MeantLetters): LetterFilter {
  return {
    ...{ reasons: [reason], fields: [field], errors: [error] },
    sources: [exactSource(source)],
  };
}
