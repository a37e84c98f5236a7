/**
 * The roles that can be given here, with those of their permissions that something here asks for.
 * Each from Google's own list of the service's roles.
 */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  // https://cloud.google.com/artifact-registry/docs/access-control#roles
  "roles/artifactregistry.reader": ["artifactregistry.repositories.get"],
  "roles/artifactregistry.writer": [
    "artifactregistry.repositories.get",
    "artifactregistry.repositories.uploadArtifacts",
  ],
  // https://cloud.google.com/kms/docs/reference/permissions-and-roles
  "roles/cloudkms.cryptoKeyEncrypterDecrypter": [
    "cloudkms.cryptoKeyVersions.useToDecrypt",
    "cloudkms.cryptoKeyVersions.useToEncrypt",
  ],
  // https://cloud.google.com/iam/docs/service-account-permissions#token-creator-role
  "roles/iam.serviceAccountTokenCreator": ["iam.serviceAccounts.getOpenIdToken"],
  // https://cloud.google.com/logging/docs/access-control#permissions_and_roles
  "roles/logging.logWriter": ["logging.logEntries.create"],
  // https://cloud.google.com/pubsub/docs/access-control#roles
  "roles/pubsub.publisher": ["pubsub.topics.publish"],
  "roles/pubsub.subscriber": ["pubsub.subscriptions.consume", "pubsub.topics.attachSubscription"],
  // https://cloud.google.com/run/docs/reference/iam/roles
  "roles/run.invoker": ["run.routes.invoke"],
  // https://cloud.google.com/secret-manager/docs/access-control
  "roles/secretmanager.secretAccessor": ["secretmanager.versions.access"],
  // https://cloud.google.com/storage/docs/access-control/iam-roles
  "roles/storage.objectUser": [
    "storage.objects.create",
    "storage.objects.delete",
    "storage.objects.get",
    "storage.objects.list",
    "storage.objects.update",
  ],
  "roles/storage.objectViewer": ["storage.objects.get", "storage.objects.list"],
};

/** Permissions of a role; none of one that is not known here. */
export function permissionsOf(role: string): readonly string[] {
  return ROLES[role] ?? [];
}

export function isKnownRole(role: string): boolean {
  return role in ROLES;
}
