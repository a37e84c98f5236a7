/** What a refusal of a function means, and what helps. The first that fits counts. */
const REMEDIES: readonly { readonly pattern: RegExp; readonly remedy: string }[] = [
  {
    // Says "quota" too, so it comes before that one.
    pattern: /run builds in this region|cloud ?build.*(region|location)|restricted.*region/i,
    remedy:
      "Cloud Build may not be used in this region by this project: pulumi config set location REGION with one of " +
      "https://cloud.google.com/build/docs/locations#restricted_regions_for_some_projects, or ask for the region.",
  },
  {
    pattern: /quota|maxScale may not exceed|max[ _]?instances/i,
    remedy:
      "The project's quota of Cloud Run is smaller than the stack's maxInstances (20 instances of 1 vCPU, for " +
      "each function): pulumi config set maxInstances 10, or ask for more " +
      "(https://cloud.google.com/run/quotas).",
  },
  {
    pattern: /constraints\/|organization policy/i,
    remedy: "A policy of your organisation forbids it; the message names the constraint.",
  },
  {
    // That of the one who deploys, which no waiting brings.
    pattern: /actAs/i,
    remedy:
      "Whoever deploys may not run functions as this account: grant them roles/iam.serviceAccountUser on the project " +
      "(https://cloud.google.com/iam/docs/service-accounts-actas).",
  },
  {
    pattern: /permission|forbidden|\b403\b|does not exist/i,
    remedy:
      "A binding does not work yet, which can take 7 minutes " +
      "(https://cloud.google.com/iam/docs/access-change-propagation): wait a little first.",
  },
  {
    pattern: /container failed to start|failed to start and (then )?listen|health ?check/i,
    remedy: "The code does not start: its log is linked in the message. Correct it first.",
  },
];

/**
 * What to run after `operation` on a function has failed with `error`.
 *
 * A function that was never created completely is deleted and made anew by the next `pulumi up`
 * (`#initerror`). A refresh would forget the failure, and with it the repair
 * (https://github.com/pulumi/pulumi/issues/17949). After a failed update the function still answers
 * with the code before: with a refresh the update is sent again, without one the function would be
 * deleted first.
 */
export function adviceOnFailure(operation: string, error: string): string {
  const remedy = REMEDIES.find(({ pattern }) => pattern.test(error))?.remedy;
  const next =
    operation === "update"
      ? "The code before it still answers. Then run: pulumi up --refresh (it sends the update again; without " +
        "--refresh the function is deleted and made anew, while messages wait)."
      : "Then run: pulumi up (it deletes what is there of the function and makes it anew; not with --refresh, which " +
        "forgets the failure).";
  return remedy === undefined ? next : `${remedy} ${next}`;
}
