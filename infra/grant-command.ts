import * as pulumi from "@pulumi/pulumi";

import type { Grant, GrantTarget } from "./grants.ts";

/**
 * The command that makes a grant, complete, to be pasted into a shell
 * (https://cloud.google.com/sdk/gcloud/reference, `add-iam-policy-binding` of each group).
 *
 * @param project that everything is in that names none
 */
export function commandFor({ role, member, on }: Grant, project: string): pulumi.Output<string> {
  return pulumi.all([member, nameOf(on)]).apply(([who, name]) => {
    const [group, ...target] = targetOf(on, name, project);
    const binding = [`--member=${who}`, `--role=${role}`, ...conditionOf(on)];
    return ["gcloud", group, "add-iam-policy-binding", ...[...target, ...binding].map(quoted)].join(
      " ",
    );
  });
}

/** The group of commands, the resource, and where it is. */
function targetOf(on: GrantTarget, name: string, project: string): [string, ...string[]] {
  const short = name.replace(/^.*\//, "");
  const inProject = `--project=${project}`;
  switch (on.kind) {
    case "project":
      return ["projects", name];
    case "topic":
      // A full name: an existing topic may be in another project.
      return ["pubsub topics", name];
    case "subscription":
      return ["pubsub subscriptions", short, inProject];
    case "bucket":
      return ["storage buckets", `gs://${name}`];
    case "secret":
      return ["secrets", short, inProject];
    case "account":
      return ["iam service-accounts", short, inProject];
    case "repository":
      return ["artifacts repositories", short, `--location=${on.location}`, inProject];
    case "function":
      return ["run services", name, `--region=${on.location}`, inProject];
    case "key": {
      const [, keyProject = "", , location = "", , ring = ""] = name.split("/");
      const place = [`--keyring=${ring}`, `--location=${location}`, `--project=${keyProject}`];
      return ["kms keys", short, ...place];
    }
  }
}

function nameOf(on: GrantTarget): pulumi.Input<string> {
  switch (on.kind) {
    case "project":
      return on.project;
    case "topic":
      return on.topic;
    case "subscription":
      return on.subscription;
    case "bucket":
      return on.bucket;
    case "secret":
      return on.secretId;
    case "account":
      return on.account;
    case "repository":
      return on.repository;
    case "function":
      return on.functionName;
    case "key":
      return on.key;
  }
}

/**
 * Said for a project even when there is none: once a policy has a condition, the command asks which
 * is meant, and fails where it cannot.
 */
function conditionOf(on: GrantTarget): string[] {
  if (on.kind !== "project") return [];
  if (on.condition === undefined) return ["--condition=None"];
  const { expression, title, description } = on.condition;
  return [`--condition=expression=${expression},title=${title},description=${description}`];
}

/** A word of the shell; plain where it needs no quotes. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
