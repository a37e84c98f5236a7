import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import https from "node:https";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";

import { LOADER } from "../../../local/run/loader.ts";
import { startSimulator } from "../../../local/mixpanel/simulator.ts";
import { testCertificate } from "../../support/certificate.ts";
import { until } from "../../support/until.ts";
import { sendEvents, validEvents } from "./import-client.ts";

const MAIN = join(import.meta.dirname, "../../../local/mixpanel/main.ts");
const run = promisify(execFile);

/** Starts the process and waits for its line. */
async function startProcess(parameters: readonly string[]) {
  const child = spawn(process.execPath, [...LOADER, MAIN, ...parameters], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output: readonly unknown[] = await once(child.stdout, "data");
  const ready: unknown = JSON.parse(String(output[0]));
  assert.ok(typeof ready === "object" && ready !== null && "url" in ready && "token" in ready);
  const stop = async (): Promise<unknown> => {
    child.kill("SIGTERM");
    const exit: readonly unknown[] = await once(child, "exit");
    return exit[0];
  };
  return { url: String(ready.url), token: String(ready.token), stop };
}

describe("the simulator's process", () => {
  it("says where it listens, imports, and ends on SIGTERM, also with a request in progress", async () => {
    const simulator = await startProcess(["--token", "mine", "--rate-limit", "off"]);
    assert.equal(simulator.token, "mine");
    const time = Math.floor(Date.now() / 1000) - 60;
    assert.equal((await sendEvents(simulator, validEvents(3, { time }))).status, 200);

    const body = JSON.stringify([{ kind: "latency", ms: 600_000 }]);
    await fetch(`${simulator.url}/local/faults`, { method: "POST", body });
    const unfinished = assert.rejects(sendEvents(simulator, validEvents(3, { time })));
    await until(async () => {
      const stats = await (await fetch(`${simulator.url}/local/stats`)).text();
      return !stats.includes('"inFlight":0');
    }, "a request in progress");

    assert.equal(await simulator.stop(), 0);
    await unfinished;
  });

  it("serves https", async (t) => {
    const { keyFile, certFile, cert: ca } = await testCertificate(t);
    const simulator = await startProcess(["--tls-key", keyFile, "--tls-cert", certFile]);
    t.after(() => simulator.stop());
    assert.match(simulator.url, /^https:\/\/127\.0\.0\.1:/);

    const status = await new Promise((resolve, reject) => {
      https
        .get(`${simulator.url}/local/stats`, { ca }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
        .once("error", reject);
    });
    assert.equal(status, 200);
  });

  const MISTAKES: readonly (readonly [readonly string[], RegExp])[] = [
    [["--port", "many"], /^--port must be a whole number, got "many"\.\n$/],
    [["--tls-key", "x"], /^Give both --tls-key and --tls-cert\.\n$/],
    [["--colour"], /^Unknown option '--colour'/],
  ];
  for (const [parameters, says] of MISTAKES) {
    it(`ends with 2 and one message for ${parameters.join(" ")}`, async () => {
      const failure: unknown = await run(process.execPath, [...LOADER, MAIN, ...parameters]).catch(
        (error: unknown) => error,
      );
      assert.ok(failure instanceof Error && "code" in failure && "stderr" in failure);
      assert.equal(failure.code, 2);
      assert.match(String(failure.stderr), says);
      assert.doesNotMatch(String(failure.stderr), /\n +at /);
    });
  }

  it("says which port is in use", async (t) => {
    const simulator = await startSimulator();
    t.after(() => simulator.stop());
    await assert.rejects(startSimulator({ port: simulator.port }), {
      name: "UserError",
      message: `Port ${simulator.port} is in use. Stop what uses it, or choose another port.`,
    });
  });
});
