import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import os from "node:os";
import type { TestContext } from "node:test";
import { test } from "node:test";

import type { FunctionOptions } from "../../../local/functions/function-process.ts";
import { startFunction } from "../../../local/functions/function-process.ts";
import type { LogLine } from "../../../local/functions/log-lines.ts";
import { superviseFunction } from "../../../local/functions/supervised-function.ts";
import { LOADER } from "../../../local/run/loader.ts";
import { UserError } from "../../../functions/platform/user-error.ts";
import { functionSource } from "../../support/function-source.ts";
import { until } from "../../support/until.ts";
import { processEnd } from "../../support/process-end.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const ECHO = `exports.importObject = (request, response) => {
  console.log(JSON.stringify({ severity: "WARNING", message: "Called", name: request.body.name }));
  console.log("plain text");
  response.status(200).json({ environment: process.env, body: request.body });
};`;

async function start(t: TestContext, code: string, options: Partial<FunctionOptions> = {}) {
  const source = await functionSource(t, code);
  const started = await startFunction({
    entryPoint: "importObject",
    source,
    environment: {},
    ...options,
  });
  t.after(() => started.stop());
  return started;
}

async function post(url: string, body: unknown): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return response.json();
}

test("a function serves its entry point and sees only the environment it is given", async (t) => {
  process.env["LEAKED"] = "secret of this process";
  const started = await start(t, ECHO, { environment: { GIVEN: "value" } });

  const response = await post(started.url, { name: "a" });

  assert.deepEqual(response, {
    body: { name: "a" },
    environment: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      NODE_ENV: "production",
      FUNCTION_TARGET: "importObject",
      K_SERVICE: "importobject",
      GIVEN: "value",
      PORT: "0",
    },
  });
});

test("a function listens on loopback only", async (t) => {
  const outside = Object.values(os.networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === "IPv4");
  if (outside === undefined) {
    t.skip("this machine has no address but loopback");
    return;
  }
  const started = await start(t, ECHO);

  await assert.rejects(fetch(`http://${outside.address}:${started.port}`));
});

test("what a function prints arrives as log lines", async (t) => {
  const lines: LogLine[] = [];
  const started = await start(t, ECHO, { onLine: (line) => lines.push(line) });

  await post(started.url, { name: "a" });
  await started.stop();

  assert.deepEqual(lines, [
    { severity: "WARNING", message: "Called", name: "a" },
    { severity: "DEFAULT", message: "plain text" },
  ]);
});

const FAILURES = [
  {
    what: "a module that throws",
    code: `class ConfigError extends Error { name = "ConfigError" }
      throw new ConfigError("The environment is not usable:\\n  - MIXPANEL_TOKEN is missing");`,
    message:
      "importObject did not start. The environment is not usable:\n  - MIXPANEL_TOKEN is missing",
  },
  {
    what: "a function that logs an error and ends",
    code: `console.log(JSON.stringify({ severity: "CRITICAL", message: "MIXPANEL_TOKEN is missing" }));
      process.exit(1);`,
    message: "importObject did not start. MIXPANEL_TOKEN is missing",
  },
  {
    what: "a missing entry point",
    code: "exports.other = () => {};",
    message:
      "importObject did not start. Function 'importObject' is not defined in the provided module.\nDid you specify the correct target function to execute?",
  },
  {
    what: "a process that ends silently",
    code: "process.exit(3);",
    message: "importObject did not start. It ended with code 3.",
  },
];

for (const { what, code, message } of FAILURES)
  test(`${what} is told with its own message, without a stack trace`, async (t) => {
    await assert.rejects(start(t, code), (error) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.message, message);
      return true;
    });
  });

test("a folder without a build is told with the command that makes one", async (t) => {
  const source = await temporaryFolder(t);

  await assert.rejects(
    startFunction({ entryPoint: "importObject", source, environment: {} }),
    /There is no built function in .*npm run build/,
  );
});

test("stop ends the process and keeps its last figures", async (t) => {
  const started = await start(t, ECHO);
  await post(started.url, {});

  await started.stop();

  await processEnd(started.pid);
  const usage = started.usage();
  if (process.platform !== "linux") return;
  assert.ok(usage !== undefined && usage.cpuSeconds > 0 && usage.peakMemoryBytes > 1_000_000);
});

test("a CPU profile is written where it was asked for", async (t) => {
  const cpuProfileFolder = await temporaryFolder(t);
  const started = await start(t, ECHO, { cpuProfileFolder });

  await started.stop();

  assert.match((await readdir(cpuProfileFolder)).join(), /\.cpuprofile$/);
});

test("a function that is killed is started again at the same address", async (t) => {
  const crashes: string[] = [];
  const source = await functionSource(t, ECHO);
  const supervised = await superviseFunction({
    entryPoint: "importObject",
    source,
    environment: {},
    onCrash: (reason) => crashes.push(reason),
  });
  t.after(() => supervised.stop());
  const first = supervised.current();

  supervised.kill();
  const exit = await first.exited;
  await until(() => supervised.restarts() > 0, "a restart");
  const response = await post(supervised.url, { name: "again" });

  assert.deepEqual(exit, { code: null, signal: "SIGKILL" });
  assert.deepEqual(crashes, ["importObject ended with signal SIGKILL"]);
  assert.notEqual(supervised.current().pid, first.pid);
  assert.match(JSON.stringify(response), /"name":"again"/);
});

test("an instance starts as soon as its secrets can be read, each with those of its time", async (t) => {
  const crashes: string[] = [];
  let secret: string | undefined = "first";
  const source = await functionSource(
    t,
    "exports.importObject = (request, response) => response.json({ secret: process.env.SECRET });",
  );
  const supervised = await superviseFunction({
    entryPoint: "importObject",
    source,
    environment: {},
    secrets: () => {
      if (secret === undefined) throw new Error("Permission denied on secret.");
      return { SECRET: secret };
    },
    onCrash: (reason) => crashes.push(reason),
  });
  t.after(() => supervised.stop());

  secret = undefined;
  supervised.kill();
  await until(() => crashes.length === 2, "the reason why it does not start");
  await assert.rejects(post(supervised.url, {}));
  secret = "second";
  await until(() => supervised.restarts() > 0, "a restart");

  assert.deepEqual(await post(supervised.url, {}), { secret: "second" });
  assert.equal(crashes[1], "importObject cannot start: Permission denied on secret.");
});

test("a function that cannot start any more is given up with its message", async (t) => {
  const flag = `${await temporaryFolder(t)}/started`;
  const source = await functionSource(
    t,
    `const fs = require("node:fs");
     if (fs.existsSync(${JSON.stringify(flag)})) throw new Error("broken now");
     fs.writeFileSync(${JSON.stringify(flag)}, "");
     exports.importObject = () => {};`,
  );
  const supervised = await superviseFunction({
    entryPoint: "importObject",
    source,
    environment: {},
  });
  t.after(() => supervised.stop());

  supervised.kill();

  assert.equal(await supervised.gaveUp, "importObject did not start. broken now");
});

for (const signal of ["SIGKILL", "SIGINT", "SIGTERM"] as const)
  test(`a function ends with its parent, also when that gets ${signal}`, async (t) => {
    const source = await functionSource(t, ECHO);
    const module = new URL("../../../local/functions/function-process.ts", import.meta.url).href;
    const script = `import { startFunction } from ${JSON.stringify(module)};
      const options = { entryPoint: "importObject", source: ${JSON.stringify(source)}, environment: {} };
      console.log((await startFunction(options)).pid);`;
    const parent = spawn(process.execPath, [...LOADER, "--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(printed.toString());

    parent.kill(signal);
    await once(parent, "close");

    assert.ok(pid > 0);
    await processEnd(pid);
  });
