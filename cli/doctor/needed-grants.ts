import {
  type CheckContext,
  type Facts,
  type FunctionFacts,
  known,
  type Resource,
} from "./check.ts";
import { objectOf, textOf } from "./resource.ts";

/** A role that somebody has to have, and where it is looked up. */
export interface NeededGrant {
  readonly member: string;
  readonly role: string;
  /** Roles that hold it. */
  readonly orStronger: readonly string[];
  /** For people: `topic dead-letters`. */
  readonly on: string;
  readonly policyUrl: string;
  readonly method: "GET" | "POST";
}

/** Where policies are looked up. */
type Services = Pick<CheckContext, "google" | "urls">;

/** Roles that hold another one (https://cloud.google.com/iam/docs/roles-permissions). */
const STRONGER: Readonly<Record<string, readonly string[]>> = {
  "roles/pubsub.publisher": ["roles/pubsub.editor", "roles/pubsub.admin"],
  "roles/pubsub.subscriber": ["roles/pubsub.editor", "roles/pubsub.admin"],
  "roles/run.invoker": ["roles/run.admin"],
  // What projects made since April 2021 give to Pub/Sub's agent
  // (https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions).
  "roles/iam.serviceAccountTokenCreator": [
    "roles/iam.serviceAccountOpenIdTokenCreator",
    "roles/pubsub.serviceAgent",
  ],
  "roles/secretmanager.secretAccessor": ["roles/secretmanager.admin"],
  "roles/storage.objectUser": ["roles/storage.objectAdmin", "roles/storage.admin"],
  "roles/storage.objectViewer": [
    "roles/storage.objectUser",
    "roles/storage.objectAdmin",
    "roles/storage.admin",
  ],
};

/**
 * The grants that work needs once it is deployed: those of docs/permissions.md but for what builds
 * the functions.
 *
 * @param bucketProjectNumber of the project that the landing bucket is in; undefined: not known
 */
export function neededGrants(
  context: Services,
  facts: Facts,
  bucketProjectNumber: string | undefined,
): readonly NeededGrant[] {
  const functions = known(facts, "functions");
  const { importObjectFunction } = known(facts, "stack");
  return [
    ...grantsOfAgents(context, facts),
    ...grantsOfAnnouncer(context, facts, bucketProjectNumber),
    ...functions.flatMap((one) => [
      ...grantsOfCaller(context, facts, one),
      ...grantsOfFunction(context, facts, one, one.name === importObjectFunction),
    ]),
  ];
}

/** Cloud Storage's own, of the bucket's project: to announce objects. */
function grantsOfAnnouncer(
  context: Services,
  facts: Facts,
  number: string | undefined,
): readonly NeededGrant[] {
  if (number === undefined) return [];
  const { objectsTopic } = known(facts, "stack");
  const storage = `serviceAccount:service-${number}@gs-project-accounts.iam.gserviceaccount.com`;
  return [onPubSub(context, storage, "roles/pubsub.publisher", objectsTopic)];
}

/**
 * Pub/Sub's own: to move what has failed to the dead letters, and to call as the account that may
 * call the functions.
 */
function grantsOfAgents(context: Services, facts: Facts): readonly NeededGrant[] {
  const number = known(facts, "projectNumber");
  const { deadLetterTopic } = known(facts, "stack");
  const { objects, events } = known(facts, "subscriptions");
  const pubsub = `serviceAccount:service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com`;
  return [
    onPubSub(context, pubsub, "roles/pubsub.publisher", deadLetterTopic),
    onPubSub(context, pubsub, "roles/pubsub.subscriber", textOf(objects["name"])),
    onPubSub(context, pubsub, "roles/pubsub.subscriber", textOf(events["name"])),
    ...callersOf(facts).map((email) => ({
      ...grant(pubsub, "roles/iam.serviceAccountTokenCreator"),
      on: `account ${email.replace(/@.*$/, "")}`,
      policyUrl: `${context.urls.iam}/v1/projects/-/serviceAccounts/${email}:getIamPolicy`,
      method: "POST" as const,
    })),
  ];
}

/** The accounts that Pub/Sub calls the functions as; none while the stack is paused. */
export function callersOf(facts: Facts): readonly string[] {
  const { objects, events } = known(facts, "subscriptions");
  const emails = [objects, events].map((subscription) => callerOf(subscription));
  return [...new Set(emails)].filter((email) => email !== "");
}

function callerOf(subscription: Resource): string {
  const { oidcToken } = objectOf(subscription["pushConfig"]);
  return textOf(objectOf(oidcToken)["serviceAccountEmail"]);
}

/** The account that Pub/Sub calls the function as. */
function grantsOfCaller(
  { urls }: Services,
  facts: Facts,
  { name, location }: FunctionFacts,
): readonly NeededGrant[] {
  const { project, importObjectFunction } = known(facts, "stack");
  const { objects, events } = known(facts, "subscriptions");
  const email = callerOf(name === importObjectFunction ? objects : events);
  // Paused: nobody calls.
  if (email === "") return [];
  const policyUrl = `${urls.run}/v2/projects/${project}/locations/${location}/services/${name}:getIamPolicy`;
  return [
    {
      ...grant(`serviceAccount:${email}`, "roles/run.invoker"),
      on: `function ${name}`,
      policyUrl,
      method: "GET",
    },
  ];
}

/** What a function itself needs. */
function grantsOfFunction(
  context: Services,
  facts: Facts,
  { resource }: FunctionFacts,
  isImportObject: boolean,
): readonly NeededGrant[] {
  const { deadLetterTopic, objectsTopic, landingBucket, receiptsBucket } = known(facts, "stack");
  const member = `serviceAccount:${textOf(objectOf(resource["serviceConfig"])["serviceAccountEmail"])}`;
  const publisher = "roles/pubsub.publisher";
  return [
    onPubSub(context, member, publisher, deadLetterTopic),
    ...onSecret(context, member, resource),
    ...(isImportObject
      ? [
          onPubSub(context, member, publisher, objectsTopic),
          onBucket(context, member, "roles/storage.objectViewer", landingBucket),
          onBucket(context, member, "roles/storage.objectUser", receiptsBucket),
        ]
      : []),
  ];
}

/** @param name `projects/P/topics/T` or `projects/P/subscriptions/S` */
function onPubSub({ google }: Services, member: string, role: string, name: string): NeededGrant {
  const [, , kind = "", id = ""] = name.split("/");
  return {
    ...grant(member, role),
    on: `${kind.replace(/s$/, "")} ${id}`,
    policyUrl: `${google.pubsubUrl}/v1/${name}:getIamPolicy`,
    method: "GET",
  };
}

function onBucket({ google }: Services, member: string, role: string, bucket: string): NeededGrant {
  return {
    ...grant(member, role),
    on: `bucket ${bucket}`,
    policyUrl: `${google.storageUrl}/b/${encodeURIComponent(bucket)}/iam`,
    method: "GET",
  };
}

function onSecret(
  { urls }: Services,
  member: string,
  resource: FunctionFacts["resource"],
): readonly NeededGrant[] {
  const { secretEnvironmentVariables } = objectOf(resource["serviceConfig"]);
  const variables = Array.isArray(secretEnvironmentVariables) ? secretEnvironmentVariables : [];
  return variables.map((variable: unknown) => {
    const { projectId, secret } = objectOf(variable);
    return {
      ...grant(member, "roles/secretmanager.secretAccessor"),
      on: `secret ${textOf(secret)}`,
      policyUrl: `${urls.secretManager}/v1/projects/${textOf(projectId)}/secrets/${textOf(secret)}:getIamPolicy`,
      method: "GET",
    };
  });
}

function grant(member: string, role: string): Pick<NeededGrant, "member" | "role" | "orStronger"> {
  return { member, role, orStronger: STRONGER[role] ?? [] };
}
