import * as pulumi from "@pulumi/pulumi";

import type { MixpanelImportArgs } from "./component-args.ts";
import type { Settings } from "./schema.ts";
import { validate } from "./validate.ts";

/**
 * Keys that name what another resource of the program may be, and so is known later. What stands in
 * the settings for such a name passes every rule: that there is one decides what is made.
 */
const STAND_INS = {
  existingBucket: "known-later",
  existingTopic: "known-later",
  objectsServiceAccount: "objects@known-later",
  messagesServiceAccount: "messages@known-later",
} as const;
type NameKey = keyof typeof STAND_INS;
/** The same for each name of the one list of them. */
const CHANNEL_STAND_IN = "projects/known-later/notificationChannels/0";

export interface KnownValues {
  /** What can be judged now. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Values that would have to be known, but are outputs; one sentence each. */
  readonly problems: readonly string[];
}

/** Of arguments of any type, what is known before the first resource is registered. */
export function knownValues(args: Readonly<Record<string, unknown>>): KnownValues {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(args))
    if (pulumi.Resource.isInstance(value))
      problems.push(`${key} must be a value, not a resource: give its name or id`);
    else if (isNameKey(key) && isOutput(value)) values[key] = STAND_INS[key];
    else if (key === "notificationChannels" && Array.isArray(value))
      values[key] = value.map((item: unknown) => (isOutput(item) ? CHANNEL_STAND_IN : item));
    else if (isOutput(value) || holdsOutputs(value))
      problems.push(
        `${key} must be known before anything is made: the value itself, neither a secret nor an output`,
      );
    else values[key] = value;
  return { values, problems };
}

/** What is there already, and may be made by the same program; "" for what is not. */
export interface ExistingNames {
  readonly bucket: pulumi.Input<string>;
  readonly topic: pulumi.Input<string>;
  readonly objectsServiceAccount: pulumi.Input<string>;
  readonly messagesServiceAccount: pulumi.Input<string>;
  readonly notificationChannels: readonly pulumi.Input<string>[];
}

/**
 * The names that `args` gives, outputs among them, which are checked as soon as they are known;
 * those that are known, as `settings` has them.
 */
export function existingNames(
  args: Pick<MixpanelImportArgs, NameKey | "notificationChannels">,
  settings: Settings,
): ExistingNames {
  const name = (key: NameKey): pulumi.Input<string> => whenKnown(key, args[key], settings[key]);
  return {
    bucket: name("existingBucket"),
    topic: name("existingTopic"),
    objectsServiceAccount: name("objectsServiceAccount"),
    messagesServiceAccount: name("messagesServiceAccount"),
    notificationChannels: settings.notificationChannels.map((known, index) =>
      whenKnown("notificationChannels", args.notificationChannels?.[index], known),
    ),
  };
}

function whenKnown(
  key: NameKey | "notificationChannels",
  value: pulumi.Input<string> | undefined,
  known: string,
): pulumi.Input<string> {
  return isOutput(value) ? pulumi.output(value).apply((name) => checkedName(key, name)) : known;
}

/**
 * `name` without white space around it.
 *
 * @throws pulumi.RunError when it is none that `key` may have
 */
export function checkedName(key: NameKey | "notificationChannels", name: string): string {
  const text = name.trim();
  const { problems } = validate({ [key]: key === "notificationChannels" ? [text] : text });
  const problem = text === "" ? `${key} is empty` : problems[0];
  if (problem !== undefined) throw new pulumi.RunError(`${problem}.`);
  return text;
}

function holdsOutputs(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.values(value).some(isOutput);
}

function isOutput(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

function isNameKey(key: string): key is NameKey {
  return Object.hasOwn(STAND_INS, key);
}
