import * as pulumi from "@pulumi/pulumi";

import { validate } from "./validate.ts";

/** Names of what another resource of the program may be: they may be known later. */
const NAMES = ["existingBucket", "existingTopic"] as const;
type NameKey = (typeof NAMES)[number];

/**
 * Stands in the settings for a name that is known later: that there is one decides what is made,
 * and a name of this form passes every rule.
 */
const LATER = "known-later";

export interface KnownValues {
  /** What can be judged now; a name that is known later is `LATER`. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Values that would have to be known, but are outputs; one sentence each. */
  readonly problems: readonly string[];
}

/** Of arguments of any type, what is known before the first resource is registered. */
export function knownValues(args: Readonly<Record<string, unknown>>): KnownValues {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(args))
    if (!isLater(value)) values[key] = value;
    else if (isNameKey(key) && !pulumi.Resource.isInstance(value)) values[key] = LATER;
    else problems.push(`${key} must be ${whatIsWanted(key)}`);
  return { values, problems };
}

function whatIsWanted(key: string): string {
  return isNameKey(key)
    ? "a name, not the resource itself"
    : "known before anything is made: the value itself, neither a secret nor an output";
}

/**
 * The name `value`, which is `known` if it is not an output.
 *
 * @throws pulumi.RunError, when it is known, if it is not such a name
 */
export function nameOf(
  key: NameKey,
  value: pulumi.Input<string> | undefined,
  known: string,
): pulumi.Input<string> {
  return isOutput(value) ? pulumi.output(value).apply((name) => checkedName(key, name)) : known;
}

function checkedName(key: NameKey, name: unknown): string {
  const { settings, problems } = validate({ [key]: name });
  const problem = problems[0] ?? (settings[key] === "" ? `${key} is empty` : undefined);
  if (problem !== undefined) throw new pulumi.RunError(`${problem}.`);
  return settings[key];
}

/** Whether `value`, or an item of it, is known later. */
function isLater(value: unknown): boolean {
  if (isOutput(value) || pulumi.Resource.isInstance(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(isOutput);
}

function isOutput(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

function isNameKey(key: string): key is NameKey {
  return NAMES.some((name) => name === key);
}
