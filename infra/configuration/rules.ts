import { isOneGlob } from "./globs.ts";
import { isMessageFilter } from "./message-filter.ts";
import type { ConfigKey, Settings } from "./schema.ts";

/** Regions as Google Cloud writes them: `europe-west1`. Functions do not run in a multi-region. */
const REGION = /^[a-z]+-[a-z]+\d+$/;
/** https://cloud.google.com/iam/docs/principal-identifiers */
const MEMBER = /^(user|serviceAccount|group|domain|principal|principalSet):\S+$/;
/** https://cloud.google.com/storage/docs/buckets#naming */
const BUCKET = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;
const NO_NEW_BUCKET = /^goog|google|\.\.|[^.]{64}|^\d+\.\d+\.\d+\.\d+$/;
const TOPIC = /^(projects\/[^/\s]+\/topics\/)?[A-Za-z][\w.~+%-]{2,254}$/;
/** A key, not one of its versions (https://cloud.google.com/kms/docs/getting-resource-ids). */
const KEY = /^projects\/[^/\s]+\/locations\/([^/\s]+)\/keyRings\/[^/\s]+\/cryptoKeys\/[^/\s]+$/;
/** A network or subnetwork by its name, or by the full one where another project shares it. */
const NETWORK = /^(projects\/[^/\s]+\/global\/networks\/)?[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBNETWORK =
  /^(projects\/[^/\s]+\/regions\/([^/\s]+)\/subnetworks\/)?[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const EMAIL = /^[^@\s]+@[^@\s]+$/;
/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannels */
const CHANNEL = /^projects\/[^/\s]+\/notificationChannels\/\d+$/;
/** https://cloud.google.com/pubsub/docs/subscription-message-filter#filtering_syntax */
const MAX_FILTER_BYTES = 256;
/** https://cloud.google.com/storage/docs/soft-delete#retention-duration */
const MIN_SOFT_DELETE_DAYS = 7;
const MEMORY = /^([1-9]\d*)(Mi|Gi)$/;
/**
 * Memory that 1 vCPU allows (https://cloud.google.com/run/docs/configuring/services/memory-limits).
 */
const MIN_MEMORY_MIB = 512;
const MAX_MEMORY_MIB = 4096;
/** Objects must outlive their messages, redelivery included. */
const MIN_OBJECT_DAYS = 14;

/** What is wrong with settings of the right types, one sentence each; empty when nothing is. */
export function brokenRules(settings: Settings): string[] {
  return [
    ...checkFormats(settings),
    ...checkMemory(settings),
    ...checkMembers(settings),
    ...checkGlobs(settings),
    ...checkOperators(settings),
    ...checkTogether(settings),
  ];
}

/**
 * What is wrong with settings that depend on where the stack is, one sentence each. A key has to be
 * where what it encrypts is: a region's bucket
 * (https://cloud.google.com/storage/docs/encryption/customer-managed-keys#restrictions), images,
 * a secret's replica and functions (https://cloud.google.com/functions/docs/securing/cmek) take no
 * global and no multi-region key.
 */
export function brokenPlacement({ kmsKey, subnetwork }: Settings, location: string): string[] {
  const problems: string[] = [];
  const keyLocation = KEY.exec(kmsKey)?.[1] ?? location;
  if (keyLocation !== location)
    problems.push(
      `kmsKey must be in ${location}, where everything that it encrypts is, got one in ` +
        `${keyLocation} (neither a global nor a multi-region key will do)`,
    );
  const region = SUBNETWORK.exec(subnetwork)?.[2] ?? location;
  if (region !== location)
    problems.push(
      `subnetwork must be in ${location}, where the functions are, got one in ${region}`,
    );
  return problems;
}

/**
 * Where Cloud Build works in every project; elsewhere some projects have to ask for it
 * (https://cloud.google.com/build/docs/locations#restricted_regions_for_some_projects).
 */
const BUILD_REGIONS = [
  "us-central1",
  "us-west2",
  "europe-west1",
  "asia-east1",
  "australia-southeast1",
  "southamerica-east1",
];

/** What is good to know beforehand, one sentence each. */
export function notesAbout(settings: Settings, location: string): string[] {
  const { messageFilter, existingTopic } = settings;
  const notes: string[] = [];
  if (existingTopic !== "")
    notes.push(
      "Setting existingTopic later, changing or removing it replaces the events subscription, and the messages " +
        "that wait in it are gone: docs/operate.md, Changes, says how to lose none.",
    );
  if (messageFilter !== "")
    notes.push(
      "messageFilter cannot be changed later: another filter replaces the events subscription, and the messages " +
        "that wait in it are gone. Let it run empty first.",
    );
  if (!BUILD_REGIONS.includes(location))
    notes.push(
      `Cloud Build is restricted for some projects in ${location}. If a function cannot be built: ` +
        "https://cloud.google.com/build/docs/locations#restricted_regions_for_some_projects",
    );
  return notes;
}

/** What is allowed but probably not meant, one sentence each. */
export function warningsAbout(settings: Settings, location: string): string[] {
  const near = { us: /^(us|northamerica)-/, eu: /^europe-/, in: /^asia-south/ };
  const warnings: string[] = [];
  if (!near[settings.mixpanelRegion].test(location))
    warnings.push(
      `location ${location} is not where mixpanelRegion "${settings.mixpanelRegion}" keeps its data: ` +
        "events leave the one for the other.",
    );
  if (settings.existingBucket !== "" && settings.uploaders.length > 0)
    warnings.push(
      "uploaders has no effect on existingBucket: grant access where the bucket is managed.",
    );
  if (settings.existingBucket !== "" && settings.deleteObjectsAfterDays > 0)
    warnings.push("deleteObjectsAfterDays has no effect on existingBucket.");
  if (settings.existingTopic !== "" && settings.publishers.length > 0)
    warnings.push(
      "publishers has no effect on existingTopic: grant access where the topic is managed.",
    );
  return warnings;
}

function checkFormats(settings: Settings): string[] {
  const problems: string[] = [];
  const check = (key: ConfigKey, pattern: RegExp, expected: string): void => {
    const value = settings[key];
    if (typeof value === "string" && value !== "" && !pattern.test(value))
      problems.push(`${key} must be ${expected}, got "${value}"`);
  };
  check("location", REGION, "a region such as us-central1, no multi-region");
  const bucket = "a bucket's name without gs:// (lower-case letters, digits, -, _ and .)";
  check("bucketName", BUCKET, bucket);
  if (BUCKET.test(settings.bucketName) && NO_NEW_BUCKET.test(settings.bucketName))
    problems.push(
      "bucketName must have up to 63 characters between its dots, not begin with goog, not hold google, " +
        `and be no IP address, got "${settings.bucketName}"`,
    );
  check("existingBucket", BUCKET, bucket);
  check("existingTopic", TOPIC, "projects/P/topics/T or T");
  check("kmsKey", KEY, "projects/P/locations/L/keyRings/R/cryptoKeys/K, without a version");
  check("network", NETWORK, "a network's name or projects/P/global/networks/N");
  check("subnetwork", SUBNETWORK, "a subnetwork's name or projects/P/regions/R/subnetworks/S");
  check("objectsServiceAccount", EMAIL, "the e-mail address of a service account");
  check("messagesServiceAccount", EMAIL, "the e-mail address of a service account");
  check("alertEmail", EMAIL, "an e-mail address");
  for (const channel of settings.notificationChannels)
    if (!CHANNEL.test(channel))
      problems.push(
        `notificationChannels must be projects/P/notificationChannels/N, got "${channel}"`,
      );
  if (Buffer.byteLength(settings.messageFilter) > MAX_FILTER_BYTES)
    problems.push(`messageFilter must have ${MAX_FILTER_BYTES} bytes at most`);
  else if (settings.messageFilter.trim() !== "" && !isMessageFilter(settings.messageFilter))
    problems.push(
      'messageFilter must be a filter of Pub/Sub, such as attributes.product = "web" ' +
        "(https://cloud.google.com/pubsub/docs/subscription-message-filter), " +
        `got ${JSON.stringify(settings.messageFilter)}`,
    );
  return problems;
}

function checkMemory({ memory }: Settings): string[] {
  const [, amount, unit] = MEMORY.exec(memory) ?? [];
  const mebibytes = Number(amount) * (unit === "Gi" ? 1024 : 1);
  if (mebibytes >= MIN_MEMORY_MIB && mebibytes <= MAX_MEMORY_MIB) return [];
  return [`memory must be from 512Mi to 4Gi, written as 512Mi or 1Gi, got "${memory}"`];
}

function checkMembers({ uploaders, publishers }: Settings): string[] {
  return Object.entries({ uploaders, publishers }).flatMap(([key, members]) => [
    ...members
      .filter((member) => !MEMBER.test(member))
      .map(
        (member) =>
          `${key} must be IAM members such as user:a@example.com or serviceAccount:..., got "${member}"` +
          (member.startsWith("all") ? " (the public gets no access)" : ""),
      ),
    // Two resources of one name: the engine would say so in words about URNs.
    ...members
      .filter((member, index) => members.indexOf(member) !== index)
      .map((member) => `${key} names "${member}" twice: remove one of them`),
  ]);
}

function checkGlobs({ includeObjects, excludeObjects }: Settings): string[] {
  return Object.entries({ includeObjects, excludeObjects }).flatMap(([key, globs]) =>
    globs
      .filter((glob) => !isOneGlob(glob))
      .map(
        (glob) =>
          `${key} must be one glob an entry: brackets closed, no comma outside them, ` +
          `no \\ at the end, got "${glob}"`,
      ),
  );
}

/** https://docs.mixpanel.com/docs/data-structure/user-profiles#operations */
const OPERATORS = "$set $set_once $add $append $union $remove $unset $delete".split(" ");

function checkOperators({ profileOperators }: Settings): string[] {
  return profileOperators
    .filter((operator) => !OPERATORS.includes(operator))
    .map(
      (operator) => `profileOperators must be some of ${OPERATORS.join(", ")}, got "${operator}"`,
    );
}

function checkTogether(settings: Settings): string[] {
  const { deleteObjectsAfterDays: days, retentionDays } = settings;
  const problems: string[] = [];
  if (settings.bucketName !== "" && settings.existingBucket !== "")
    problems.push("bucketName names an own bucket, existingBucket replaces it: set one of them");
  if (settings.existingBucketProject !== "" && settings.existingBucket === "")
    problems.push("existingBucketProject is set, but existingBucket is not");
  const { softDeleteDays } = settings;
  if (softDeleteDays > 0 && softDeleteDays < MIN_SOFT_DELETE_DAYS)
    problems.push(
      `softDeleteDays must be 0 or at least ${MIN_SOFT_DELETE_DAYS}, got ${softDeleteDays}`,
    );
  if (settings.subnetwork !== "" && settings.network === "")
    problems.push("subnetwork is set, but network is not");
  const { objectsServiceAccount: account } = settings;
  if (account !== "" && account === settings.messagesServiceAccount)
    problems.push(
      "objectsServiceAccount and messagesServiceAccount must be two accounts: what is taken from the one " +
        "would be taken from the other",
    );
  if (days > 0 && days < MIN_OBJECT_DAYS)
    problems.push(`deleteObjectsAfterDays must be 0 or at least ${MIN_OBJECT_DAYS}, got ${days}`);
  if (days >= MIN_OBJECT_DAYS && days <= retentionDays)
    problems.push(
      `deleteObjectsAfterDays (${days}) must be more than retentionDays (${retentionDays}): ` +
        "objects would be gone before their messages",
    );
  return problems;
}
