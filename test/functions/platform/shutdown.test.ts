import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it, type TestContext } from "node:test";

import { createShutdown } from "../../../functions/platform/shutdown.ts";
import { LOADER } from "../../../local/run/loader.ts";
import { takeProcessListeners } from "../support/process-listeners.ts";

/** A shutdown in a process that only pretends to end, on a clock that stands still. */
function start(t: TestContext) {
  t.after(takeProcessListeners());
  t.mock.timers.enable({ apis: ["setTimeout", "setImmediate"] });
  const exit = t.mock.method(process, "exit", () => undefined);
  const shutdown = createShutdown();
  return {
    ...shutdown,
    stop: () => process.emit("SIGTERM", "SIGTERM"),
    tick: (ms: number) => {
      t.mock.timers.tick(ms);
    },
    exits: () => exit.mock.calls.map((call) => call.arguments),
  };
}

describe("the end of an instance", () => {
  it("takes the place of the framework's own, which ends the process at once", (t) => {
    t.after(takeProcessListeners());
    let isFrameworkTold = false;
    process.on("SIGTERM", () => (isFrameworkTold = true));
    const { stop } = start(t);
    stop();
    assert.equal(isFrameworkTold, false);
  });

  it("comes at once when nothing is under way, a turn after the last response", (t) => {
    const { stop, tick, exits, isStopping } = start(t);
    assert.equal(isStopping(), false);
    stop();
    assert.deepEqual([isStopping(), exits()], [true, []]);
    tick(1);
    assert.deepEqual(exits(), [[0]]);
  });

  it("waits for everything that is under way", (t) => {
    const { stop, enter, tick, exits, signal } = start(t);
    const [first, second] = [enter(), enter()];
    stop();
    first();
    tick(4000);
    assert.deepEqual([exits(), signal.aborted], [[], false]);
    second();
    tick(1);
    assert.deepEqual(exits(), [[0]]);
  });

  it("is no reason to end for requests that are over before it comes", (t) => {
    const { enter, tick, exits } = start(t);
    enter()();
    tick(1);
    assert.deepEqual(exits(), []);
  });

  it("aborts what is under way after five seconds, and comes after nine", (t) => {
    const { stop, enter, tick, exits, signal } = start(t);
    enter();
    stop();
    tick(4999);
    assert.equal(signal.aborted, false);
    tick(1);
    assert.equal(signal.aborted, true);
    tick(3999);
    assert.deepEqual(exits(), []);
    tick(1);
    assert.deepEqual(exits(), [[0]]);
  });

  it("tells everybody who has to know", (t) => {
    const { stop, onStopping, isStopping } = start(t);
    const told: string[] = [];
    onStopping(() => told.push(`first ${isStopping()}`));
    onStopping(() => told.push("second"));
    stop();
    assert.deepEqual(told, ["first true", "second"]);
  });

  it("is not missed when the signal comes while the framework's listener is replaced", () => {
    // The kernel has it, the event loop does not yet: an instance that never heard of it would be
    // killed ten seconds later with its work unfinished.
    const program = `
      process.on("SIGTERM", () => process.exit(7));
      process.kill(process.pid, "SIGTERM");
      createShutdown();
      setTimeout(() => process.exit(8), 5000);
    `;
    const { href } = new URL("../../../functions/platform/shutdown.ts", import.meta.url);
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        ...LOADER,
        "--input-type=module",
        "--eval",
        `import { createShutdown } from ${JSON.stringify(href)};${program}`,
      ],
      { encoding: "utf8" },
    );
    assert.equal(status, 0, stderr);
  });
});
