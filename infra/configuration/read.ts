import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import {
  CONFIGURATION,
  type ConfigKey,
  configKeys,
  defaultSettings,
  type Settings,
} from "./schema.ts";
import { checkSettings } from "./validate.ts";

/** The stack's configuration, read and checked. */
export interface StackConfig {
  readonly settings: Settings;
  readonly mixpanelToken: pulumi.Output<string>;
  /** Id of the Google Cloud project, from `gcp:project` or the environment. */
  readonly project: string;
}

/**
 * Reads the configuration of the current stack.
 *
 * @throws pulumi.RunError listing everything that is missing, of the wrong type or out of range.
 */
export function readConfig(config = new pulumi.Config()): StackConfig {
  const problems: string[] = [];
  const mixpanelToken = config.getSecret("mixpanelToken");
  if (mixpanelToken === undefined)
    problems.push("mixpanelToken is missing: pulumi config set --secret mixpanelToken");
  const project = gcp.config.project ?? "";
  if (project === "")
    problems.push("gcp:project is missing: pulumi config set gcp:project PROJECT");

  const defaults = defaultSettings();
  const declared = configKeys().map((key) => [key, read(config, key, problems) ?? defaults[key]]);
  const labels = readLabels(config, problems);
  // fromEntries forgets which value belongs to which key; `read` has checked each against the table.
  const settings = { ...(Object.fromEntries(declared) as Omit<Settings, "labels">), labels };
  problems.push(...checkSettings(settings));
  if (problems.length > 0 || mixpanelToken === undefined)
    throw new pulumi.RunError(
      `The configuration of this stack is not usable:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
    );
  return { settings, mixpanelToken, project };
}

/** The value of `key` when it is set and of its type; what is not is added to `problems`. */
function read(
  config: pulumi.Config,
  key: ConfigKey,
  problems: string[],
): string | number | boolean | readonly string[] | undefined {
  const text = config.get(key);
  if (text === undefined) return undefined;
  switch (CONFIGURATION[key].type) {
    case "string":
      return text.trim();
    case "integer":
      if (/^\s*-?\d+\s*$/.test(text)) return Number(text);
      problems.push(`${key} must be a whole number, got "${text}"`);
      return undefined;
    case "boolean":
      if (text === "true" || text === "false") return text === "true";
      problems.push(`${key} must be true or false, got "${text}"`);
      return undefined;
    case "array": {
      const value = parseJson(text);
      if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
      problems.push(
        `${key} must be a list of strings (pulumi config set --path '${key}[0]' VALUE), got "${text}"`,
      );
      return undefined;
    }
  }
}

function readLabels(config: pulumi.Config, problems: string[]): Record<string, string> {
  const text = config.get("labels");
  if (text === undefined) return {};
  const value = parseJson(text);
  if (isStringRecord(value)) return value;
  problems.push(
    `labels must be an object of strings (pulumi config set --path labels.team VALUE), got "${text}"`,
  );
  return {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item === "string")
  );
}
