import { UserError } from "../../functions/platform/user-error.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { Clock } from "./clock.ts";
import type { Fault } from "./faults.ts";
import { parseFault } from "./parse-fault.ts";
import { DOCUMENTED_RATE, type RateLimits } from "./rate-limit.ts";
import { PROFILE_SWITCH_VALUES } from "./profiles/profile-switches.ts";
import type { Switches } from "./switches.ts";

/** A list of faults, or an object with `faults` and `seed`. @throws UserError */
export function parseFaultChange(body: unknown): {
  readonly faults: readonly Fault[];
  readonly seed: number;
} {
  const { faults, seed = 1 } = Array.isArray(body) ? { faults: body } : objectOf(body);
  if (!Array.isArray(faults)) throw new UserError('Give a list of faults, or {"faults":[...]}.');
  if (typeof seed !== "number") throw new UserError("`seed` must be a number.");
  return { faults: faults.map(parseFault), seed };
}

/** What each switch may be; "positive" is a whole number above 0. */
export const SWITCH_VALUES: Readonly<Record<keyof Switches, readonly unknown[] | "positive">> = {
  maxRequestBytes: "positive",
  maxTableBytes: "positive",
  tooManyEvents: [413, 400],
  malformedLine: ["request", "record"],
  failedRecordKey: ["insert_id", "$insert_id"],
  identityEvents: ["refuse", "ignore"],
  placeholdersIgnoreCase: [true, false],
  maxProperties: "positive",
  textUnit: ["characters", "bytes"],
  ...PROFILE_SWITCH_VALUES,
};

/** @throws UserError for a switch or a value that there is not */
export function parseSwitches(body: unknown): Partial<Switches> {
  const changed = objectOf(body);
  for (const [name, value] of Object.entries(changed)) checkSwitch(name, value);
  return changed;
}

function checkSwitch(name: string, value: unknown): void {
  const allowed = Object.entries(SWITCH_VALUES).find(([known]) => known === name)?.[1];
  if (allowed === undefined)
    throw new UserError(
      `There is no switch "${name}". There are: ${Object.keys(SWITCH_VALUES).join(", ")}.`,
    );
  const isAllowed =
    allowed === "positive" ? Number.isInteger(value) && Number(value) > 0 : allowed.includes(value);
  if (isAllowed) return;
  const values =
    allowed === "positive" ? "a whole number above 0" : `one of ${JSON.stringify(allowed)}`;
  throw new UserError(`\`${name}\` must be ${values}.`);
}

/** `"off"`, or either limit; the other is the documented one. @throws UserError */
export function parseRateLimit(body: unknown): RateLimits | undefined {
  if (body === "off") return undefined;
  const { eventsPerSecond, bytesPerMinute } = { ...DOCUMENTED_RATE, ...objectOf(body) };
  if (typeof eventsPerSecond !== "number" || typeof bytesPerMinute !== "number")
    throw new UserError('Give {"eventsPerSecond":N,"bytesPerMinute":N}, or "off".');
  return { eventsPerSecond, bytesPerMinute };
}

/** `{now, frozen?}` or `{advanceMs}`. @throws UserError */
export function parseClockChange(body: unknown): (clock: Clock) => void {
  const { now, advanceMs, frozen = false } = objectOf(body);
  if (typeof advanceMs === "number")
    return (clock) => {
      clock.advance(advanceMs);
    };
  if (typeof now !== "number" || typeof frozen !== "boolean")
    throw new UserError('Give {"now":MILLISECONDS,"frozen":true|false} or {"advanceMs":N}.');
  return (clock) => {
    clock.set(now, { frozen });
  };
}

function objectOf(body: unknown): JsonObject {
  if (isJsonObject(body)) return body;
  throw new UserError("The body must be a JSON object.");
}
