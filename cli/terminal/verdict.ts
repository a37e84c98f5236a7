import { formatCount, formatNumberOf } from "./table.ts";

/** What became of everything that was read. */
export interface Outcome {
  /** Records. */
  readonly read: number;
  /** Events and updates; as many as records, unless a transform makes several of one. */
  readonly imported: number;
  /** Records, and what was made of them, that are not imported, with a reason. */
  readonly refused: number;
  /** Records that the transform left out. */
  readonly leftOut: number;
  /** Updates that Mixpanel accepted without counting them. */
  readonly unconfirmed: number;
  /** Something was not read, or not to its end. */
  readonly isDamaged: boolean;
}

/**
 * `2,110 of 3,000 imported, 890 refused, 0 left out.`, or `5 records: 8 imported, …`; louder when
 * nothing was: an import that loses everything must not look like one that went well.
 *
 * @param verb `imported`, or `would be imported`
 */
export function describeOutcome(outcome: Outcome, verb: string): string {
  const { read, imported, refused, leftOut, unconfirmed, isDamaged } = outcome;
  const isOneToOne = imported + refused + leftOut + unconfirmed === read;
  const counts =
    // Where a transform makes several of a record, "8 of 5" would be no part of a whole.
    (isOneToOne
      ? `${formatCount(imported)} of ${formatCount(read)} ${verb}, `
      : `${formatNumberOf(read, "record")}: ${formatCount(imported)} ${verb}, `) +
    `${formatCount(refused)} refused, ${formatCount(leftOut)} left out` +
    (unconfirmed === 0 ? "." : `, ${formatCount(unconfirmed)} unconfirmed.`);
  if ((read === 0 && !isDamaged) || imported + unconfirmed > 0) return counts;
  const reason =
    read > 0 && leftOut === read
      ? "the transform leaves every record out"
      : "see the reasons above";
  return `${counts}\nNOTHING ${verb.replace(/^imported$/, "was imported").toUpperCase()}: ${reason}.`;
}
