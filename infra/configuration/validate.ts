import type { ConfigurableFormat } from "../../functions/settings.ts";
import { brokenRules } from "./rules.ts";
import {
  CONFIGURATION,
  type ConfigKey,
  configKeys,
  type Declaration,
  type Settings,
} from "./schema.ts";

/** https://cloud.google.com/resource-manager/docs/labels-overview#requirements */
const LABEL_KEY = /^[a-z][a-z0-9_-]{0,62}$/;
const LABEL_VALUE = /^[a-z0-9_-]{0,63}$/;

export interface Validated {
  /** With defaults for what is not set, and for what is not usable. */
  readonly settings: Settings;
  /** Everything that is wrong, one sentence each; empty when nothing is. */
  readonly problems: readonly string[];
}

/**
 * Judges every value, whatever its type: programs in other languages, and JavaScript, are not held
 * to any.
 */
export function validate(values: Readonly<Record<string, unknown>>): Validated {
  const problems: string[] = [];
  const declared = configKeys().map((key) => [key, checkDeclared(key, values[key], problems)]);
  const labels = checkLabels(values["labels"] ?? {}, problems);
  const formats = checkFormatNames(values["formats"] ?? {}, problems);
  // fromEntries forgets which value belongs to which key; checkDeclared has checked each against
  // the table.
  const settings = { ...(Object.fromEntries(declared) as Declared), labels, formats };
  problems.push(...brokenRules(settings));
  return { settings, problems };
}

type Declared = Omit<Settings, "labels" | "formats">;
type Value = string | number | boolean | readonly string[];

/** `value` when it is what the table declares; else the default, and a problem. */
function checkDeclared(key: ConfigKey, value: unknown, problems: string[]): Value {
  const declaration: Declaration = CONFIGURATION[key];
  if (value === undefined) return declaration.default;
  const expected = whatIsExpected(key, declaration);
  const checked = valueOf(declaration, value);
  if (checked === undefined) problems.push(`${key} must be ${expected}, got ${show(value)}`);
  return checked ?? declaration.default;
}

function valueOf(declaration: Declaration, value: unknown): Value | undefined {
  switch (declaration.type) {
    case "string": {
      if (typeof value !== "string") return undefined;
      const text = value.trim();
      return declaration.oneOf === undefined || declaration.oneOf.includes(text) ? text : undefined;
    }
    case "integer": {
      const { min, max } = declaration;
      const isInteger = typeof value === "number" && Number.isInteger(value);
      return isInteger && value >= min && value <= max ? value : undefined;
    }
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "array":
      return isStringList(value) ? value : undefined;
  }
}

function whatIsExpected(key: ConfigKey, declaration: Declaration): string {
  switch (declaration.type) {
    case "string":
      return declaration.oneOf === undefined
        ? "a string"
        : `one of ${declaration.oneOf.join(", ")}`;
    case "integer":
      return `a whole number from ${declaration.min} to ${declaration.max}`;
    case "boolean":
      return "true or false";
    case "array":
      return `a list of strings (pulumi config set --path '${key}[0]' VALUE)`;
  }
}

function checkLabels(value: unknown, problems: string[]): Readonly<Record<string, string>> {
  if (!isStringRecord(value)) {
    problems.push(
      `labels must be an object of strings (pulumi config set --path labels.team VALUE), got ${show(value)}`,
    );
    return {};
  }
  for (const [key, label] of Object.entries(value))
    if (!LABEL_KEY.test(key) || !LABEL_VALUE.test(label))
      problems.push(
        `labels must be lower-case letters, digits, - and _, 63 at most, got "${key}: ${label}"`,
      );
  return value;
}

/** By name, so that one missing or misspelt does not compile. */
const FORMATS: Readonly<Record<ConfigurableFormat, true>> = {
  ndjson: true,
  json: true,
  csv: true,
  "csv-comma": true,
  "csv-semicolon": true,
  "csv-pipe": true,
  tsv: true,
};

function checkFormatNames(value: unknown, problems: string[]): Readonly<Record<string, string>> {
  if (!isStringRecord(value)) {
    problems.push(
      "formats must be an object of strings, of globs and formats " +
        `(pulumi config set --path 'formats["exports/**"]' csv), got ${show(value)}`,
    );
    return {};
  }
  for (const [glob, format] of Object.entries(value))
    if (glob.trim() === "" || !Object.hasOwn(FORMATS, format))
      problems.push(
        `formats must say one of ${Object.keys(FORMATS).join(", ")} for each glob, ` +
          `got "${glob}: ${format}"`,
      );
  return value;
}

function isStringList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isStringRecord(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item === "string")
  );
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
