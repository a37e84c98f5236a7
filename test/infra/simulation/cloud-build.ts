import { record } from "../support/run-program.ts";
import type { CloudFunction, Google } from "./google.ts";
import { type Grant, lastPart } from "./grants.ts";

type Inputs = Readonly<Record<string, unknown>>;

const FUNCTIONS_AGENT = "serviceAccount:service-42@gcf-admin-robot.iam.gserviceaccount.com";

/** Who needs what while a function is built and started. */
interface Needs {
  readonly readSources: Grant;
  readonly writeLogs: Grant;
  readonly pushImages: Grant;
  readonly readImages: Grant;
  readonly readSecrets: readonly Grant[];
}

/**
 * Starts to make a function, or another revision of one. A build takes one to three minutes, and
 * needs each of its grants at the moment it comes to it
 * (https://cloud.google.com/functions/docs/securing/build-custom-sa).
 */
export function startBuild(google: Google, name: string, inputs: Inputs): CloudFunction {
  const attempt = google.chance.share(`attempt of ${name} at ${google.clock.now()}`);
  const made: CloudFunction = {
    state: "DEPLOYING",
    uri: google.functions.get(name)?.uri ?? "",
    config: JSON.stringify(inputs),
    operation: build(google, `${name} ${attempt}`, inputs).then((error) => {
      made.state = error === undefined ? "ACTIVE" : "FAILED";
      if (error === undefined) made.uri = `https://${name}.a.run.app`;
      return error;
    }),
  };
  google.functions.set(name, made);
  return made;
}

/** @returns what Google says why it failed; undefined when it did not */
async function build(google: Google, key: string, inputs: Inputs): Promise<string | undefined> {
  const { chance, clock } = google;
  const needs = needsOf(inputs);
  await clock.sleep(chance.between(`${key} fetch`, 10, 30));
  // https://github.com/hashicorp/terraform-provider-google/issues/20571
  if (!google.works(needs.readSources))
    return "Build failed: failed to download archive gs://gcf-v2-sources-42-us-central1/function-source.zip: Access to bucket denied. You must grant Storage Object Viewer permission to the build service account";
  // Whether a build without its log fails is not known.
  if (!google.works(needs.writeLogs) && chance.happens(`${key} log`, 0.5))
    return "Build failed: the build service account does not have permission to write logs to Cloud Logging";
  await clock.sleep(chance.between(`${key} build`, 40, 120));
  if (chance.happens(`${key} npm`, 0.005))
    return "Build failed: npm error network request to https://registry.npmjs.org failed";
  if (!google.works(needs.pushImages))
    return 'Build failed: denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource';
  await clock.sleep(chance.between(`${key} start`, 10, 40));
  return startFailure(google, needs, inputs);
}

function startFailure(google: Google, needs: Needs, inputs: Inputs): string | undefined {
  // The agent may read images by its own role too, which is a grant like another.
  if (!google.works(needs.readImages) && !google.works(OWN_ROLE))
    return "Cloud Run: Permission 'artifactregistry.repositories.downloadArtifacts' denied on resource (or it may not exist) for the Cloud Functions service agent";
  // https://cloud.google.com/run/docs/configuring/services/secrets
  const refused = needs.readSecrets.find((grant) => !google.works(grant));
  if (refused !== undefined)
    return `Permission denied on secret: projects/42/secrets/${refused.on.replace("secret ", "")}/versions/1 for Revision service account ${refused.member.replace("serviceAccount:", "")}. The service account used must be granted the 'Secret Manager Secret Accessor' role`;
  const instances = Number(record(inputs["serviceConfig"])["maxInstanceCount"]);
  return instances > google.instanceQuota
    ? `spec.template.metadata.annotations[autoscaling.knative.dev/maxScale]: maxScale may not exceed ${google.instanceQuota}`
    : undefined;
}

/** What Google itself gives the agent when it is made. */
export const OWN_ROLE: Grant = {
  member: FUNCTIONS_AGENT,
  role: "roles/cloudfunctions.serviceAgent",
  on: "project acme-data",
};

function needsOf(inputs: Inputs): Needs {
  const build = record(inputs["buildConfig"]);
  const service = record(inputs["serviceConfig"]);
  const builder = `serviceAccount:${lastPart(String(build["serviceAccount"]))}`;
  const repository = `repository ${lastPart(String(build["dockerRepository"]))}`;
  const project = "project acme-data";
  const secrets = Object.values(record(service["secretEnvironmentVariables"])).map(record);
  return {
    readSources: { member: builder, role: "roles/storage.objectViewer", on: project },
    writeLogs: { member: builder, role: "roles/logging.logWriter", on: project },
    pushImages: { member: builder, role: "roles/artifactregistry.writer", on: repository },
    readImages: {
      member: FUNCTIONS_AGENT,
      role: "roles/artifactregistry.reader",
      on: repository,
    },
    readSecrets: secrets.map(({ secret }) => ({
      member: `serviceAccount:${String(service["serviceAccountEmail"])}`,
      role: "roles/secretmanager.secretAccessor",
      on: `secret ${lastPart(String(secret))}`,
    })),
  };
}
