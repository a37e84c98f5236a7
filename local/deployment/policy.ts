import type { Caller } from "../caller.ts";
import { permissionsOf } from "./roles.ts";

/** That a member has a role on a resource and, with a condition, on what that holds for. */
export interface GrantedRole {
  /** `serviceAccount:…`, `group:…` */
  readonly member: string;
  readonly role: string;
  /** Full name: `projects/P/topics/T`, `projects/_/buckets/B`, `projects/P`, … */
  readonly resource: string;
  /** Only for resources whose names begin so; undefined for all below the resource. */
  readonly onlyPrefix?: string;
}

/** Something that was asked for, and not allowed. */
export interface Denial {
  readonly member: string;
  readonly permission: string;
  readonly resource: string;
}

/** Who has which role on what, and what follows. Nobody has a role but by a grant. */
export interface Policy {
  add(grant: GrantedRole): void;
  /** Does nothing when there is no such grant. */
  remove(grant: GrantedRole): void;
  grants(): readonly GrantedRole[];
  /**
   * Whether a role that the member has on the resource, or on what that is in, has the permission.
   * A no is noted among the denials.
   */
  allows(member: string, permission: string, resource: string): boolean;
  /** The account with this address as somebody who asks the services for something. */
  caller(email: string): Caller;
  /** In the order in which they happened, each once. */
  denials(): readonly Denial[];
}

/**
 * An allow policy without groups: a grant holds for the resource and for all below it
 * (https://cloud.google.com/iam/docs/resource-hierarchy-access-control). It works at once; with
 * Google that takes minutes.
 *
 * @param project that buckets are in, whose names do not say it
 */
export function createPolicy(project: string): Policy {
  const grants: GrantedRole[] = [];
  const denials = new Map<string, Denial>();
  const allows = (member: string, permission: string, resource: string): boolean => {
    const isAllowed = grants.some(
      (grant) =>
        isSameMember(grant.member, member) &&
        permissionsOf(grant.role).includes(permission) &&
        isWithin(resource, grant.resource, project) &&
        resource.startsWith(grant.onlyPrefix ?? ""),
    );
    const denial = { member, permission, resource };
    if (!isAllowed) denials.set(JSON.stringify(denial), denial);
    return isAllowed;
  };
  return {
    add: (grant) => {
      grants.push(grant);
    },
    remove: (grant) => {
      const index = grants.findIndex((known) => isSameGrant(known, grant));
      if (index >= 0) grants.splice(index, 1);
    },
    grants: () => [...grants],
    allows,
    caller: (email) => ({
      email,
      may: (permission, resource) => allows(`serviceAccount:${email}`, permission, resource),
    }),
    denials: () => [...denials.values()],
  };
}

function isSameGrant(one: GrantedRole, other: GrantedRole): boolean {
  return (
    isSameMember(one.member, other.member) &&
    one.role === other.role &&
    one.resource === other.resource &&
    one.onlyPrefix === other.onlyPrefix
  );
}

/** Addresses are not case-sensitive (https://cloud.google.com/iam/docs/principal-identifiers). */
function isSameMember(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function isWithin(resource: string, holder: string, project: string): boolean {
  if (resource === holder || resource.startsWith(`${holder}/`)) return true;
  return holder === `projects/${project}` && /^projects\/_(\/|$)/.test(resource);
}
