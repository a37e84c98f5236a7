/** What the person at the keyboard lacks, by what was refused; docs/permissions.md has the list. */
const ROLES: readonly (readonly [RegExp, string])[] = [
  // Names of objects may look like other paths.
  [/\/b\/[^/]+(\/notificationConfigs)?$/, "roles/storage.legacyBucketReader on the bucket"],
  [/\/b\/[^/]+\/o(\/.*)?$/, "roles/storage.objectViewer on the bucket"],
  [/:getIamPolicy$|\/iam$|\/serviceAccounts\/[^/]+$/, "roles/iam.securityReviewer"],
  [/\/subscriptions\/[^/]+:[a-zA-Z]+$/, "roles/pubsub.subscriber on the subscription"],
  [/\/topics\/[^/]+:publish$/, "roles/pubsub.publisher on the topic"],
  [/\/projects\/[^/]+\/(subscriptions|topics)\b/, "roles/pubsub.viewer"],
  [/\/timeSeries$/, "roles/monitoring.viewer"],
  [/\/entries:list$/, "roles/logging.viewer"],
  [/\/functions\b/, "roles/cloudfunctions.viewer"],
  [/\/services\/[^/]+$|\/revisions\b/, "roles/run.viewer"],
  [/\/billingInfo$/, "roles/billing.viewer on the billing account"],
];

/**
 * The role that a request to Google's REST interfaces takes; undefined: it is not known.
 *
 * @param url of the request
 */
export function neededRole(url: string): string | undefined {
  const { pathname } = new URL(url);
  return ROLES.find(([path]) => path.test(pathname))?.[1];
}
