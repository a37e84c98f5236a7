import { RefusedError } from "../google/rest.ts";
import type { CheckContext } from "./check.ts";
import type { NeededGrant } from "./needed-grants.ts";
import { listOf, objectOf, textOf, textsOf } from "./resource.ts";

/** Who has a role, and when (https://cloud.google.com/iam/docs/reference/rest/v1/Policy). */
export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  /** In the Common Expression Language; "" = always. */
  readonly condition: string;
}

/** What a policy says of a role that somebody needs. */
export type Verdict =
  | { readonly kind: "given" }
  | { readonly kind: "missing" }
  /** It may be given: why nobody can tell. */
  | { readonly kind: "doubtful"; readonly why: string };

/** Whoever asks, and whoever has some account of Google's. */
export const ANYBODY: readonly string[] = ["allUsers", "allAuthenticatedUsers"];

/**
 * The bindings, or why they cannot be read. Below version 3 conditions are left out
 * (https://cloud.google.com/iam/docs/policies#versions).
 */
export async function readPolicy(
  { rest }: CheckContext,
  url: string,
  method: "GET" | "POST",
): Promise<readonly Binding[] | string> {
  const what = `reading the grants of ${url.replace(/^.*\/(?=[^/]+\/[^/]+$)/, "").replace(/[:?].*$/, "")}`;
  try {
    const asked = `${url}?${versionParameter(url)}=3`;
    const policy = await (method === "GET"
      ? rest.get(what, asked)
      : // Of a project it is a part of the body, and of an account it must not be.
        url.includes("/serviceAccounts/")
        ? rest.post(what, asked, {})
        : rest.post(what, url, { options: { requestedPolicyVersion: 3 } }));
    return listOf(policy["bindings"]).map(({ role, members, condition }) => ({
      role: textOf(role),
      members: textsOf(members),
      condition: textOf(objectOf(condition)["expression"]),
    }));
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return `${what} was refused (${error.status})`;
  }
}

/** Cloud Storage has a name of its own for it. */
function versionParameter(url: string): string {
  return url.endsWith("/iam") ? "optionsRequestedPolicyVersion" : "options.requestedPolicyVersion";
}

/**
 * What bindings say of a grant.
 *
 * @param now milliseconds of the epoch, for conditions that are over
 */
export function judgeGrant(
  policy: readonly Binding[],
  { role, member, orStronger }: NeededGrant,
  now: number,
): Verdict {
  const current = policy.filter(({ condition }) => !isOver(condition, now));
  const holding = current.filter((one) => one.role === role || orStronger.includes(one.role));
  const own = holding.filter((one) => isFor(one, member));
  if (own.some(({ condition }) => condition === "")) return { kind: "given" };
  const [limited] = own;
  if (limited !== undefined)
    return { kind: "doubtful", why: `${role} only while ${limited.condition}` };
  const other = current.find((one) => isFor(one, member) && isBroad(one.role));
  if (other !== undefined)
    return { kind: "doubtful", why: `${other.role}, whose permissions are not known here` };
  const group = holding.flatMap(({ members }) => members).find((one) => GROUPS.test(one));
  return group === undefined
    ? { kind: "missing" }
    : { kind: "doubtful", why: `${role} if it belongs to ${group}` };
}

function isFor({ members }: Binding, member: string): boolean {
  return members.some((one) => one.toLowerCase() === member.toLowerCase() || ANYBODY.includes(one));
}

const GROUPS = /^(group|domain|principalSet):/;
/** Basic roles, old and new, and those that somebody made. */
const BROAD_ROLES = /^roles\/(owner|editor|admin|writer)$|^(projects|organizations)\//;

function isBroad(role: string): boolean {
  return BROAD_ROLES.test(role);
}

const UNTIL = /^\s*request\.time\s*<=?\s*timestamp\(\s*["']([^"']+)["']\s*\)\s*$/;

/** Whether a condition names an end that is past: such a binding gives nothing. */
function isOver(condition: string, now: number): boolean {
  const [, end = ""] = UNTIL.exec(condition) ?? [];
  return Date.parse(end) <= now;
}
