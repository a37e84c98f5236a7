import type { Inputs } from "./inputs.ts";
import type { Site } from "./site.ts";

/** Members of bindings (https://cloud.google.com/iam/docs/principal-identifiers). */
const MEMBERS: readonly RegExp[] = [
  /^(user|group|serviceAccount):[^\s@:]+@[^\s@:]+\.[^\s@:]+$/,
  /^domain:[^\s@:]+\.[^\s@:]+$/,
  /^principal(Set)?:\/\/\S+$/,
];
const EVERYBODY: readonly string[] = ["allUsers", "allAuthenticatedUsers"];

/** @throws UserError for what is no member, and for those that are everybody */
export function readMember(inputs: Inputs): string {
  const member = inputs.text("member");
  if (EVERYBODY.includes(member))
    return inputs.refuse("member", `is ${member}: nothing of the stack is for everybody`);
  if (MEMBERS.some((form) => form.test(member))) return member;
  return inputs.refuse(
    "member",
    `is ${member}. Policy members must be of the form "<type>:<value>", such as ` +
      "serviceAccount:name@project.iam.gserviceaccount.com",
  );
}

/**
 * "Service account … does not exist" is what the service says of one that is not there (yet): an
 * account of this project, or one of Google's in its name. Others are taken to be there.
 *
 * @throws Error in these words
 */
export function requireMember(member: string, { accounts, project, projectNumber }: Site): void {
  const [, email = ""] = /^serviceAccount:(.+)$/.exec(member) ?? [];
  const isOurs =
    email.endsWith(`@${project}.iam.gserviceaccount.com`) ||
    email.startsWith(`service-${projectNumber}@`);
  if (isOurs && !accounts.has(email)) throw new Error(`Service account ${email} does not exist.`);
}
