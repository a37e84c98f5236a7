import { UserError } from "../../functions/platform/user-error.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { ENDPOINTS } from "./endpoint-name.ts";
import type { Fault, FaultEffect, FaultMatch } from "./faults.ts";

/** Reads one fault that came as JSON. @throws UserError naming the field that is wrong */
export function parseFault(value: unknown): Fault {
  if (!isJsonObject(value)) throw new UserError("A fault must be an object.");
  const kind = Object.keys(EFFECTS).find(
    (candidate): candidate is FaultEffect["kind"] => candidate === value["kind"],
  );
  if (kind === undefined)
    throw new UserError(
      `There is no fault of kind ${describe(value["kind"])}. There are: ${Object.keys(EFFECTS).join(", ")}.`,
    );
  const effect = EFFECTS[kind](createFieldReader(value, kind));
  return value["match"] === undefined ? effect : { ...effect, match: parseMatch(value["match"]) };
}

/** How each kind of fault is read. */
export const EFFECTS: Readonly<Record<FaultEffect["kind"], (read: FieldReader) => FaultEffect>> = {
  latency: (read) => ({ kind: "latency", ms: read.number("ms") }),
  status: (read) => ({
    kind: "status",
    status: read.status("status"),
    ...read.present("retryAfter", () => ({ retryAfter: read.numberOrText("retryAfter") })),
    ...read.present("body", () => ({ body: read.choice("body", ["html", "json", "empty"]) })),
    ...read.present("stored", () => ({ stored: read.flag("stored") })),
  }),
  resetBeforeStore: () => ({ kind: "resetBeforeStore" }),
  resetAfterStore: () => ({ kind: "resetAfterStore" }),
  hang: () => ({ kind: "hang" }),
  wrongCount: (read) => ({ kind: "wrongCount", by: read.number("by") }),
  loseEvents: (read) => ({ kind: "loseEvents", event: read.text("event") }),
  loseUpdates: (read) => ({ kind: "loseUpdates", id: read.text("id") }),
  refuseUpdates: (read) => ({
    kind: "refuseUpdates",
    id: read.text("id"),
    ...read.present("error", () => ({ error: read.text("error") })),
  }),
  noCount: () => ({ kind: "noCount" }),
  stringsInFailedRecords: () => ({ kind: "stringsInFailedRecords" }),
  dropFailedRecords: () => ({ kind: "dropFailedRecords" }),
  cutFailedRecords: (read) => ({ kind: "cutFailedRecords", keep: read.number("keep") }),
  refuseBatch: (read) => ({
    kind: "refuseBatch",
    ...read.present("records", () => ({ records: read.choice("records", ["strings", "none"]) })),
    ...read.present("error", () => ({ error: read.text("error") })),
  }),
  emptyBody: () => ({ kind: "emptyBody" }),
  htmlBody200: () => ({ kind: "htmlBody200" }),
  cutBody: () => ({ kind: "cutBody" }),
  limitBytes: (read) => ({ kind: "limitBytes", bytes: read.number("bytes") }),
};

function parseMatch(value: unknown): FaultMatch {
  if (!isJsonObject(value)) throw new UserError("`match` of a fault must be an object.");
  const read = createFieldReader(value, "match");
  return {
    ...read.present("endpoint", () => ({ endpoint: read.choice("endpoint", ENDPOINTS) })),
    ...read.present("nth", () => ({ nth: read.numbers("nth") })),
    ...read.present("count", () => ({ count: read.number("count") })),
    ...read.present("fraction", () => ({ fraction: read.number("fraction") })),
    ...read.present("event", () => ({ event: read.text("event") })),
    ...read.present("id", () => ({ id: read.text("id") })),
  };
}

type FieldReader = ReturnType<typeof createFieldReader>;

/**
 * Typed access to the fields of `object`; each getter throws a UserError when the field is of
 * another type.
 */
function createFieldReader(object: JsonObject, where: string) {
  const wrong = (name: string, expected: string): UserError =>
    new UserError(`\`${name}\` of ${where} must be ${expected}, got ${describe(object[name])}.`);

  const number = (name: string): number => {
    const value = object[name];
    if (typeof value === "number") return value;
    throw wrong(name, "a number");
  };
  const status = (name: string): number => {
    const value = number(name);
    if (Number.isInteger(value) && value >= 200 && value <= 599) return value;
    throw wrong(name, "an HTTP status from 200 to 599");
  };
  const text = (name: string): string => {
    const value = object[name];
    if (typeof value === "string") return value;
    throw wrong(name, "a text");
  };
  const numberOrText = (name: string): number | string =>
    typeof object[name] === "string" ? text(name) : number(name);
  const numbers = (name: string): number | readonly number[] => {
    const value = object[name];
    const isNumber = (item: unknown): item is number => typeof item === "number";
    if (Array.isArray(value) && value.every(isNumber)) return value;
    return number(name);
  };
  const flag = (name: string): boolean => {
    const value = object[name];
    if (typeof value === "boolean") return value;
    throw wrong(name, "true or false");
  };
  const choice = <const T extends string>(name: string, allowed: readonly T[]): T => {
    const found = allowed.find((candidate) => candidate === object[name]);
    if (found !== undefined) return found;
    throw wrong(name, `one of ${allowed.join(", ")}`);
  };
  // Its result is spread into a fault, so it needs no name for its type.
  const present = <T extends object>(name: string, get: () => T): T | Partial<T> =>
    object[name] === undefined ? {} : get();

  return { number, status, text, numberOrText, numbers, flag, choice, present };
}

const describe = (value: unknown): string =>
  value === undefined ? "nothing" : JSON.stringify(value);
