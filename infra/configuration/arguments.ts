import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { createNames, type Names } from "../names.ts";
import { resolveLocation } from "./location.ts";
import { notesAbout, warningsAbout } from "./rules.ts";
import type { Settings } from "./schema.ts";
import { validate } from "./validate.ts";

/**
 * Every setting of the stack's configuration, with the same meaning and default (`schema.ts`; a
 * relative `transform` is resolved from the working directory). They are plain values, because they
 * decide what is made, and are checked before anything is registered.
 */
export interface MixpanelImportArgs extends Partial<Settings> {
  /** Token of the Mixpanel project; becomes a secret if it is not one. */
  readonly mixpanelToken: pulumi.Input<string>;
  /** Id of the Google Cloud project, the one the provider works in. @default `gcp:project` */
  readonly project?: string;
  /** What transforms get as `context.secret`: the key of `hashProperties`. @default none */
  readonly transformSecret?: pulumi.Input<string>;
}

/** Everything that is decided before the first resource is registered. */
export interface Plan {
  readonly settings: Settings;
  readonly mixpanelToken: pulumi.Input<string>;
  readonly transformSecret: pulumi.Input<string> | undefined;
  readonly project: string;
  /** Region of everything regional. */
  readonly location: string;
  readonly names: Names;
  /** What is allowed but probably not meant. */
  readonly warnings: readonly string[];
  /** What is good to know beforehand. */
  readonly notes: readonly string[];
}

/**
 * The plan of the component `name`, from arguments that may be of any type.
 *
 * @throws pulumi.RunError listing everything that is wrong.
 */
export function planOf(name: string, args: MixpanelImportArgs): Plan {
  const { mixpanelToken, transformSecret, project = gcp.config.project ?? "", ...values } = args;
  const validated = validate(values);
  const problems = [...missing(mixpanelToken, project), ...validated.problems];
  if (problems.length > 0)
    throw new pulumi.RunError(
      `The configuration of ${name} is not usable:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
    );
  const { settings } = validated;
  const location = resolveLocation(settings, gcp.config.region);
  const warnings = warningsAbout(settings, location);
  const names = createNames(name, pulumi.getStack());
  const notes = notesAbout(settings, location);
  return { settings, mixpanelToken, transformSecret, project, location, names, warnings, notes };
}

function missing(mixpanelToken: unknown, project: unknown): string[] {
  const problems: string[] = [];
  if (mixpanelToken === undefined)
    problems.push("mixpanelToken is missing: pulumi config set --secret mixpanelToken");
  if (typeof project !== "string" || project === "")
    problems.push("gcp:project is missing: pulumi config set gcp:project PROJECT");
  return problems;
}
