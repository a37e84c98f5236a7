import { APIS } from "../../../infra/services/apis.ts";
import {
  CONFIGURATION,
  configKeys,
  type Declaration,
  TOKEN_DECLARATION,
} from "../../../infra/configuration/schema.ts";
import type { Binding } from "./bindings.ts";

/** The configuration's table of the README: one row for each key. */
export function configurationTable(): string[] {
  const rows = configKeys().map((key) => {
    const declaration: Declaration = CONFIGURATION[key];
    const range =
      declaration.type === "integer" ? `, ${declaration.min} to ${declaration.max}` : "";
    const value = `\`${JSON.stringify(declaration.default)}\``;
    return row([`\`${key}\``, `${declaration.type}${range}`, value, declaration.description]);
  });
  return [
    row(["key", "type", "default", "meaning"]),
    "|---|---|---|---|",
    row(["`mixpanelToken`", "secret string", "required", TOKEN_DECLARATION.description]),
    ...rows,
    row([
      "`transformSecret`",
      "secret string",
      '`""`',
      "What transforms get as context.secret, the key of hashProperties (not declared in Pulumi.yaml)",
    ]),
    row([
      "`labels`",
      "object",
      "`{}`",
      "Labels of everything that has labels (not declared in Pulumi.yaml)",
    ]),
  ];
}

/** The outputs' table of the README. */
export function outputsTable(): string[] {
  return [
    row(["output", "what it is"]),
    "|---|---|",
    ...Object.entries(OUTPUTS).map(([name, meaning]) => row([`\`${name}\``, meaning])),
  ];
}

/** The outputs and what they are. */
export const OUTPUTS: Readonly<Record<string, string>> = {
  bucketUrl: "`gs://…`, where files are uploaded to",
  eventsTopic: "`projects/P/topics/T`, where events are published to",
  objectsTopic: "Topic of the bucket's notifications and of continuations",
  deadLetterTopic: "Topic of what could not be imported",
  deadLetterSubscription: "Pull subscription that keeps dead letters",
  receiptsBucket: "Bucket with one receipt for each object",
  importObjectFunction: "Name of the function behind the bucket",
  importMessagesFunction: "Name of the function behind the events topic",
  dashboardUrl: "The dashboard in the console",
};

/** The bindings' table of the README. */
export function bindingsTable(bindings: readonly Binding[]): string[] {
  return [
    row(["account", "role", "on"]),
    "|---|---|---|",
    ...bindings.map(({ member, role, on }) => row([member, `\`${role}\``, on])),
  ];
}

/** The APIs' list of the README, for `gcloud services enable`. */
export function apiList(): string {
  return APIS.join(" ");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
