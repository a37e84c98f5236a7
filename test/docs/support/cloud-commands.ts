import { CONFIGURATION, configKeys } from "../../../infra/configuration/schema.ts";
import type { Declaration } from "../../../infra/configuration/schema.ts";
import { OUTPUTS } from "../../infra/support/docs-tables.ts";

/** The commands of the cloud that pages may have, with the options they have to or may have. */
interface Rule {
  readonly needs?: readonly string[];
  readonly may?: readonly string[];
}

const ALLOWED: Readonly<Record<string, Rule>> = {
  "git pull": {},
  "npm ci": { may: ["--prefix"] },
  "npm test": {},
  "npm run check": {},
  "npm run local": { may: ["--", "--pubsub-emulator"] },
  "gcloud auth login": {},
  "gcloud auth application-default login": {},
  "gcloud services enable": { needs: ["--project"] },
  "gcloud beta services identity create": { needs: ["--project", "--service"] },
  "gcloud storage cp": {},
  "gcloud storage cat": {},
  "gcloud pubsub topics publish": { needs: ["--message"], may: ["--attribute"] },
  "gcloud pubsub subscriptions pull": {
    needs: ["--limit", "--format"],
    may: ["--project", "--auto-ack"],
  },
  "gcloud logging read": { needs: ["--project", "--freshness", "--limit", "--format"] },
  "pulumi login": { may: ["--local"] },
  "pulumi stack init": { may: ["--copy-config-from"] },
  "pulumi stack select": {},
  "pulumi stack output": { may: ["--stack"] },
  "pulumi config set": { may: ["--secret", "--path"] },
  "pulumi config get": {},
  "pulumi preview": {},
  "pulumi up": {},
  "pulumi destroy": {},
  "pulumi new": {},
  "pulumi package add": {},
};

const KEYS_OF_PULUMI = ["gcp:project", "gcp:region"];
const KEYS_WITHOUT_DECLARATION = ["mixpanelToken", "transformSecret", "labels", "formats"];

/** What is wrong with a call, in words; undefined when nothing is. */
export function problemOf(call: readonly string[]): string | undefined {
  const text = call.join(" ");
  const command = Object.keys(ALLOWED).find((name) => `${text} `.startsWith(`${name} `));
  if (command === undefined) return `not a command that pages may have: ${text}`;
  const { needs = [], may = [] } = ALLOWED[command] ?? {};
  const options = call.flatMap((word) => /^--[\w-]*/.exec(word) ?? []);
  const missing = needs.filter((option) => !options.includes(option));
  if (missing.length > 0) return `${missing.join(", ")} is missing: ${text}`;
  const unknown = options.filter((option) => ![...needs, ...may].includes(option));
  if (unknown.length > 0) return `${unknown.join(", ")} is not known: ${text}`;
  // Neither the command's own words nor options.
  const [first = "", second] = call.slice(3).filter((word) => !word.startsWith("-"));
  if (command === "pulumi stack output") return problemOfOutput(first);
  if (command.startsWith("pulumi config ")) return problemOfSetting(first, second);
  return undefined;
}

function problemOfOutput(name: string): string | undefined {
  return Object.hasOwn(OUTPUTS, name) ? undefined : `not an output: ${name}`;
}

function problemOfSetting(path: string, value: string | undefined): string | undefined {
  const [name = ""] = path.split("[");
  if ([...KEYS_OF_PULUMI, ...KEYS_WITHOUT_DECLARATION].includes(name)) return undefined;
  const key = configKeys().find((known) => known === name);
  if (key === undefined) return `not a key of the configuration: ${name}`;
  const declaration: Declaration = CONFIGURATION[key];
  if (value === undefined || isValueOf(declaration, value)) return undefined;
  return `not a value of ${name}: ${value}`;
}

function isValueOf(declaration: Declaration, value: string): boolean {
  switch (declaration.type) {
    case "integer":
      return Number(value) >= declaration.min && Number(value) <= declaration.max;
    case "boolean":
      return value === "true" || value === "false";
    case "string":
      return declaration.oneOf?.includes(value) ?? true;
    case "array":
      return true;
  }
}
