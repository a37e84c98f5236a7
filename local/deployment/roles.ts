/** What roles are given on, each by a type of resources of its own. */
export type GrantTarget =
  | "account"
  | "bucket"
  | "function"
  | "key"
  | "project"
  | "repository"
  | "secret"
  | "subscription"
  | "topic";

interface Role {
  /** Those of its permissions that something here asks for. */
  readonly permissions: readonly string[];
  /** What it can be given on, beside a project. */
  readonly on: readonly GrantTarget[];
}

/** The roles that can be given here, each from Google's own list of the service's roles. */
const ROLES: Readonly<Record<string, Role>> = {
  // https://cloud.google.com/artifact-registry/docs/access-control#roles
  "roles/artifactregistry.reader": {
    permissions: ["artifactregistry.repositories.get"],
    on: ["repository"],
  },
  "roles/artifactregistry.writer": {
    permissions: [
      "artifactregistry.repositories.get",
      "artifactregistry.repositories.uploadArtifacts",
    ],
    on: ["repository"],
  },
  // https://cloud.google.com/kms/docs/reference/permissions-and-roles
  "roles/cloudkms.cryptoKeyEncrypterDecrypter": {
    permissions: [
      "cloudkms.cryptoKeyVersions.useToDecrypt",
      "cloudkms.cryptoKeyVersions.useToEncrypt",
    ],
    on: ["key"],
  },
  // https://cloud.google.com/iam/docs/service-account-permissions#token-creator-role
  "roles/iam.serviceAccountTokenCreator": {
    permissions: ["iam.serviceAccounts.getOpenIdToken"],
    on: ["account"],
  },
  // https://cloud.google.com/logging/docs/access-control#permissions_and_roles
  "roles/logging.logWriter": { permissions: ["logging.logEntries.create"], on: [] },
  // https://cloud.google.com/pubsub/docs/access-control#roles
  "roles/pubsub.publisher": { permissions: ["pubsub.topics.publish"], on: ["topic"] },
  "roles/pubsub.subscriber": {
    permissions: ["pubsub.subscriptions.consume", "pubsub.topics.attachSubscription"],
    on: ["subscription", "topic"],
  },
  // https://cloud.google.com/run/docs/reference/iam/roles
  "roles/run.invoker": { permissions: ["run.routes.invoke"], on: ["function"] },
  // https://cloud.google.com/secret-manager/docs/access-control
  "roles/secretmanager.secretAccessor": {
    permissions: ["secretmanager.versions.access"],
    on: ["secret"],
  },
  // https://cloud.google.com/storage/docs/access-control/iam-roles
  "roles/storage.objectUser": {
    permissions: [
      "storage.objects.create",
      "storage.objects.delete",
      "storage.objects.get",
      "storage.objects.list",
      "storage.objects.update",
    ],
    on: ["bucket"],
  },
  "roles/storage.objectViewer": {
    permissions: ["storage.objects.get", "storage.objects.list"],
    on: ["bucket"],
  },
};

/** Permissions of a role; none of one that is not known here. */
export function permissionsOf(role: string): readonly string[] {
  return ROLES[role]?.permissions ?? [];
}

export function isKnownRole(role: string): boolean {
  return role in ROLES;
}

/** Whether a role that is known can be given on such a resource. */
export function isGrantable(role: string, target: GrantTarget): boolean {
  return target === "project" || (ROLES[role]?.on.includes(target) ?? false);
}
