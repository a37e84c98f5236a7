import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import { test } from "node:test";

import { startEmulator } from "../../../local/pubsub/emulator/emulator-process.ts";
import { UserError } from "../../../functions/platform/user-error.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const TIMEOUT_MS = 60_000;

/**
 * Stands in for Google's launcher: responds with 200 on its port, and ends when it is asked for
 * /end.
 */
const SERVER = `
const port = Number(process.argv.find((text) => text.startsWith("--port=")).slice(7));
require("node:http")
  .createServer((request, response) => {
    response.end();
    if (request.url === "/end") { console.error("out of memory"); process.exit(3); }
  })
  .listen(port, "127.0.0.1");
`;

async function launcher(t: TestContext, shell: (folder: string) => string): Promise<string> {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, "cloud-pubsub-emulator");
  await writeFile(path.join(folder, "server.cjs"), SERVER);
  await writeFile(file, `#!/bin/sh\n${shell(folder)}\n`);
  await chmod(file, 0o755);
  return file;
}

const serving = (folder: string): string =>
  `exec "${process.execPath}" "${folder}/server.cjs" "$@"`;

function isListening(host: string): Promise<boolean> {
  return fetch(`http://${host}/`).then(
    () => true,
    () => false,
  );
}

test("the emulator listens until it is stopped", { timeout: TIMEOUT_MS }, async (t) => {
  const emulator = await startEmulator(await launcher(t, serving));

  assert.equal(await isListening(emulator.host), true);
  await emulator.stop();

  assert.equal(await isListening(emulator.host), false);
});

test("one that ends by itself is told with what it printed", { timeout: TIMEOUT_MS }, async (t) => {
  const emulator = await startEmulator(await launcher(t, serving));
  t.after(() => emulator.stop());

  await fetch(`http://${emulator.host}/end`).catch(() => undefined);

  assert.equal(await emulator.died, "Google's emulator ended. out of memory");
});

test(
  "one that does not start is an error with what it printed",
  { timeout: TIMEOUT_MS },
  async (t) => {
    const broken = await launcher(t, () => "echo 'Unsupported Java version' >&2; exit 1");

    await assert.rejects(startEmulator(broken), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^Google's Pub\/Sub emulator did not start: .*Unsupported Java/);
      return true;
    });
  },
);
