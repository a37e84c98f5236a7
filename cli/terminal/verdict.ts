import { formatCount } from "./table.ts";

/** What became of everything that was read. */
export interface Outcome {
  /** Records. */
  readonly read: number;
  /** Events; as many as records, unless a transform makes several of one. */
  readonly imported: number;
  /** Records and events that are not imported, with a reason. */
  readonly refused: number;
  /** Records that the transform left out. */
  readonly leftOut: number;
}

/**
 * `2,110 of 3,000 imported, 890 refused, 0 left out.`; louder when nothing was: an import that
 * loses everything must not look like one that went well.
 *
 * @param verb `imported`, or `would be imported`
 */
export function describeOutcome(outcome: Outcome, verb: string): string {
  const { read, imported, refused, leftOut } = outcome;
  const counts =
    `${formatCount(imported)} of ${formatCount(read)} ${verb}, ` +
    `${formatCount(refused)} refused, ${formatCount(leftOut)} left out.`;
  if (read === 0 || imported > 0) return counts;
  const reason =
    leftOut === read ? "the transform leaves every record out" : "see the reasons above";
  return `${counts}\nNOTHING ${verb.replace(/^imported$/, "was imported").toUpperCase()}: ${reason}.`;
}
