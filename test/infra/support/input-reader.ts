import { UNKNOWN } from "./registrations.ts";
import { record } from "./run-program.ts";

/** Reads inputs and notes what is wrong. Unknown values are right, whatever they will be. */
export interface InputReader {
  required(...keys: string[]): void;
  matches(key: string, pattern: RegExp): void;
  oneOf(key: string, values: readonly unknown[]): void;
  between(key: string, min: number, max: number): void;
  /** Of these keys exactly one, or at most one, may be there. */
  exactlyOne(...keys: string[]): void;
  atMostOne(...keys: string[]): void;
  block(key: string, check: (block: InputReader) => void): void;
  each(key: string, check: (item: InputReader) => void): void;
  seconds(key: string, min: number, max: number): void;
  /** A block whose values are all strings. */
  strings(key: string): void;
  has(key: string): boolean;
  text(key: string): string;
  note(problem: string): void;
}

/** A reader of `inputs`, which are at `path`; what is wrong is added to `problems`. */
export function createInputReader(
  inputs: Readonly<Record<string, unknown>>,
  problems: string[],
  path: string,
): InputReader {
  const at = (key: string) => `${path}${key}`;
  const known = (key: string) => inputs[key] !== undefined && inputs[key] !== UNKNOWN;
  const present = (keys: string[]) => keys.filter((key) => inputs[key] !== undefined);
  const show = (key: string) => JSON.stringify(inputs[key]);
  const reader: InputReader = {
    required: (...keys) => {
      // An empty ttl is how "never" is said.
      for (const key of keys)
        if (inputs[key] === undefined || (inputs[key] === "" && key !== "ttl"))
          problems.push(`${at(key)} is required`);
    },
    matches: (key, pattern) => {
      const value = inputs[key];
      if (known(key) && !(typeof value === "string" && pattern.test(value)))
        problems.push(`${at(key)} must match ${pattern.source}, got ${show(key)}`);
    },
    oneOf: (key, values) => {
      if (known(key) && !values.includes(inputs[key]))
        problems.push(`${at(key)} must be one of ${values.join(", ")}, got ${show(key)}`);
    },
    between: (key, min, max) => {
      const value = inputs[key];
      if (known(key) && !(typeof value === "number" && value >= min && value <= max))
        problems.push(`${at(key)} must be from ${min} to ${max}, got ${show(key)}`);
    },
    exactlyOne: (...keys) => {
      if (present(keys).length !== 1) problems.push(`${path}: exactly one of ${keys.join(", ")}`);
    },
    atMostOne: (...keys) => {
      if (present(keys).length > 1) problems.push(`${path}: at most one of ${keys.join(", ")}`);
    },
    block: (key, check) => {
      if (known(key)) check(createInputReader(record(inputs[key]), problems, `${at(key)}.`));
    },
    each: (key, check) => {
      const items: unknown = inputs[key];
      if (!known(key)) return;
      if (!Array.isArray(items)) problems.push(`${at(key)} must be a list`);
      else
        items.forEach((item: unknown, index) => {
          check(createInputReader(record(item), problems, `${at(key)}[${index}].`));
        });
    },
    seconds: (key, min, max) => {
      if (!known(key)) return;
      const amount = Number(/^(\d+)s$/.exec(reader.text(key))?.[1]);
      if (!(amount >= min && amount <= max))
        problems.push(`${at(key)} must be from ${min}s to ${max}s, got ${show(key)}`);
    },
    has: (key) => inputs[key] !== undefined,
    text: (key) => {
      const value = inputs[key];
      return typeof value === "string" || typeof value === "number" ? String(value) : "";
    },
    strings: (key) => {
      for (const [name, value] of Object.entries(record(inputs[key])))
        if (typeof value !== "string") problems.push(`${at(key)}.${name} must be a string`);
    },
    note: (problem) => {
      problems.push(`${path}: ${problem}`);
    },
  };
  return reader;
}
