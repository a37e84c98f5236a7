import { APIS } from "../../../infra/services/apis.ts";
import {
  CONFIGURATION,
  configKeys,
  type Declaration,
  TOKEN_DECLARATION,
} from "../../../infra/configuration/schema.ts";
import type { NeededGrant } from "../../deployment/support/needed-grants.ts";

/** The keys by what they are about; one that is in none comes last, under "More". */
const TOPICS: Readonly<Record<string, readonly string[]>> = {
  Mixpanel: ["mixpanelToken", "mixpanelRegion", "batchEvents", "batchBytes", "maxInFlight"],
  "Where events come from": [
    "bucketName",
    "existingBucket",
    "existingBucketProject",
    "existingTopic",
    "uploaders",
    "publishers",
    "includeObjects",
    "excludeObjects",
    "formats",
    "messageFilter",
  ],
  "What becomes of records": [
    "transform",
    "transformSecret",
    "syntheticId",
    "locateByRequest",
    "quarantinePercent",
    "deadLetterContents",
    "profileOperators",
    "proveToken",
  ],
  "The functions": ["location", "maxInstances", "memory", "timeoutSeconds", "messageConcurrency"],
  "What is kept, and how long": [
    "retentionDays",
    "deadLetterRetentionDays",
    "deleteObjectsAfterDays",
    "softDeleteDays",
    "bucketOnDestroy",
  ],
  Operation: ["paused", "alertEmail", "notificationChannels", "labels"],
  "In a company's project": [
    "kmsKey",
    "network",
    "subnetwork",
    "objectsServiceAccount",
    "messagesServiceAccount",
    "manageIam",
    "manageServices",
  ],
};

/** Every key of the configuration: a heading for each topic, and a table of its keys. */
export function configurationTables(): string {
  const rows = rowsByKey();
  const named = new Set(Object.values(TOPICS).flat());
  const topics = { ...TOPICS, More: [...rows.keys()].filter((key) => !named.has(key)) };
  return Object.entries(topics)
    .filter(([, keys]) => keys.length > 0)
    .map(([topic, keys]) => {
      const table = [row(["key", "type", "default", "meaning"]), "|---|---|---|---|"];
      return [`### ${topic}`, "", ...table, ...keys.map((key) => rows.get(key) ?? key)].join("\n");
    })
    .join("\n\n");
}

function rowsByKey(): Map<string, string> {
  const declared = configKeys().map((key): [string, string] => {
    const declaration: Declaration = CONFIGURATION[key];
    const value = `\`${JSON.stringify(declaration.default)}\``;
    return [key, row([`\`${key}\``, typeOf(declaration), value, declaration.description])];
  });
  const others: [string, string][] = [
    [
      "mixpanelToken",
      row(["`mixpanelToken`", "secret", "required", TOKEN_DECLARATION.description]),
    ],
    [
      "transformSecret",
      row([
        "`transformSecret`",
        "secret",
        '`""`',
        "What transforms get as context.secret, the key of hashProperties (not declared in Pulumi.yaml)",
      ]),
    ],
    [
      "formats",
      row([
        "`formats`",
        "object",
        "`{}`",
        "What objects are, by glob on their names, where contents and names do not tell: `ndjson`, `json`, " +
          "`csv`, `csv-comma`, `csv-semicolon`, `csv-pipe`, `tsv`; of several globs the longest counts " +
          "(not declared in Pulumi.yaml)",
      ]),
    ],
    [
      "labels",
      row([
        "`labels`",
        "object",
        "`{}`",
        "Labels of everything that has labels (not declared in Pulumi.yaml)",
      ]),
    ],
  ];
  return new Map([...others, ...declared]);
}

function typeOf(declaration: Declaration): string {
  if (declaration.type === "integer") return `${declaration.min} to ${declaration.max}`;
  if (declaration.type !== "string" || declaration.oneOf === undefined) return declaration.type;
  return declaration.oneOf.map((choice) => `\`${choice}\``).join(", ");
}

/** A row for each output. */
export function outputsTable(): string {
  return [
    row(["output", "what it is"]),
    "|---|---|",
    ...Object.entries(OUTPUTS).map(([name, meaning]) => row([`\`${name}\``, meaning])),
  ].join("\n");
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

/** A row for each grant. */
export function grantsTable(grants: readonly NeededGrant[]): string {
  return [
    row(["account", "role", "on", "what for", "without it"]),
    "|---|---|---|---|---|",
    ...grants.map(({ member, role, on, purpose, without }) =>
      row([member, `\`${role}\``, on, purpose, without]),
    ),
  ].join("\n");
}

/** The command that enables what the stack calls, for whoever does it instead of the stack. */
export function enableCommand(): string {
  return [
    "```sh",
    "gcloud services enable \\",
    ...APIS.map((api) => `  ${api} \\`),
    '  --project "$PROJECT"',
    "```",
  ].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
