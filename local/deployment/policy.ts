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
  /** Does nothing when there is such a grant: bindings are a set. */
  add(grant: GrantedRole): void;
  /** Does nothing when there is no such grant. */
  remove(grant: GrantedRole): void;
  /** Takes away what is granted on a resource that is deleted. */
  forget(resource: string): void;
  /**
   * Takes away what is granted to a service account that is deleted: a new one of its name is
   * another one (https://cloud.google.com/iam/docs/service-accounts-delete-undelete).
   */
  forgetAccount(email: string): void;
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
 * (https://cloud.google.com/iam/docs/resource-hierarchy-access-control). It is a set of bindings
 * (https://cloud.google.com/iam/docs/policies): of two equal grants one that is taken
 * away takes the binding. It works at once; with Google that takes minutes.
 *
 * @param project that buckets are in, whose names do not say it
 */
export function createPolicy(project: string): Policy {
  let grants: readonly GrantedRole[] = [];
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
      if (!grants.some((known) => isSameGrant(known, grant))) grants = [...grants, grant];
    },
    remove: (grant) => {
      grants = grants.filter((known) => !isSameGrant(known, grant));
    },
    forget: (resource) => {
      grants = grants.filter((known) => known.resource !== resource);
    },
    forgetAccount: (email) => {
      grants = grants.filter(({ member }) => !isSameMember(member, `serviceAccount:${email}`));
    },
    grants: () => grants,
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
