import type { Problem } from "../event/problem.ts";
import { eventOfRow, usualColumns } from "../event/row-mapping.ts";
import type { Transform } from "../event/transform-contract.ts";

/** What is done with rows without a transform: those of the usual columns are events. */
export const rowToEvent: Transform = (row) => eventOfRow(row, usualColumns(row));

const NAME_IT = "missing: eventFromRow says which column it is";

/** By field and error: what the problem of an event says, when the event was a row. */
const OF_ROWS: ReadonlyMap<string, string> = new Map([
  ["event missing", NAME_IT],
  ["properties.time missing", NAME_IT],
  ["properties.time not a number: timeFrom reads it", "not a number: eventFromRow reads it"],
]);

/** The problem of an event that `rowToEvent` made, with what to do about a row. */
export function rowProblem(problem: Problem): Problem {
  const error = OF_ROWS.get(`${problem.field} ${problem.error}`);
  return error === undefined ? problem : { ...problem, error };
}
