import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";

import type { Log } from "../../../functions/platform/log.ts";
import { surviveStrayErrors } from "../../../functions/platform/stray-errors.ts";
import { takeProcessListeners } from "../support/process-listeners.ts";

/**
 * A process that survives stray errors; its own listener, as the framework has one, fails the test.
 */
function start(t: TestContext) {
  t.after(takeProcessListeners());
  process.on("unhandledRejection", () => assert.fail("the framework would end the process"));
  process.on("uncaughtException", () => assert.fail("the framework would end the process"));
  const kill = t.mock.method(process, "kill", () => true as const);
  const lines: Parameters<Log>[] = [];
  surviveStrayErrors((...line) => lines.push(line));
  return { lines, kill };
}

class UserDataError extends Error {
  override readonly name = "UserDataError";
}

describe("a stray error", () => {
  for (const [thrown, name] of [
    [new UserDataError("user-1@example.com"), "UserDataError"],
    ["user-1@example.com", "string"],
    [undefined, "undefined"],
  ] as const)
    it(`is logged without what it says: ${name}`, (t) => {
      const { lines } = start(t);
      process.emit("unhandledRejection", thrown, Promise.resolve());
      assert.deepEqual(lines, [["ERROR", "Unhandled rejection", { error: name }]]);
    });

  it("ends nothing when it is a rejected promise that nobody waits for", (t) => {
    const { kill } = start(t);
    process.emit("unhandledRejection", new Error("stray"), Promise.resolve());
    assert.equal(kill.mock.callCount(), 0);
  });

  it("lets what is under way come to its end when it is an exception that nobody caught", (t) => {
    const { lines, kill } = start(t);
    process.emit("uncaughtException", new UserDataError("user-1@example.com"));
    assert.deepEqual(lines, [["ERROR", "Uncaught exception", { error: "UserDataError" }]]);
    assert.deepEqual(
      kill.mock.calls.map((call) => call.arguments),
      [[process.pid, "SIGTERM"]],
    );
  });
});
