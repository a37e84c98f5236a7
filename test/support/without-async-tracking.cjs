"use strict";

/*
 * Loaded before each test file by run-tests.ts (node --require), since it has to come before
 * node:test does.
 *
 * node:test follows every promise from its making to its end, by hooks that make promises several
 * times slower, only to find the test that an error belongs to which nobody caught: two fifths of
 * what the tests of infra/ cost, a tenth of what others do. Here nothing is followed, and such an
 * error ends the file at once instead, and fails it; `node --test FILE` tells the test.
 * https://github.com/nodejs/node/blob/v24.x/lib/internal/test_runner/harness.js
 */
const asyncHooks = require("node:async_hooks");
const { isMainThread } = require("node:worker_threads");

const { createHook } = asyncHooks;
const none = { enable: () => none, disable: () => none };
asyncHooks.createHook = () => none;
// It takes the function when it is loaded; who makes hooks later gets real ones.
require("node:test");
asyncHooks.createHook = createHook;

const end = (error) => {
  process.stderr.write("Nobody caught this error, which ends the test file:\n");
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
};
// A worker's errors are told to who started it.
if (isMainThread) process.on("uncaughtException", end).on("unhandledRejection", end);
