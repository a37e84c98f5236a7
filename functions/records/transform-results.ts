import { isRecord, type JsonRecord } from "../event/transform-contract.ts";
import { IS_ASYNCHRONOUS, returnedAmong, returnedWrong } from "../event/transform-errors.ts";

/**
 * The records that a transform returned: one, an array of them, or `null` for none.
 *
 * @throws TypeError for anything else, in the words of transform-errors.ts. Whatever reading it
 *   throws (it may be a Proxy)
 */
export function resultsOf(returned: unknown): readonly JsonRecord[] {
  if (returned === null) return [];
  if (Array.isArray(returned)) return elementsOf(returned);
  assertSynchronous([returned]);
  if (!isRecord(returned)) throw new TypeError(returnedWrong(returned));
  return [returned];
}

/** A hole is an element like any other: undefined. */
function elementsOf(list: readonly unknown[]): readonly JsonRecord[] {
  // Object.values: an array with holes may be longer than anybody can wait for.
  assertSynchronous(Object.values(list));
  const records: JsonRecord[] = [];
  for (const element of list) {
    if (!isRecord(element)) throw new TypeError(returnedAmong(element));
    records.push(element);
  }
  return records;
}

function assertSynchronous(values: readonly unknown[]): void {
  const promises = values.filter(isThenable);
  // A promise that nobody listens to would end the process when it is rejected.
  for (const promise of promises) void Promise.resolve(promise).catch(() => undefined);
  if (promises.length > 0) throw new TypeError(IS_ASYNCHRONOUS);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isRecord(value) && typeof (value as { then?: unknown }).then === "function";
}
