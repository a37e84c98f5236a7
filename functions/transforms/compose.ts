import { identity, type JsonRecord, type Transform } from "../event/transform-contract.ts";

/**
 * One transform out of several steps: each gets what the one before made. A step that returns nothing ends it for that
 * event; one that returns several events has the rest done to each of them. A step is a transform like any other, so
 * your own functions go in between.
 *
 * @example
 * export const transform = compose(
 *   dropEvents("Heartbeat"),
 *   timeFrom("created_at", "iso8601"),
 *   dropProperties("email"),
 *   (event) => (event["event"] === "Ping" ? null : event),
 * );
 */
export function compose(...steps: readonly Transform[]): Transform {
  const working = steps.filter((step) => step !== identity);
  if (working.length === 0) return identity;
  return (record, context) => runSteps(working, record, context);
}

type Result = ReturnType<Transform>;

function runSteps(
  steps: readonly Transform[],
  record: JsonRecord,
  context: Parameters<Transform>[1],
): Result {
  let current = record;
  for (const [index, step] of steps.entries()) {
    const result = step(current, context);
    if (result === null || result === undefined) return result;
    if (isList(result)) {
      const rest = steps.slice(index + 1);
      return result.flatMap((event) => listOf(runSteps(rest, event, context)));
    }
    current = result;
  }
  return current;
}

function listOf(result: Result): readonly JsonRecord[] {
  if (result === null || result === undefined) return [];
  return isList(result) ? result : [result];
}

function isList(result: JsonRecord | readonly JsonRecord[]): result is readonly JsonRecord[] {
  return Array.isArray(result);
}
