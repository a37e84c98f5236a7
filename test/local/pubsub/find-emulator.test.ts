import assert from "node:assert/strict";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import { test } from "node:test";

import { findEmulator } from "../../../local/pubsub/emulator/find-emulator.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const LAUNCHER = "platform/pubsub-emulator/bin/cloud-pubsub-emulator";

async function program(folder: string, name: string, text = "exit 0"): Promise<string> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
  return file;
}

async function setUp(t: TestContext): Promise<{ folder: string; bin: string }> {
  const folder = await temporaryFolder(t);
  const bin = path.join(folder, "bin");
  await mkdir(bin);
  return { folder, bin };
}

test("the emulator is found on PATH", async (t) => {
  const { bin } = await setUp(t);
  await program(bin, "java");
  const launcher = await program(bin, "cloud-pubsub-emulator");

  assert.deepEqual(findEmulator({ PATH: `/nowhere:${bin}` }), { launcher });
});

test("the emulator is found in the Cloud SDK that gcloud on PATH belongs to", async (t) => {
  const { folder, bin } = await setUp(t);
  await program(bin, "java");
  const launcher = await program(folder, `sdk/${LAUNCHER}`);
  await symlink(await program(folder, "sdk/bin/gcloud"), path.join(bin, "gcloud"));

  assert.deepEqual(findEmulator({ PATH: bin }), { launcher });
});

test("the emulator is found in the Cloud SDK in the home folder", async (t) => {
  const { folder, bin } = await setUp(t);
  await program(bin, "java");
  const launcher = await program(folder, `google-cloud-sdk/${LAUNCHER}`);

  assert.deepEqual(findEmulator({ PATH: bin, HOME: folder }), { launcher });
});

test("without Java the emulator is no use, and the message says what to install", async (t) => {
  const { bin } = await setUp(t);
  const launcher = await program(bin, "cloud-pubsub-emulator");

  const found = findEmulator({ PATH: bin });

  assert.ok("missing" in found);
  assert.ok(found.missing.includes(launcher));
  assert.match(found.missing, /needs Java.*Install a Java runtime/);
});
