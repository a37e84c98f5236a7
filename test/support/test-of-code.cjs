"use strict";

/*
 * Loaded before each test file by run-tests.ts (node --require), since it has to come before
 * node:test does.
 *
 * node:test finds the test that code belongs to (a test within it, an error that nobody caught) by
 * hooks that are called for the beginning and the end of every promise, and make promises several
 * times slower. AsyncLocalStorage knows the same at hardly any cost, so here it is asked instead:
 * node:test gets its own variants of what its harness takes from node:async_hooks.
 * https://github.com/nodejs/node/blob/v24.x/lib/internal/test_runner/harness.js
 */
const asyncHooks = require("node:async_hooks");

const { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId } = asyncHooks;
/** The id of the test, or of the hook of a test, that the running code belongs to. */
const current = new AsyncLocalStorage();
const currentId = () => current.getStore() ?? executionAsyncId();
let registerTest = () => undefined;

/** A test is one: `class Test extends AsyncResource`. */
class TestResource extends AsyncResource {
  constructor(type, options) {
    super(type, options);
    registerTest(this.asyncId(), type, currentId(), this);
  }

  runInAsyncScope(run, thisArg, ...args) {
    const runAsCurrent = () => current.run(this.asyncId(), () => run.apply(thisArg, args));
    return super.runInAsyncScope(runAsCurrent);
  }
}

asyncHooks.AsyncResource = TestResource;
asyncHooks.executionAsyncId = currentId;
asyncHooks.createHook = ({ init }) => {
  registerTest = init;
  return { enable: () => undefined, disable: () => undefined };
};
// It takes them when it is loaded; who asks for them later gets the real ones.
require("node:test");
Object.assign(asyncHooks, { AsyncResource, createHook, executionAsyncId });
