import { isObject } from "../../functions/platform/json.ts";
import { refusal, type Resource } from "./resource.ts";

/**
 * Typed access to what a resource is registered with. Whoever reads an input understands it; what
 * nobody read is refused in the end.
 */
export interface Inputs {
  /** @throws UserError when it is not there, as for all but those that say otherwise */
  text(key: string): string;
  number(key: string): number;
  bytes(key: string): Uint8Array;
  object(key: string): Inputs;
  /** "" when it is not there. */
  optionalText(key: string): string;
  optionalNumber(key: string): number | undefined;
  optionalObject(key: string): Inputs | undefined;
  /** false when it is not there. */
  flag(key: string): boolean;
  /** Empty when it is not there; so are the next two. */
  texts(key: string): string[];
  textMap(key: string): Record<string, string>;
  objects(key: string): Inputs[];
  /** For what the local cloud can be in one way only; it may be left out. */
  only(key: string, ...understood: readonly unknown[]): void;
  /** The same where leaving it out means something else with Google. */
  mustBe(key: string, understood: unknown): void;
  /** Undefined when it is not there. Whole, and within these bounds, when it is. */
  optionalInteger(key: string, least: number, most: number): number | undefined;
  integer(key: string, least: number, most: number): number;
  /** @throws UserError that names the input */
  refuse(key: string, why: string): never;
}

/** What has been read, as paths without the indices of lists. */
interface Reading {
  readonly resource: Resource;
  readonly read: Set<string>;
}

/**
 * What `read` makes of a resource's inputs.
 *
 * @param withoutMeaning inputs that change nothing on one machine, by path, with the reason
 * @throws UserError for an input that is missing, wrong, or understood by nobody
 */
export function readInputs<T>(
  resource: Resource,
  withoutMeaning: Readonly<Record<string, string>>,
  read: (inputs: Inputs) => T,
): T {
  const reading: Reading = { resource, read: new Set(Object.keys(withoutMeaning)) };
  const result = read(inputsAt(reading, resource.inputs, ""));
  const [ignored] = unread(resource.inputs, "", reading.read);
  if (ignored === undefined) return result;
  throw refusal(resource, `the local cloud does not know the input ${ignored}.`);
}

function inputsAt(
  reading: Reading,
  fields: Readonly<Record<string, unknown>>,
  path: string,
): Inputs {
  const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
  const refuse = (key: string, why: string): never => {
    throw refusal(reading.resource, `its input ${at(key)} ${why}.`);
  };
  const take = (key: string): unknown => {
    reading.read.add(at(key));
    return fields[key];
  };
  const text = (key: string, value: unknown): string =>
    typeof value === "string" ? value : refuse(key, "has to be a text");
  const inner = (key: string, value: unknown, suffix = ""): Inputs =>
    isObject(value)
      ? inputsAt(reading, value, at(key) + suffix)
      : refuse(key, "has to be a block of inputs");
  const list = (key: string, value: unknown): unknown[] =>
    Array.isArray(value ?? [])
      ? [...((value ?? []) as unknown[])]
      : refuse(key, "has to be a list");
  const optionalNumber = (key: string): number | undefined => {
    const value = take(key);
    if (value === undefined || typeof value === "number") return value;
    return refuse(key, "has to be a number");
  };
  const optionalInteger = (key: string, least: number, most: number): number | undefined => {
    const value = optionalNumber(key);
    if (value === undefined) return value;
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    const bounds = most === Infinity ? `${least} or more` : `from ${least} to ${most}`;
    return refuse(key, `is ${value}, and has to be a whole number, ${bounds}`);
  };

  return {
    refuse,
    text: (key) => text(key, take(key) ?? "") || refuse(key, "is required"),
    number: (key) => optionalNumber(key) ?? refuse(key, "is required"),
    bytes: (key) => {
      const value = take(key);
      return value instanceof Uint8Array ? value : refuse(key, "has to be the bytes of an archive");
    },
    object: (key) => inner(key, fields[key]),
    optionalText: (key) => text(key, take(key) ?? ""),
    optionalNumber,
    optionalObject: (key) => (fields[key] === undefined ? undefined : inner(key, fields[key])),
    flag: (key) => {
      const value = take(key) ?? false;
      return typeof value === "boolean" ? value : refuse(key, "has to be true or false");
    },
    texts: (key) => list(key, take(key)).map((value) => text(key, value)),
    textMap: (key) => {
      const value = take(key) ?? {};
      if (!isObject(value)) return refuse(key, "has to be a block of texts");
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, text(key, one)]));
    },
    objects: (key) => list(key, fields[key]).map((value) => inner(key, value, "[]")),
    optionalInteger,
    integer: (key, least, most) => optionalInteger(key, least, most) ?? refuse(key, "is required"),
    mustBe: (key, understood) => {
      const value = take(key);
      if (value !== understood)
        refuse(key, `is ${JSON.stringify(value)}, and has to be ${JSON.stringify(understood)}`);
    },
    only: (key, ...understood) => {
      const value = take(key);
      if (value !== undefined && !understood.includes(value))
        refuse(
          key,
          `is ${JSON.stringify(value)}, and here it can only be ${JSON.stringify(understood)}`,
        );
    },
  };
}

/** Paths of what is in `value` and not in `read`. */
function unread(value: unknown, path: string, read: ReadonlySet<string>): string[] {
  if (value === undefined || read.has(path)) return [];
  if (Array.isArray(value)) return value.flatMap((item) => unread(item, `${path}[]`, read));
  if (!isObject(value)) return [path];
  return Object.entries(value).flatMap(([key, item]) =>
    unread(item, path === "" ? key : `${path}.${key}`, read),
  );
}
