import type { GrantedRole } from "../../../local/deployment/policy.ts";
import { type Binding, shortMember, shortName } from "../../infra/support/bindings.ts";
import type { PROBES } from "./grant-probes.ts";

/** A grant of the stack: what it is for, and what shows that it is needed. */
export interface NeededGrant extends Binding {
  readonly purpose: string;
  /** What no longer works, in the words of the docs. */
  readonly without: string;
  /** What is tried while it is missing, and what comes of that. */
  readonly probe: keyof typeof PROBES;
  readonly symptom: RegExp;
}

const FAILS = "`pulumi up` fails at the functions";
const GIVEN_UP =
  "what is delivered 100 times in vain is tried again until `retentionDays`, and then lost";

/** Sorted by account. Every grant of the tests' program has a row: one more is one too many. */
export const NEEDED_GRANTS: readonly NeededGrant[] = [
  {
    member: "Cloud Functions agent",
    role: "roles/artifactregistry.reader",
    on: "repository images",
    purpose: "finds the functions' images",
    without: `${FAILS}, where the agent has no role of its own`,
    probe: "importObjectDeployed",
    symptom: /Unable to retrieve the repository metadata .*roles\/artifactregistry\.reader/,
  },
  {
    member: "Cloud Storage agent",
    role: "roles/pubsub.publisher",
    on: "topic objects",
    purpose: "announces files",
    without:
      "`pulumi up` fails at the notification; taken away later, files are not announced: `backfill` imports them",
    probe: "file",
    symptom: /^the file is not announced$/,
  },
  {
    member: "Pub/Sub agent",
    role: "roles/iam.serviceAccountTokenCreator",
    on: "account invoker",
    purpose: "calls the functions as the invoker",
    without: "nothing is delivered, where the agent has no role of its own: messages wait",
    probe: "file",
    symptom: /^0 Permission 'iam\.serviceAccounts\.getOpenIdToken' denied/,
  },
  {
    member: "Pub/Sub agent",
    role: "roles/pubsub.publisher",
    on: "topic dead-letters",
    purpose: "forwards what it gives up",
    without: GIVEN_UP,
    probe: "messageGivenUp",
    symptom: /^it stays in the subscription/,
  },
  {
    member: "Pub/Sub agent",
    role: "roles/pubsub.subscriber",
    on: "subscription events",
    purpose: "acknowledges the messages it gives up",
    without: `of the messages, ${GIVEN_UP}`,
    probe: "messageGivenUp",
    symptom: /^it stays in the subscription/,
  },
  {
    member: "Pub/Sub agent",
    role: "roles/pubsub.subscriber",
    on: "subscription objects",
    purpose: "acknowledges the notifications it gives up",
    without: `of the notifications, ${GIVEN_UP}`,
    probe: "objectGivenUp",
    symptom: /^it stays in the subscription/,
  },
  {
    member: "build",
    role: "roles/artifactregistry.writer",
    on: "repository images",
    purpose: "stores the images it builds",
    without: FAILS,
    probe: "importObjectDeployed",
    symptom: /Build failed: denied: Permission "artifactregistry\.repositories\.uploadArtifacts"/,
  },
  {
    member: "build",
    role: "roles/logging.logWriter",
    on: "project",
    purpose: "writes the log of a build",
    without: FAILS,
    probe: "importObjectDeployed",
    symptom: /Build failed: .*does not have permission to write logs/,
  },
  {
    member: "build",
    role: "roles/storage.objectViewer",
    on: "project, only buckets gcf-v2-sources-…",
    purpose: "reads the functions' source",
    without: FAILS,
    probe: "importObjectDeployed",
    symptom: /Build failed: failed to download archive gs:\/\/gcf-v2-sources-42-us-central1\//,
  },
  {
    member: "invoker",
    role: "roles/run.invoker",
    on: "function import-messages",
    purpose: "calls `importMessages`",
    without: "no message is delivered; they wait, and after 100 attempts are dead letters",
    probe: "message",
    symptom: /^403 .*Error: Forbidden/s,
  },
  {
    member: "invoker",
    role: "roles/run.invoker",
    on: "function import-object",
    purpose: "calls `importObject`",
    without: "no file is imported; notifications wait, and after 100 attempts are dead letters",
    probe: "file",
    symptom: /^403 .*Error: Forbidden/s,
  },
  {
    member: "messages",
    role: "roles/pubsub.publisher",
    on: "topic dead-letters",
    purpose: "`importMessages` writes dead letters",
    without: "a message with a record that cannot be imported is not acknowledged",
    probe: "message",
    symptom: /^503 .*dead-letters answered 403/,
  },
  {
    member: "messages",
    role: "roles/secretmanager.secretAccessor",
    on: "secret token",
    purpose: "`importMessages` gets the project token",
    without: FAILS,
    probe: "importMessagesDeployed",
    symptom: /Permission denied on secret: .*-token\/versions\/1 for Revision service account/,
  },
  {
    member: "messages",
    role: "roles/secretmanager.secretAccessor",
    on: "secret transform-secret",
    purpose: "`importMessages` gets `transformSecret`, with that setting",
    without: FAILS,
    probe: "importMessagesDeployed",
    symptom: /Permission denied on secret: .*-transform-secret\/versions\/1 for Revision/,
  },
  {
    member: "objects",
    role: "roles/pubsub.publisher",
    on: "topic dead-letters",
    purpose: "`importObject` writes dead letters",
    without: "a file with a record that cannot be imported is not finished",
    probe: "file",
    symptom: /^503 .*dead-letters answered 403/,
  },
  {
    member: "objects",
    role: "roles/pubsub.publisher",
    on: "topic objects",
    purpose: "`importObject` hands a file over to its next run",
    without: "a file that takes more than one run begins anew with each",
    probe: "continuation",
    symptom: /^503 .*objects answered 403/,
  },
  {
    member: "objects",
    role: "roles/secretmanager.secretAccessor",
    on: "secret token",
    purpose: "`importObject` gets the project token",
    without: FAILS,
    probe: "importObjectDeployed",
    symptom: /Permission denied on secret: .*-token\/versions\/1 for Revision service account/,
  },
  {
    member: "objects",
    role: "roles/secretmanager.secretAccessor",
    on: "secret transform-secret",
    purpose: "`importObject` gets `transformSecret`, with that setting",
    without: FAILS,
    probe: "importObjectDeployed",
    symptom: /Permission denied on secret: .*-transform-secret\/versions\/1 for Revision/,
  },
  {
    member: "objects",
    role: "roles/storage.objectUser",
    on: "bucket receipts",
    purpose: "`importObject` finds, writes and replaces receipts",
    without: "no file is finished: each is refused before it is read",
    probe: "file",
    symptom: /^503 looking for the receipt is not allowed \(403\)/,
  },
  {
    member: "objects",
    role: "roles/storage.objectViewer",
    on: "bucket landing",
    purpose: "`importObject` reads files",
    without: "no file is imported",
    probe: "file",
    symptom: /^503 reading the object is not allowed \(403\)/,
  },
  {
    member: "publisher",
    role: "roles/pubsub.publisher",
    on: "topic events",
    purpose: "each of `publishers` publishes",
    without: "it is answered 403",
    probe: "published",
    symptom: /^403 .*User not authorized to perform this action/,
  },
  {
    member: "uploader",
    role: "roles/storage.objectUser",
    on: "bucket landing",
    purpose: "each of `uploaders` puts files, and replaces them",
    without: "it is answered 403",
    probe: "uploaded",
    symptom: /^403 .*does not have storage\.objects\.create access/,
  },
];

/** A grant in the words of a row, and of the docs. */
export function wordsOf({ member, role, resource, onlyPrefix }: GrantedRole): Binding {
  const [, collection = "", kind = ""] =
    Object.entries(KINDS)
      .map(([name, word]) => [resource, name, word])
      .find(([full = "", name]) => full.includes(`/${name}/`)) ?? [];
  const on = collection === "" ? "project" : `${kind} ${shortName(resource)}`;
  const condition = onlyPrefix === undefined ? "" : ", only buckets gcf-v2-sources-…";
  return { member: shortMember(member), role, on: on + condition };
}

/** Collections in full names, and what they hold. */
const KINDS: Readonly<Record<string, string>> = {
  topics: "topic",
  subscriptions: "subscription",
  buckets: "bucket",
  secrets: "secret",
  serviceAccounts: "account",
  repositories: "repository",
  services: "function",
  cryptoKeys: "key",
};
