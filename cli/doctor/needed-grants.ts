import { type CheckContext, type Facts, known, type FunctionFacts } from "./check.ts";
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

/** Roles that hold another one (https://cloud.google.com/iam/docs/roles-permissions). */
const STRONGER: Readonly<Record<string, readonly string[]>> = {
  "roles/pubsub.publisher": ["roles/pubsub.editor", "roles/pubsub.admin"],
  "roles/pubsub.subscriber": ["roles/pubsub.editor", "roles/pubsub.admin"],
  "roles/run.invoker": ["roles/run.admin"],
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
 */
export function neededGrants(context: CheckContext, facts: Facts): readonly NeededGrant[] {
  const functions = known(facts, "functions");
  const { importObjectFunction } = known(facts, "stack");
  return [
    ...grantsOfAgents(context, facts),
    ...functions.flatMap((one) => [
      ...grantsOfCaller(context, facts, one),
      ...grantsOfFunction(context, facts, one, one.name === importObjectFunction),
    ]),
  ];
}

/** Pub/Sub's own: to move what has failed to the dead letters. */
function grantsOfAgents(context: CheckContext, facts: Facts): readonly NeededGrant[] {
  const number = known(facts, "projectNumber");
  const { deadLetterTopic } = known(facts, "stack");
  const { objects, events } = known(facts, "subscriptions");
  const pubsub = `serviceAccount:service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com`;
  return [
    onPubSub(context, pubsub, "roles/pubsub.publisher", deadLetterTopic),
    onPubSub(context, pubsub, "roles/pubsub.subscriber", textOf(objects["name"])),
    onPubSub(context, pubsub, "roles/pubsub.subscriber", textOf(events["name"])),
  ];
}

/** The account that Pub/Sub calls the function as. */
function grantsOfCaller(
  { urls }: CheckContext,
  facts: Facts,
  { name, location }: FunctionFacts,
): readonly NeededGrant[] {
  const { project, importObjectFunction } = known(facts, "stack");
  const { objects, events } = known(facts, "subscriptions");
  const subscription = name === importObjectFunction ? objects : events;
  const { oidcToken } = objectOf(subscription["pushConfig"]);
  const email = textOf(objectOf(oidcToken)["serviceAccountEmail"]);
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
  context: CheckContext,
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
function onPubSub(
  { google }: CheckContext,
  member: string,
  role: string,
  name: string,
): NeededGrant {
  const [, , kind = "", id = ""] = name.split("/");
  return {
    ...grant(member, role),
    on: `${kind.replace(/s$/, "")} ${id}`,
    policyUrl: `${google.pubsubUrl}/v1/${name}:getIamPolicy`,
    method: "GET",
  };
}

function onBucket(
  { google }: CheckContext,
  member: string,
  role: string,
  bucket: string,
): NeededGrant {
  return {
    ...grant(member, role),
    on: `bucket ${bucket}`,
    policyUrl: `${google.storageUrl}/b/${encodeURIComponent(bucket)}/iam`,
    method: "GET",
  };
}

function onSecret(
  { urls }: CheckContext,
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
