import assert from "node:assert/strict";
import { test } from "node:test";

import { createPolicy, type GrantedRole } from "../../local/deployment/policy.ts";

const MEMBER = "serviceAccount:objects@p.iam.gserviceaccount.com";
const VIEWER = "roles/storage.objectViewer";
const LANDING = "projects/_/buckets/landing";

const grant = (role: string, resource: string, onlyPrefix?: string): GrantedRole => ({
  member: MEMBER,
  role,
  resource,
  ...(onlyPrefix !== undefined && { onlyPrefix }),
});

/** What is granted, what is asked for, and whether it is allowed. */
const CASES: readonly (readonly [string, GrantedRole, string, string, boolean])[] = [
  ["what the role has", grant(VIEWER, LANDING), "storage.objects.get", LANDING, true],
  [
    "below the resource",
    grant(VIEWER, LANDING),
    "storage.objects.get",
    `${LANDING}/objects/a/b`,
    true,
  ],
  ["what the role has not", grant(VIEWER, LANDING), "storage.objects.create", LANDING, false],
  ["another resource", grant(VIEWER, LANDING), "storage.objects.get", `${LANDING}-2`, false],
  ["a bucket of the project", grant(VIEWER, "projects/p"), "storage.objects.get", LANDING, true],
  ["another project's grant", grant(VIEWER, "projects/q"), "storage.objects.get", LANDING, false],
  [
    "a topic of the project",
    grant("roles/pubsub.publisher", "projects/p"),
    "pubsub.topics.publish",
    "projects/p/topics/t",
    true,
  ],
  [
    "a topic of another project",
    grant("roles/pubsub.publisher", "projects/p"),
    "pubsub.topics.publish",
    "projects/p2/topics/t",
    false,
  ],
  [
    "within the condition",
    grant(VIEWER, "projects/p", "projects/_/buckets/gcf-v2-sources-"),
    "storage.objects.get",
    "projects/_/buckets/gcf-v2-sources-42-us/objects/x",
    true,
  ],
  [
    "outside of the condition",
    grant(VIEWER, "projects/p", "projects/_/buckets/gcf-v2-sources-"),
    "storage.objects.get",
    LANDING,
    false,
  ],
  ["a role nobody knows", grant("roles/x", LANDING), "storage.objects.get", LANDING, false],
];

for (const [what, granted, permission, resource, expected] of CASES)
  test(`${what} is ${expected ? "" : "not "}allowed`, () => {
    const policy = createPolicy("p");
    policy.add(granted);
    assert.equal(policy.allows(MEMBER, permission, resource), expected);
    assert.deepEqual(
      policy.denials(),
      expected ? [] : [{ member: MEMBER, permission, resource }],
      "denials",
    );
  });

test("nobody has anything by himself, nor by somebody else's grant", () => {
  const policy = createPolicy("p");
  const caller = policy.caller("objects@p.iam.gserviceaccount.com");
  assert.equal(caller.may("storage.objects.get", LANDING), false);
  policy.add({ ...grant(VIEWER, LANDING), member: "serviceAccount:messages@p" });
  assert.equal(caller.may("storage.objects.get", LANDING), false);
  assert.equal(policy.denials().length, 1);
});

test("capitals in an address make no difference", () => {
  const policy = createPolicy("p");
  policy.add({ ...grant(VIEWER, LANDING), member: MEMBER.replace("objects", "Objects") });
  assert.ok(policy.allows(MEMBER, "storage.objects.list", LANDING));
});

test("of two equal grants one that is taken away takes the binding: they are a set", () => {
  const policy = createPolicy("p");
  policy.add(grant(VIEWER, LANDING));
  policy.add({ ...grant(VIEWER, LANDING), member: MEMBER.toUpperCase() });
  assert.equal(policy.grants().length, 1);
  policy.add(grant(VIEWER, LANDING, "projects/_/buckets/land"));
  assert.equal(policy.grants().length, 2);
  policy.remove(grant(VIEWER, LANDING));
  assert.equal(policy.grants().length, 1);
  policy.remove(grant(VIEWER, LANDING, "projects/_/buckets/land"));
  assert.ok(!policy.allows(MEMBER, "storage.objects.get", LANDING));
});
