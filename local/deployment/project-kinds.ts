import { agentOf, hasAgent } from "./agents.ts";
import { isApi } from "./apis.ts";
import { requireKey } from "./encryption.ts";
import type { Inputs } from "./inputs.ts";
import { type AnyKind, defineKind, LABELS } from "./kind.ts";

const NO_DISPLAY = "nothing shows it here";

const service = defineKind({
  apis: [],
  withoutMeaning: {},
  read: (inputs) => {
    const name = inputs.text("service");
    // Others in the project may use it.
    inputs.only("disableOnDestroy", false);
    return isApi(name)
      ? name
      : inputs.refuse("service", `is ${name}, which nothing here is made with`);
  },
  make: (name, { project, apis }) => {
    apis.add(name);
    return { id: `${project}/${name}`, outputs: {} };
  },
  remove: () => undefined,
});

const serviceIdentity = defineKind({
  // An agent can be asked for before (https://cloud.google.com/service-usage/docs/reference/rest).
  apis: [],
  withoutMeaning: {},
  read: (inputs) => {
    const name = inputs.text("service");
    if (!hasAgent(name)) return inputs.refuse("service", `names no agent known: ${name}`);
    return { project: inputs.text("project"), name };
  },
  make: ({ project, name }, { projectNumber, accounts }) => {
    const email = agentOf(name, projectNumber);
    accounts.add(email);
    const outputs = { email, member: `serviceAccount:${email}` };
    return { id: `projects/${project}/services/${name}`, outputs };
  },
  // Google keeps it.
  remove: () => undefined,
});

const account = defineKind({
  apis: ["iam.googleapis.com"],
  withoutMeaning: { displayName: NO_DISPLAY },
  read: (inputs) => inputs.text("accountId"),
  make: (accountId, { project, accounts }) => {
    if (!/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(accountId))
      throw new Error(`${accountId} is no name of a service account (6 to 30 of a-z, 0-9 and -).`);
    const email = `${accountId}@${project}.iam.gserviceaccount.com`;
    if (accounts.has(email)) throw new Error(`Service account ${accountId} already exists.`);
    accounts.add(email);
    const name = `projects/${project}/serviceAccounts/${email}`;
    return { id: name, outputs: { email, name, member: `serviceAccount:${email}` } };
  },
  remove: (accountId, { project, accounts, policy }) => {
    const email = `${accountId}@${project}.iam.gserviceaccount.com`;
    accounts.delete(email);
    policy.forgetAccount(email);
  },
});

const secret = defineKind({
  apis: ["secretmanager.googleapis.com"],
  withoutMeaning: { labels: LABELS },
  read: (inputs) => ({ secretId: inputs.text("secretId"), replicas: replicasOf(inputs) }),
  make: ({ secretId, replicas }, site) => {
    const { project, projectNumber, secrets } = site;
    for (const { key } of replicas) requireKey(key, ["secretmanager.googleapis.com"], site);
    const id = `projects/${project}/secrets/${secretId}`;
    if (secrets.has(id)) throw new Error(`Secret [${id}] already exists.`);
    secrets.set(id, []);
    return { id, outputs: { name: `projects/${projectNumber}/secrets/${secretId}` } };
  },
  remove: ({ secretId }, { project, secrets }) => {
    secrets.delete(`projects/${project}/secrets/${secretId}`);
  },
  keepsName: true,
});

/** The places where it is kept: other ones, or other keys, replace it. */
function replicasOf(secret: Inputs): { readonly location: string; readonly key: string }[] {
  const replicas = secret.object("replication").object("userManaged").objects("replicas");
  return replicas.map((replica) => ({
    location: replica.text("location"),
    key: replica.optionalObject("customerManagedEncryption")?.text("kmsKeyName") ?? "",
  }));
}

const secretVersion = defineKind({
  apis: ["secretmanager.googleapis.com"],
  withoutMeaning: {},
  read: (inputs) => ({ secret: inputs.text("secret"), data: inputs.text("secretData") }),
  make: ({ secret: id, data }, { secrets }) => {
    const versions = secrets.get(id);
    if (versions === undefined) throw new Error(`Secret [${id}] not found.`);
    const version = versions.push(data);
    return { id: `${id}/versions/${version}`, outputs: { version: String(version) } };
  },
  // Its number is not used again.
  remove: ({ secret: id }, { secrets }, { outputs }) => {
    const versions = secrets.get(id);
    if (versions !== undefined) versions[Number(outputs["version"]) - 1] = undefined;
  },
  partOf: ({ secret: id }) => id,
});

const repository = defineKind({
  apis: ["artifactregistry.googleapis.com"],
  withoutMeaning: {
    description: NO_DISPLAY,
    labels: LABELS,
    cleanupPolicies: "no images are made",
  },
  read: (inputs) => {
    inputs.only("format", "DOCKER");
    return {
      name: inputs.text("repositoryId"),
      location: inputs.text("location"),
      key: inputs.optionalText("kmsKeyName"),
    };
  },
  make: ({ name, location, key }, site) => {
    const { project, repositories } = site;
    requireKey(key, ["artifactregistry.googleapis.com"], site);
    const id = `projects/${project}/locations/${location}/repositories/${name}`;
    repositories.add(id);
    return { id, outputs: { name } };
  },
  remove: (_asked, { repositories }, { id }) => {
    repositories.delete(id);
  },
  keepsName: true,
});

export const PROJECT_KINDS: Readonly<Record<string, AnyKind>> = {
  "gcp:projects/service:Service": service,
  "gcp:projects/serviceIdentity:ServiceIdentity": serviceIdentity,
  "gcp:serviceaccount/account:Account": account,
  "gcp:secretmanager/secret:Secret": secret,
  "gcp:secretmanager/secretVersion:SecretVersion": secretVersion,
  "gcp:artifactregistry/repository:Repository": repository,
};
