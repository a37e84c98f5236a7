import { STACK_APIS } from "./project.ts";
import { objectOf, textOf, textsOf } from "./resource.ts";
import type { Resource } from "./check.ts";

/** What the stack is going to be, as far as policies care. */
export interface PlannedStack {
  readonly settings: ReadonlyMap<string, string>;
  readonly location: string;
}

/** A constraint of the organisation, and what it does to the stack. */
export interface KnownPolicy {
  /** Without `constraints/`. */
  readonly constraint: string;
  /** Why the stack would be refused, and what to do; undefined when it would not. */
  readonly objection: (policy: Resource, stack: PlannedStack) => Objection | undefined;
}

/** What is in the way. */
export interface Objection {
  readonly detail: string;
  readonly remedy: string;
  /** The policy may let the stack pass; that cannot be told from its text. */
  readonly isDoubtful?: true;
}

const EXEMPT = "Have the project exempted from it, or use another project.";

/**
 * Constraints that are known to stop the stack
 * (https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints).
 * `storage.uniformBucketLevelAccess` and `storage.publicAccessPrevention` are none: its buckets
 * have both.
 */
export const KNOWN_POLICIES: readonly KnownPolicy[] = [
  enforced("iam.disableServiceAccountCreation", () => ({
    detail: "no service account can be made, and the stack makes up to four",
    remedy: EXEMPT,
  })),
  enforced("cloudfunctions.requireVPCConnector", ({ settings }) =>
    isSet(settings, "network")
      ? undefined
      : {
          detail: "functions have to be in a VPC network",
          remedy: "Run: pulumi config set network NETWORK (docs/permissions.md, Egress)",
        },
  ),
  mustAllow("cloudfunctions.allowedIngressSettings", "ALLOW_INTERNAL_ONLY"),
  mustAllow("cloudfunctions.restrictAllowedGenerations", "2ndGen"),
  mustAllow("run.allowedIngress", "internal"),
  {
    constraint: "run.allowedVPCEgress",
    objection: (policy, { settings }) =>
      !isSet(settings, "network") || allows(policy, "all-traffic")
        ? undefined
        : { detail: "not all traffic of a function may leave through the network", remedy: EXEMPT },
  },
  {
    constraint: "iam.allowedPolicyMemberDomains",
    objection: (policy, { settings }) =>
      !isRestricting(policy) || !(isSet(settings, "uploaders") || isSet(settings, "publishers"))
        ? undefined
        : {
            detail: "uploaders and publishers outside of your organisation are refused",
            remedy: "Compare them with the allowed customers, or leave them out.",
            isDoubtful: true,
          },
  },
  { constraint: "gcp.resourceLocations", objection: objectToLocation },
  {
    constraint: "gcp.restrictServiceUsage",
    objection: (policy) => {
      const denied = STACK_APIS.filter((api) => !allows(policy, api));
      return denied.length === 0
        ? undefined
        : { detail: `these APIs may not be used: ${denied.join(", ")}`, remedy: EXEMPT };
    },
  },
  {
    constraint: "gcp.restrictNonCmekServices",
    objection: (policy, { settings }) => {
      const { deniedValues } = objectOf(policy["listPolicy"]);
      const denied = textsOf(deniedValues).filter((api) => STACK_APIS.includes(api));
      return denied.length === 0 || isSet(settings, "kmsKey")
        ? undefined
        : {
            detail: `these need a key of yours: ${denied.join(", ")}`,
            remedy: "Run: pulumi config set kmsKey projects/P/locations/L/keyRings/R/cryptoKeys/K",
          };
    },
  },
  {
    constraint: "storage.softDeletePolicySeconds",
    objection: (policy, { settings }) => {
      const seconds = Number(settings.get("softDeleteDays") ?? "0") * 86_400;
      return allows(policy, String(seconds))
        ? undefined
        : {
            detail: `buckets may not keep deleted objects for ${seconds} s`,
            remedy: "Run: pulumi config set softDeleteDays DAYS, with a number that is allowed",
          };
    },
  },
];

function enforced(
  constraint: string,
  objection: (stack: PlannedStack) => Objection | undefined,
): KnownPolicy {
  return {
    constraint,
    objection: (policy, stack) =>
      objectOf(policy["booleanPolicy"])["enforced"] === true ? objection(stack) : undefined,
  };
}

function mustAllow(constraint: string, value: string): KnownPolicy {
  return {
    constraint,
    objection: (policy) =>
      allows(policy, value)
        ? undefined
        : { detail: `it does not allow ${value}, which the functions have`, remedy: EXEMPT },
  };
}

function isSet(settings: ReadonlyMap<string, string>, key: string): boolean {
  return !["", "[]"].includes((settings.get(key) ?? "").trim());
}

/** https://cloud.google.com/resource-manager/reference/rest/v1/Policy#ListPolicy */
function allows(policy: Resource, value: string): boolean {
  const { allValues, allowedValues, deniedValues } = objectOf(policy["listPolicy"]);
  if (textOf(allValues) === "DENY") return false;
  const allowed = textsOf(allowedValues).map(withoutIs);
  const denied = textsOf(deniedValues).map(withoutIs);
  if (denied.includes(value)) return false;
  return allowed.length === 0 || allowed.includes(value);
}

function isRestricting(policy: Resource): boolean {
  const { allValues, allowedValues } = objectOf(policy["listPolicy"]);
  return textOf(allValues) === "DENY" || textsOf(allowedValues).length > 0;
}

function withoutIs(value: string): string {
  return value.replace(/^is:/, "");
}

/**
 * Locations are named, or by groups whose members only Google knows; `in:LOCATION-locations` is
 * what is in a region
 * (https://cloud.google.com/resource-manager/docs/organization-policy/defining-locations).
 */
function objectToLocation(policy: Resource, { location }: PlannedStack): Objection | undefined {
  const { allowedValues } = objectOf(policy["listPolicy"]);
  const allowed = textsOf(allowedValues).map(withoutIs);
  const continent = location.replace(/-.*$/, "");
  const known = [
    `in:${location}-locations`,
    `in:${continent === "europe" ? "eu" : continent}-locations`,
    ...(continent === "europe" ? ["in:europe-locations"] : []),
  ];
  if (allows(policy, location) || allowed.some((value) => known.includes(value))) return undefined;
  const detail = `${location} is not among the allowed locations (${allowed.join(", ") || "none"})`;
  const remedy = "Run: pulumi config set location REGION, with one that is allowed";
  const mayBeInGroup = allowed.some((value) => value.startsWith("in:"));
  return mayBeInGroup ? { detail, remedy, isDoubtful: true } : { detail, remedy };
}
