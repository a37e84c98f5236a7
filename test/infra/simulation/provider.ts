import { OWN_ROLE } from "./cloud-build.ts";
import { createFunction } from "./function-provider.ts";
import { type Google, Refusal } from "./google.ts";
import { grantOf, lastPart } from "./grants.ts";
import { PLAIN_TYPES, type PlainType } from "./plain-types.ts";
import { type Made, request, type Session } from "./session.ts";

type Inputs = Readonly<Record<string, unknown>>;

/** APIs that a member binding is made with, where it is not that of what it is on. */
const GRANT_APIS: Readonly<Record<string, string>> = {
  project: "",
  account: "iam.googleapis.com",
  topic: "pubsub.googleapis.com",
  subscription: "pubsub.googleapis.com",
  bucket: "storage.googleapis.com",
  secret: "secretmanager.googleapis.com",
  repository: "artifactregistry.googleapis.com",
  key: "",
  function: "run.googleapis.com",
};

/**
 * What the provider does to create a resource, and what Google says to it
 * (hashicorp/terraform-provider-google-beta v7.45.0, `google-beta/services/`).
 *
 * @throws Refusal when nothing was made
 */
export async function create(
  google: Google,
  session: Session,
  { type, inputs }: { readonly type: string; readonly inputs: Inputs },
): Promise<Made> {
  const plain = PLAIN_TYPES[type];
  if (plain !== undefined) return createPlain(google, session, plain, inputs);
  const grant = grantOf(type, inputs);
  if (grant !== undefined) return createGrant(google, session, grant);
  switch (type) {
    case "gcp:projects/service:Service":
      return enableService(google, session, String(inputs["service"]));
    case "gcp:projects/serviceIdentity:ServiceIdentity":
      return createAgent(google, session, String(inputs["service"]));
    case "gcp:serviceaccount/account:Account":
      return createAccount(google, session, String(inputs["accountId"]));
    case "gcp:cloudfunctionsv2/function:Function":
      return createFunction(google, session, inputs);
    case "gcp:storage/notification:Notification":
      return createNotification(google, session, inputs);
    default:
      throw new Error(`the model of the provider does not know ${type}`);
  }
}

async function createPlain(
  google: Google,
  session: Session,
  plain: PlainType,
  inputs: Inputs,
): Promise<Made> {
  const thing = plain.thing(inputs);
  const seconds = google.chance.between(`time of ${thing}`, ...plain.seconds);
  const ask = (): void => {
    google.requireApi(plain.api);
    requireKey(google, plain, inputs);
    for (const metric of metricsOf(inputs)) google.requireMetric(metric);
    if (google.things.has(thing) && plain.taken !== undefined)
      throw new Refusal(plain.taken(thing.replace(/^\S+ /, "")));
    if (!google.things.has(thing)) google.things.set(thing, google.clock.now());
  };
  if (plain.lock === undefined) await request(session, seconds, ask);
  else await session.alone(plain.lock, () => request(session, seconds, ask));
  return {};
}

/** Of Google's own metrics, those that an alert names in its filters. */
function metricsOf({ conditions }: Inputs): string[] {
  if (conditions === undefined) return [];
  const matches = JSON.stringify(conditions).matchAll(/metric\.type=\\+"([^"\\]+)/g);
  return [...matches].map(([, metric = ""]) => metric);
}

function requireKey(google: Google, { encryption }: PlainType, inputs: Inputs): void {
  const key = /"[^"]*[kK]msKeyName":"([^"]+)"/.exec(JSON.stringify(inputs))?.[1];
  if (encryption === undefined || key === undefined) return;
  const member = `serviceAccount:service-42@${encryption.domain}.iam.gserviceaccount.com`;
  const role = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
  if (!google.works({ member, role, on: `key ${lastPart(key)}` }))
    throw new Refusal(encryption.refusal);
}

/** One policy at a time, and three reads a second apart (tpgiamresource/iam.go). */
function createGrant(
  google: Google,
  session: Session,
  grant: NonNullable<ReturnType<typeof grantOf>>,
): Promise<Made> {
  return session.alone(grant.on, async () => {
    await request(session, 1, () => {
      const [kind = ""] = grant.on.split(" ");
      const api = GRANT_APIS[kind];
      if (api !== undefined && api !== "") google.requireApi(api);
      google.requireMember(grant.member);
      google.grant(grant);
    });
    await session.sleep(3);
    return {};
  });
}

async function enableService(google: Google, session: Session, service: string): Promise<Made> {
  await request(session, 3, () => {
    google.requireApi("serviceusage.googleapis.com");
  });
  // One operation for all that are asked for within 3 s (serviceusage_batching.go).
  await session.sleep(google.chance.between("enabling", 5, 40));
  google.enable(service);
  await session.sleep(1);
  return {};
}

/** Domains of agents: https://cloud.google.com/iam/docs/service-agents. */
const AGENTS: Readonly<Record<string, string>> = {
  "artifactregistry.googleapis.com": "gcp-sa-artifactregistry",
  "cloudfunctions.googleapis.com": "gcf-admin-robot",
  "eventarc.googleapis.com": "gcp-sa-eventarc",
  "pubsub.googleapis.com": "gcp-sa-pubsub",
  "run.googleapis.com": "serverless-robot-prod",
  "secretmanager.googleapis.com": "gcp-sa-secretmanager",
};

async function createAgent(google: Google, session: Session, service: string): Promise<Made> {
  const seconds = google.chance.between(`agent of ${service}`, 2, 12);
  await request(session, seconds, () => {
    addAgent(google, service);
  });
  return {};
}

/** Makes the agent of a service, as asking for it does. */
export function addAgent(google: Google, service: string): void {
  const domain = AGENTS[service];
  if (domain === undefined) throw new Error(`${service} has no agent known`);
  google.addAccount(`service-42@${domain}.iam.gserviceaccount.com`);
  if (service === "cloudfunctions.googleapis.com") google.grant(OWN_ROLE);
}

/** Three reads, and 10 s for IAM to know it (resource_google_service_account.go). */
async function createAccount(google: Google, session: Session, id: string): Promise<Made> {
  await request(session, 2, () => {
    google.requireApi("iam.googleapis.com");
    if (google.things.has(`account ${id}`))
      throw new Refusal(
        `Error creating service account: googleapi: Error 409: Service account ${id} already exists within ` +
          "project projects/acme-data., alreadyExists",
      );
    google.things.set(`account ${id}`, google.clock.now());
    google.addAccount(`${id}@acme-data.iam.gserviceaccount.com`);
  });
  await session.sleep(13);
  return {};
}

/** Checked when it is made, and never tried again (fw_resource_storage_notification.go). */
async function createNotification(
  google: Google,
  session: Session,
  { bucket, topic }: Inputs,
): Promise<Made> {
  const on = `topic ${lastPart(String(topic))}`;
  await request(session, 2, () => {
    google.requireApi("storage.googleapis.com");
    const member = "serviceAccount:service-42@gs-project-accounts.iam.gserviceaccount.com";
    if (!google.works({ member, role: "roles/pubsub.publisher", on }))
      throw new Refusal(
        `googleapi: Error 403: The service account 'service-42@gs-project-accounts.iam.gserviceaccount.com' does not have permission to publish messages to to the Cloud Pub/Sub topic '//pubsub.googleapis.com/${String(topic)}', or that topic does not exist.`,
      );
    google.notifications.push(`${String(bucket)} → ${on}`);
    if (!google.things.has("notification")) google.things.set("notification", google.clock.now());
  });
  return {};
}
