import type { Api } from "./apis.ts";
import type { Inputs } from "./inputs.ts";
import { type AnyKind, defineKind } from "./kind.ts";
import { readMember, requireMember } from "./members.ts";
import type { GrantedRole } from "./policy.ts";
import { type GrantTarget, isGrantable, isKnownRole } from "./roles.ts";
import type { Site } from "./site.ts";

/** What a role is given on: how it is named, and whether it is there. */
interface Target<T> {
  readonly kind: GrantTarget;
  /** Undefined for what is there without the stack. */
  readonly api: Api | undefined;
  readonly read: (inputs: Inputs) => T;
  /** Full name. */
  readonly nameOf: (asked: T, site: Site) => string;
  /** @throws Error when there is no such thing */
  readonly require: (name: string, site: Site, asked: T) => void;
}

/** A kind of member bindings, which all look alike but for what they are on. */
function grantKind<T>({ kind, api, read, nameOf, require }: Target<T>): AnyKind {
  return defineKind({
    apis: api === undefined ? [] : [api],
    withoutMeaning: {},
    read: (inputs) => ({
      target: read(inputs),
      role: readRole(inputs, kind),
      member: readMember(inputs),
      condition: condition(inputs),
    }),
    make: ({ target, role, member, condition }, site) => {
      const resource = nameOf(target, site);
      require(resource, site, target);
      requireMember(member, site);
      site.policy.add({ member, role, resource, ...condition });
      return { id: `${resource}/${role}/${member}`, outputs: { etag: "BwY=" } };
    },
    remove: ({ target, role, member, condition }, site) => {
      site.policy.remove({ member, role, resource: nameOf(target, site), ...condition });
    },
    partOf: ({ target }, site) => nameOf(target, site),
  });
}

function readRole(inputs: Inputs, kind: GrantTarget): string {
  const role = inputs.text("role");
  if (!isKnownRole(role)) return inputs.refuse("role", `is ${role}, which nothing knows here`);
  if (isGrantable(role, kind)) return role;
  // In Google's words (https://github.com/hashicorp/terraform/issues/25623).
  return inputs.refuse("role", `is refused: Role ${role} is not supported for this resource`);
}

const PREFIX_CONDITION = /^resource\.name\.startsWith\("([^"\\]+)"\)$/;

/** Of all the conditions there are, the one that the stack uses. */
function condition(inputs: Inputs): Pick<GrantedRole, "onlyPrefix"> {
  const block = inputs.optionalObject("condition");
  if (block === undefined) return {};
  block.text("title");
  block.optionalText("description");
  const prefix = PREFIX_CONDITION.exec(block.text("expression"))?.[1];
  if (prefix === undefined)
    return block.refuse("expression", "can here only be resource.name.startsWith(…)");
  return { onlyPrefix: prefix };
}

/** `projects/P/<collection>/N` of a full or a bare name. */
function fullName(name: string, collection: string, { project }: Site): string {
  return name.includes("/") ? name : `projects/${project}/${collection}/${name}`;
}

function requireIn(known: { has(name: string): boolean }, name: string): void {
  if (!known.has(name)) throw new Error(`Resource not found (resource=${name}).`);
}

const located = (key: string) => (inputs: Inputs) => ({
  name: inputs.text(key),
  location: inputs.text("location"),
});

export const GRANT_KINDS: Readonly<Record<string, AnyKind>> = {
  "gcp:storage/bucketIAMMember:BucketIAMMember": grantKind({
    kind: "bucket",
    api: "storage.googleapis.com",
    read: (inputs) => inputs.text("bucket"),
    nameOf: (name) => `projects/_/buckets/${name}`,
    require: (_name, { bucket }, asked) => {
      bucket.requireBucket(asked);
    },
  }),
  "gcp:pubsub/topicIAMMember:TopicIAMMember": grantKind({
    kind: "topic",
    api: "pubsub.googleapis.com",
    read: (inputs) => inputs.text("topic"),
    nameOf: (name, site) => fullName(name, "topics", site),
    require: (name, { pubsub }) => {
      pubsub.requireTopic(name);
    },
  }),
  "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember": grantKind({
    kind: "subscription",
    api: "pubsub.googleapis.com",
    read: (inputs) => inputs.text("subscription"),
    nameOf: (name, site) => fullName(name, "subscriptions", site),
    require: (name, { pubsub }) => void pubsub.stats(name),
  }),
  "gcp:secretmanager/secretIamMember:SecretIamMember": grantKind({
    kind: "secret",
    api: "secretmanager.googleapis.com",
    read: (inputs) => inputs.text("secretId"),
    nameOf: (name, site) => fullName(name, "secrets", site),
    require: (name, { secrets }) => {
      requireIn(secrets, name);
    },
  }),
  "gcp:serviceaccount/iAMMember:IAMMember": grantKind({
    kind: "account",
    api: "iam.googleapis.com",
    read: (inputs) => inputs.text("serviceAccountId"),
    nameOf: (name) => name,
    require: (name, { accounts }) => {
      requireIn(accounts, name.replace(/^.*\//, ""));
    },
  }),
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": grantKind({
    kind: "repository",
    api: "artifactregistry.googleapis.com",
    read: located("repository"),
    nameOf: ({ name, location }, { project }) =>
      `projects/${project}/locations/${location}/repositories/${name}`,
    require: (name, { repositories }) => {
      requireIn(repositories, name);
    },
  }),
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": grantKind({
    kind: "function",
    api: "run.googleapis.com",
    read: located("name"),
    nameOf: ({ name, location }, { project }) =>
      `projects/${project}/locations/${location}/services/${name}`,
    require: (name, { functions }, asked) => {
      requireIn(functions, asked.name);
      if (functions.get(asked.name)?.service !== name)
        throw new Error(
          `Resource '${asked.name}' of kind 'SERVICE' in that location does not exist.`,
        );
    },
  }),
  "gcp:projects/iAMMember:IAMMember": grantKind({
    kind: "project",
    api: undefined,
    read: (inputs) => inputs.text("project"),
    nameOf: (name) => `projects/${name}`,
    require: (name, { project }) => {
      if (name !== `projects/${project}`) throw new Error(`There is no ${name} here.`);
    },
  }),
  // A key is there as soon as somebody names it.
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": grantKind({
    kind: "key",
    api: undefined,
    read: (inputs) => inputs.text("cryptoKeyId"),
    nameOf: (name) => name,
    require: () => undefined,
  }),
};
