import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import { defaultSettings, type Settings } from "./schema.ts";
import { resolveLocation } from "./location.ts";
import { checkSettings, settingsWarnings } from "./validate.ts";

/**
 * Every setting of the stack's configuration, with the same meaning and default (`configuration.ts`; a relative
 * `transform` is resolved from the working directory). They are plain values, because they decide what is made, and
 * are checked before anything is registered.
 */
export interface MixpanelImportArgs extends Partial<Settings> {
  /** Token of the Mixpanel project; becomes a secret if it is none. */
  readonly mixpanelToken: pulumi.Input<string>;
  /** Id of the Google Cloud project, the one the provider works in. @default `gcp:project` */
  readonly project?: string;
}

/** The arguments with defaults filled in. */
export interface ResolvedArgs {
  readonly settings: Settings;
  readonly mixpanelToken: pulumi.Input<string>;
  readonly project: string;
  /** Region of everything regional. */
  readonly location: string;
  /** What is allowed but probably not meant. */
  readonly warnings: readonly string[];
}

/** @throws pulumi.RunError listing everything that is wrong. */
export function resolveArgs(args: MixpanelImportArgs): ResolvedArgs {
  const { mixpanelToken, project = gcp.config.project ?? "", ...overrides } = args;
  const settings: Settings = { ...defaultSettings(), ...overrides };
  const problems = checkSettings(settings);
  if (project === "") problems.push("project is missing, and gcp:project is not set");
  if (problems.length > 0)
    throw new pulumi.RunError(
      `The settings of MixpanelImport are not usable:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
    );
  const location = resolveLocation(settings, gcp.config.region);
  return {
    settings,
    mixpanelToken,
    project,
    location,
    warnings: settingsWarnings(settings, location),
  };
}
