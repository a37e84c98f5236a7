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

/** Who has which role on what. */
export interface Policy {
  add(grant: GrantedRole): void;
  grants(): readonly GrantedRole[];
}

export function createPolicy(): Policy {
  const grants: GrantedRole[] = [];
  return {
    add: (grant) => {
      grants.push(grant);
    },
    grants: () => [...grants],
  };
}
