/**
 * What `pulumi up` does in the project, by the role that allows it: the roles of
 * docs/permissions.md, a few telling permissions of each
 * (https://cloud.google.com/iam/docs/permissions-reference). A test holds it against that page and
 * against the resources that the stack makes.
 */
export const DEPLOYER_PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  "roles/artifactregistry.admin": [
    "artifactregistry.repositories.create",
    "artifactregistry.repositories.get",
    "artifactregistry.repositories.setIamPolicy",
  ],
  "roles/cloudfunctions.admin": [
    "cloudfunctions.functions.create",
    "cloudfunctions.functions.get",
    "cloudfunctions.functions.update",
  ],
  "roles/iam.serviceAccountAdmin": [
    "iam.serviceAccounts.create",
    "iam.serviceAccounts.get",
    "iam.serviceAccounts.setIamPolicy",
  ],
  "roles/iam.serviceAccountUser": ["iam.serviceAccounts.actAs"],
  "roles/logging.configWriter": ["logging.logMetrics.create", "logging.logMetrics.get"],
  "roles/monitoring.editor": [
    "monitoring.alertPolicies.create",
    "monitoring.dashboards.create",
    "monitoring.notificationChannels.create",
    "monitoring.services.create",
    "monitoring.slos.create",
  ],
  "roles/pubsub.admin": [
    "pubsub.subscriptions.create",
    "pubsub.subscriptions.setIamPolicy",
    "pubsub.topics.attachSubscription",
    "pubsub.topics.create",
    "pubsub.topics.setIamPolicy",
  ],
  "roles/resourcemanager.projectIamAdmin": [
    "resourcemanager.projects.getIamPolicy",
    "resourcemanager.projects.setIamPolicy",
  ],
  "roles/run.admin": ["run.services.getIamPolicy", "run.services.setIamPolicy"],
  "roles/secretmanager.admin": [
    "secretmanager.secrets.create",
    "secretmanager.secrets.setIamPolicy",
    "secretmanager.versions.add",
  ],
  "roles/serviceusage.serviceUsageAdmin": ["serviceusage.services.enable"],
  "roles/storage.admin": [
    "storage.buckets.create",
    "storage.buckets.get",
    "storage.buckets.setIamPolicy",
    "storage.buckets.update",
    "storage.objects.create",
  ],
};

/** What is needed with these settings: nothing for what somebody else does. */
export function permissionsFor(
  settings: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const isOurs = (permission: string): boolean => {
    if (permission === "serviceusage.services.enable")
      return settings.get("manageServices") !== "false";
    const isGrant = /\.(get|set)IamPolicy$/.test(permission);
    return !isGrant || settings.get("manageIam") !== "false";
  };
  const needed = Object.entries(DEPLOYER_PERMISSIONS).map(
    ([role, permissions]): [string, readonly string[]] => [role, permissions.filter(isOurs)],
  );
  return new Map(needed.filter(([, permissions]) => permissions.length > 0));
}
