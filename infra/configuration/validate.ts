import { CONFIGURATION, configKeys, type Declaration, type Settings } from "./schema.ts";

/** Regions as Google Cloud writes them: `europe-west1`. Multi-regions are no place for a function. */
const REGION = /^[a-z]+-[a-z]+\d+$/;
/** https://cloud.google.com/iam/docs/principal-identifiers */
const MEMBER = /^(user|serviceAccount|group|domain|principal|principalSet):\S+$/;
/** https://cloud.google.com/storage/docs/buckets#naming */
const BUCKET = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/;
const TOPIC = /^(projects\/[^/\s]+\/topics\/)?[A-Za-z][\w.~+%-]{2,254}$/;
/** https://cloud.google.com/resource-manager/docs/labels-overview#requirements */
const LABEL_KEY = /^[a-z][a-z0-9_-]{0,62}$/;
const LABEL_VALUE = /^[a-z0-9_-]{0,63}$/;

const MEMORY = /^([1-9]\d*)(Mi|Gi)$/;
/** Memory that 1 vCPU allows (https://cloud.google.com/run/docs/configuring/services/memory-limits). */
const MIN_MEMORY_MIB = 512;
const MAX_MEMORY_MIB = 4096;
/** Objects must outlive their messages, redelivery included. */
const MIN_OBJECT_DAYS = 14;

/** Everything that is wrong with `settings`, one sentence each; empty when nothing is. */
export function checkSettings(settings: Settings): string[] {
  return [
    ...checkDeclared(settings),
    ...checkFormats(settings),
    ...checkMembers(settings),
    ...checkGlobs(settings),
    ...checkTogether(settings),
    ...checkLabels(settings.labels),
  ];
}

/** What is allowed but probably not meant, one sentence each. */
export function settingsWarnings(settings: Settings, location: string): string[] {
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

function checkDeclared(settings: Settings): string[] {
  return configKeys().flatMap((key) => {
    const declaration: Declaration = CONFIGURATION[key];
    const value = settings[key];
    if (declaration.type === "integer") {
      const { min, max } = declaration;
      const fits =
        typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
      return fits
        ? []
        : [`${key} must be a whole number from ${min} to ${max}, got ${show(value)}`];
    }
    if (declaration.type !== "string" || declaration.oneOf === undefined) return [];
    const fits = typeof value === "string" && declaration.oneOf.includes(value);
    return fits
      ? []
      : [`${key} must be one of ${declaration.oneOf.join(", ")}, got ${show(value)}`];
  });
}

function checkFormats(settings: Settings): string[] {
  const { location, bucketName, existingBucket, existingTopic, alertEmail, memory } = settings;
  const problems: string[] = [];
  if (location !== "" && !REGION.test(location))
    problems.push(
      `location must be a region such as us-central1, got "${location}" (functions do not run in a multi-region)`,
    );
  for (const [key, value] of Object.entries({ bucketName, existingBucket }))
    if (value !== "" && !BUCKET.test(value))
      problems.push(
        `${key} must be a bucket's name without gs:// (lower-case letters, digits, -, _ and .), got "${value}"`,
      );
  if (existingTopic !== "" && !TOPIC.test(existingTopic))
    problems.push(`existingTopic must be projects/P/topics/T or T, got "${existingTopic}"`);
  if (alertEmail !== "" && !/^[^@\s]+@[^@\s]+$/.test(alertEmail))
    problems.push(`alertEmail must be an e-mail address, got "${alertEmail}"`);
  const mebibytes = mebibytesOf(memory);
  if (!(mebibytes >= MIN_MEMORY_MIB && mebibytes <= MAX_MEMORY_MIB))
    problems.push(`memory must be from 512Mi to 4Gi, written as 512Mi or 1Gi, got "${memory}"`);
  return problems;
}

function checkMembers({ uploaders, publishers }: Settings): string[] {
  return Object.entries({ uploaders, publishers }).flatMap(([key, members]) =>
    members
      .filter((member) => !MEMBER.test(member))
      .map(
        (member) =>
          `${key} must be IAM members such as user:a@example.com or serviceAccount:..., got "${member}"` +
          (member.startsWith("all") ? " (the public gets no access)" : ""),
      ),
  );
}

/** Globs travel to the functions in one variable, separated by commas. */
function checkGlobs({ includeObjects, excludeObjects }: Settings): string[] {
  return Object.entries({ includeObjects, excludeObjects }).flatMap(([key, globs]) =>
    globs
      .filter((glob) => glob.includes(",") || glob.trim() === "")
      .map(
        (glob) => `${key} must be globs without commas (write one entry for each), got "${glob}"`,
      ),
  );
}

function checkTogether(settings: Settings): string[] {
  const { deleteObjectsAfterDays: days, retentionDays } = settings;
  const problems: string[] = [];
  if (settings.bucketName !== "" && settings.existingBucket !== "")
    problems.push("bucketName names an own bucket, existingBucket replaces it: set one of them");
  if (settings.existingBucketProject !== "" && settings.existingBucket === "")
    problems.push("existingBucketProject is set, but existingBucket is not");
  if (days > 0 && days < MIN_OBJECT_DAYS)
    problems.push(`deleteObjectsAfterDays must be 0 or at least ${MIN_OBJECT_DAYS}, got ${days}`);
  if (days >= MIN_OBJECT_DAYS && days <= retentionDays)
    problems.push(
      `deleteObjectsAfterDays (${days}) must be more than retentionDays (${retentionDays}): ` +
        "objects would be gone before their messages",
    );
  return problems;
}

function checkLabels(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels)
    .filter(([key, value]) => !LABEL_KEY.test(key) || !LABEL_VALUE.test(value))
    .map(
      ([key, value]) =>
        `labels must be lower-case letters, digits, - and _, 63 at most, got "${key}: ${value}"`,
    );
}

function mebibytesOf(memory: string): number {
  const [, amount, unit] = MEMORY.exec(memory) ?? [];
  return Number(amount) * (unit === "Gi" ? 1024 : 1);
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
