import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { createNames, type Names } from "../names.ts";
import type { MixpanelImportArgs } from "./component-args.ts";
import { type ExistingNames, existingNames, knownValues } from "./inputs.ts";
import { resolveLocation } from "./location.ts";
import { brokenPlacement, notesAbout, warningsAbout } from "./rules.ts";
import type { Settings } from "./schema.ts";
import { validate } from "./validate.ts";

export type { MixpanelImportArgs } from "./component-args.ts";

/** Everything that is decided before the first resource is registered. */
export interface Plan {
  readonly settings: Settings;
  readonly mixpanelToken: pulumi.Input<string>;
  readonly transformSecret: pulumi.Input<string> | undefined;
  /**
   * Names of what is there already; "" for what is not. The settings only say that there is one:
   * another resource of the program may be what it names.
   */
  readonly existing: ExistingNames;
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
  const { mixpanelToken, transformSecret, project = gcp.config.project ?? "", ...others } = args;
  const known = knownValues({ ...others });
  const { settings, problems } = validate(known.values);
  const location = resolveLocation(settings, gcp.config.region);
  refuse(name, [
    ...missing(mixpanelToken, project),
    ...known.problems,
    ...problems,
    ...brokenPlacement(settings, location),
  ]);
  return {
    settings,
    mixpanelToken,
    transformSecret,
    existing: existingNames(others, settings),
    project,
    location,
    names: createNames(name, pulumi.getStack()),
    warnings: warningsAbout(settings, location),
    notes: notesAbout(settings, location),
  };
}

function refuse(name: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const list = problems.map((line) => `  - ${line}`).join("\n");
  throw new pulumi.RunError(`The configuration of ${name} is not usable:\n${list}`);
}

function missing(mixpanelToken: unknown, project: unknown): string[] {
  const problems: string[] = [];
  if (mixpanelToken === undefined)
    problems.push("mixpanelToken is missing: pulumi config set --secret mixpanelToken");
  // One that is a secret is judged as soon as it is known, before it is stored.
  if (typeof mixpanelToken === "string" && mixpanelToken.trim() === "")
    problems.push("mixpanelToken is empty");
  if (typeof project !== "string" || project === "")
    problems.push("gcp:project is missing: pulumi config set gcp:project PROJECT");
  return problems;
}
