import assert from "node:assert/strict";
import { mock, test } from "node:test";

import * as pulumi from "@pulumi/pulumi";

import {
  retryWhileMemberIsUnknown,
  retryWhileRefused,
  wait,
  whenHooksRun,
} from "../../../infra/services/propagation.ts";

await pulumi.runtime.setMocks(
  { newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) },
  "mixpanel-gcp",
);

/** Adds what an engine has and mocks have not. */
function acceptHooks(): void {
  const accept = (_request: unknown, done: (error: null, response: object) => void): void => {
    done(null, {});
  };
  Object.assign(pulumi.runtime.getMonitor() ?? {}, {
    registerResourceHook: accept,
    registerErrorHook: accept,
  });
}

test("under plain mocks there are no hooks, which mocks could not register", () => {
  assert.deepEqual(
    whenHooksRun(() => ({ hooks: { beforeCreate: [wait(1)] } })),
    {},
  );
  assert.deepEqual(retryWhileRefused("under-mocks"), {});
});

test("a wait takes its time, and no longer", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let over = false;
  const hook = Promise.resolve(wait(90)({ urn: "", id: "", name: "", type: "" })).then(() => {
    over = true;
  });

  mock.timers.tick(89_999);
  await Promise.resolve();
  assert.equal(over, false);
  mock.timers.tick(1);
  await hook;
  mock.timers.reset();
});

const DENIED =
  "googleapi: Error 403: The service agent does not have permission to publish messages";
const CASES = [
  { name: "a refused creation", failedOperation: "create", errors: [DENIED], expected: true },
  {
    name: "the 60th refusal",
    failedOperation: "create",
    errors: Array<string>(60).fill(DENIED),
    expected: true,
  },
  {
    name: "the 61st refusal",
    failedOperation: "create",
    errors: Array<string>(61).fill(DENIED),
    expected: false,
  },
  {
    name: "another error",
    failedOperation: "create",
    errors: ["Error 404: no such bucket"],
    expected: false,
  },
  { name: "a refused deletion", failedOperation: "delete", errors: [DENIED], expected: false },
];

for (const [index, { name, failedOperation, errors, expected }] of CASES.entries())
  test(`${name} is ${expected ? "tried again" : "final"}`, async () => {
    acceptHooks();
    const [hook] = retryWhileRefused(`retry-${index}`).hooks?.onError ?? [];
    assert.ok(hook);
    mock.timers.enable({ apis: ["setTimeout"] });
    const decision = hook.callback({
      urn: "",
      id: "",
      name: "",
      type: "",
      failedOperation,
      errors,
    });
    mock.timers.tick(10_000);
    assert.equal(await decision, expected);
    mock.timers.reset();
  });

const UNKNOWN_MEMBER =
  "Error 400: Service account a@b.iam.gserviceaccount.com does not exist., badRequest";
for (const [index, { error, expected }] of [
  { error: UNKNOWN_MEMBER, expected: true },
  { error: DENIED, expected: false },
].entries())
  test(`a binding refused with "${error.slice(0, 40)}…" is ${expected ? "tried again" : "final"}`, async () => {
    acceptHooks();
    const [hook] = retryWhileMemberIsUnknown(`member-${index}`).hooks?.onError ?? [];
    assert.ok(hook);
    mock.timers.enable({ apis: ["setTimeout"] });
    const failure = { urn: "", id: "", name: "", type: "", failedOperation: "create" };
    const decision = hook.callback({ ...failure, errors: [error] });
    mock.timers.tick(10_000);
    assert.equal(await decision, expected);
    mock.timers.reset();
  });
