import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { createNames } from "../../infra/names.ts";

/**
 * Names of stacks as Pulumi allows them: letters, digits, - _ and .
 * (https://www.pulumi.com/docs/iac/concepts/stacks/#create-stack).
 */
const stacks = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);
const projects = fc.stringMatching(/^([a-z][a-z0-9.]{2,20}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/);

const namesOf = (stack: string, project: string) => {
  const names = createNames("mixpanel-import", stack);
  return {
    function: names.functionName("import-messages"),
    account: names.accountId("messages"),
    name: names.name("dead-letters"),
    bucket: names.bucketName(project, "us-central1", "receipts"),
  };
};

test("names are valid for every stack and project", () => {
  fc.assert(
    fc.property(stacks, projects, (stack, project) => {
      const names = namesOf(stack, project);
      assert.match(names.function, /^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/);
      assert.match(names.account, /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/);
      assert.match(names.name, /^[a-z][a-z0-9-]{1,61}[a-z0-9]$/);
      assert.match(names.bucket, /^[a-z][a-z0-9-]{1,61}[a-z0-9]$/);
    }),
  );
});

test("different stacks have different names", () => {
  fc.assert(
    fc.property(stacks, stacks, (one, other) => {
      fc.pre(one !== other);
      const [a, b] = [namesOf(one, "acme-data"), namesOf(other, "acme-data")];
      for (const kind of ["function", "account", "name", "bucket"] as const)
        assert.notEqual(a[kind], b[kind]);
    }),
  );
});

test("a plain stack has plain names", () => {
  const names = createNames("mixpanel-import", "dev");
  assert.equal(names.prefix, "mixpanel-import-dev");
  assert.equal(names.name("events"), "mixpanel-import-dev-events");
  assert.equal(names.functionName("import-object"), "mixpanel-import-dev-import-object");
  assert.equal(names.accountId("objects"), "mixpanel-import-dev-objects");
  assert.match(
    names.bucketName("acme-data", "us-central1"),
    /^acme-data-mixpanel-import-dev-[0-9a-f]{6}$/,
  );
});

test("a bucket that has to move gets another name, since it cannot move", () => {
  const names = createNames("mixpanel-import", "dev");
  const here = names.bucketName("acme-data", "us-central1");
  assert.notEqual(here, names.bucketName("acme-data", "europe-west1"));
  assert.equal(here, names.bucketName("acme-data", "us-central1"));
});
