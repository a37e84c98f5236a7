import { agentOf } from "./agents.ts";
import type { Inputs } from "./inputs.ts";
import type { Site } from "./site.ts";

/** Who builds a function's image, and where it goes. */
export interface AskedBuild {
  /** `projects/P/serviceAccounts/E` */
  readonly serviceAccount: string;
  /** `projects/P/locations/L/repositories/R` */
  readonly repository: string;
}

export function readBuild(build: Inputs): AskedBuild {
  return {
    serviceAccount: build.text("serviceAccount"),
    repository: build.text("dockerRepository"),
  };
}

/**
 * Nothing is built here, but only who could have built is let through
 * (https://cloud.google.com/functions/docs/securing/build-custom-sa). The source is copied to a
 * bucket of Google's own, which the build reads.
 *
 * @param place of the function
 * @throws Error as a build fails
 */
export function checkBuild(
  { serviceAccount, repository }: AskedBuild,
  place: { readonly name: string; readonly location: string },
  { project, projectNumber, accounts, repositories, policy }: Site,
): void {
  const email = serviceAccount.replace(/^.*\//, "");
  if (!accounts.has(email)) throw new Error(`Service account ${serviceAccount} does not exist.`);
  if (!repositories.has(repository)) throw new Error(`Repository ${repository} does not exist.`);
  const sources = `gcf-v2-sources-${projectNumber}-${place.location}`;
  const source = `${place.name}/function-source.zip`;
  const builder = policy.caller(email);
  if (!builder.may("storage.objects.get", `projects/_/buckets/${sources}/objects/${source}`))
    // https://github.com/hashicorp/terraform-provider-google/issues/20571
    throw new Error(
      `Build failed: failed to download archive gs://${sources}/${source}: Access to bucket ` +
        `${sources} denied. You must grant Storage Object Viewer permission to ${email}.`,
    );
  if (!builder.may("logging.logEntries.create", `projects/${project}`))
    throw new Error(
      `Build failed: The service account running this build does not have permission to write logs ` +
        "to Cloud Logging. To fix this, grant the Logs Writer (roles/logging.logWriter) role to " +
        "the service account.",
    );
  if (!builder.may("artifactregistry.repositories.uploadArtifacts", repository))
    throw new Error(`Build failed: ${deniedOn(repository, "uploadArtifacts")}`);
  const agent = policy.caller(agentOf("cloudfunctions.googleapis.com", projectNumber));
  // https://github.com/firebase/firebase-tools/issues/5244
  if (!agent.may("artifactregistry.repositories.get", repository))
    throw new Error(
      `Unable to retrieve the repository metadata for ${repository}. Ensure that the Cloud ` +
        "Functions service account has 'artifactregistry.repositories.list' and " +
        "'artifactregistry.repositories.get' permissions. You can add the permissions by granting " +
        "the role 'roles/artifactregistry.reader'.",
    );
}

/** https://github.com/firebase/firebase-tools/issues/8431 */
function deniedOn(repository: string, verb: string): string {
  const permission = `artifactregistry.repositories.${verb}`;
  return `denied: Permission "${permission}" denied on resource "${repository}" (or it may not exist)`;
}
