import {
  identity,
  isRecord,
  type JsonRecord,
  type Transform,
} from "../event/transform-contract.ts";
import { checkFunction, ordinal } from "./step-arguments.ts";

/**
 * One transform out of several steps: each gets what the one before made. A step that returns
 * `null` ends it for that event; one that returns several events has the rest done to each of them.
 * A step is a transform like any other, so your own functions go in between.
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
  for (const [index, step] of steps.entries())
    checkFunction("compose", ordinal("step", index), step, "a transform, which is a function");
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
    if (isList(result)) return runOnEach(result, steps.slice(index + 1), context);
    // Null; or what no transform may return, which is said of the whole then.
    if (!isRecord(result)) return result;
    current = result;
  }
  return current;
}

function runOnEach(
  records: readonly JsonRecord[],
  steps: readonly Transform[],
  context: Parameters<Transform>[1],
): Result {
  const made: JsonRecord[] = [];
  // Not flatMap, on whose way a hole would get lost.
  for (const record of records) {
    if (!isRecord(record)) return records;
    const result = runSteps(steps, record, context);
    if (result === null) continue;
    if (!isList(result) && !isRecord(result)) return result;
    for (const one of isList(result) ? result : [result]) made.push(one);
  }
  return made;
}

function isList(result: Result): result is readonly JsonRecord[] {
  return Array.isArray(result);
}
