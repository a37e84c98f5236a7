import { readFile } from "node:fs/promises";

import { type Document, isMap, isScalar, parseDocument, type YAMLMap } from "yaml";

import { isObject } from "../../functions/platform/json.ts";
import { UserError } from "../../functions/platform/user-error.ts";

const USAGE_ERROR = 2;

/** What a stack's file says, of which a local run looks at the settings. */
export interface StackFile {
  /** By their keys as written; integers are of type bigint, which keeps every digit. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Whether it takes more from Pulumi ESC (https://www.pulumi.com/docs/esc/). */
  readonly hasEnvironment: boolean;
}

/**
 * @param file a `Pulumi.NAME.yaml` (https://www.pulumi.com/docs/iac/concepts/config/)
 * @throws UserError (exit code 2) saying why it is not one
 */
export async function readStackFile(file: string): Promise<StackFile> {
  const refusal = (why: string): UserError => new UserError(`--stack ${file}: ${why}`, USAGE_ERROR);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw refusal(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  // Integers above 2^53 would be other ones as numbers.
  const document = parseDocument(text, { intAsBigInt: true });
  const [problem] = document.errors;
  if (problem !== undefined) throw refusal(`it is not YAML: ${problem.message}`);
  const { contents } = document;
  if (!isMap(contents))
    throw refusal('it has to be a mapping with "config" in it, as a Pulumi.NAME.yaml is.');
  if (contents.has("runtime"))
    throw refusal("it is the file of a project; the one of a stack is Pulumi.NAME.yaml.");
  const hasEnvironment = contents.has("environment");
  if (!contents.has("config"))
    throw refusal(
      hasEnvironment
        ? 'it has no "config", and its "environment" (Pulumi ESC) is not looked at.'
        : 'it has no "config", the mapping of settings that a Pulumi.NAME.yaml has.',
    );
  const config = configOf(contents, document);
  if (config === undefined)
    throw refusal('its "config" has to be a mapping of settings, as in a Pulumi.NAME.yaml.');
  return { config, hasEnvironment };
}

/** Undefined when it is something else; empty when there is nothing in it. */
function configOf(
  contents: YAMLMap,
  document: Document,
): Readonly<Record<string, unknown>> | undefined {
  const config = contents.get("config", true);
  if (isScalar(config) && config.value === null) return {};
  if (!isMap(config)) return undefined;
  const value: unknown = config.toJS(document);
  return isObject(value) ? value : undefined;
}
