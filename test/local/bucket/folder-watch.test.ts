import assert from "node:assert/strict";
import { appendFile, mkdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";

import { createFolderScan } from "../../../local/bucket/folder-scan.ts";
import { UserError } from "../../../functions/platform/user-error.ts";
import { startedServer, temporaryFolder } from "./started-server.ts";

async function scannedFolder() {
  const folder = await temporaryFolder();
  let time = 0;
  const open = new Set<string>();
  const scan = createFolderScan({
    ...{ folder, quietMs: 1000, now: () => time },
    openForWriting: () => Promise.resolve(open),
  });
  return {
    folder,
    open,
    scanAt: async (now: number): Promise<string[]> => {
      time = now;
      return (await scan()).map(({ name, isOld }) => (isOld ? `${name} (old)` : name)).sort();
    },
  };
}

describe("createFolderScan", () => {
  it("finds a file once it has not changed for a second", async () => {
    const { folder, scanAt } = await scannedFolder();
    await scanAt(0);

    await writeFile(join(folder, "x"), "one");
    assert.deepEqual(await scanAt(100), []);
    assert.deepEqual(await scanAt(1099), []);
    await appendFile(join(folder, "x"), "two");
    assert.deepEqual(await scanAt(1100), []);
    assert.deepEqual(await scanAt(3099), [], "it may pause as long again");
    assert.deepEqual(await scanAt(3100), ["x"]);
    assert.deepEqual(await scanAt(9999), []);
  });

  it("waits longer than the longest pause there was while a file was written", async () => {
    const { folder, scanAt } = await scannedFolder();
    const file = join(folder, "slow");
    await scanAt(0);
    // The first pause is longer than anybody could know: half of it is found.
    await writeFile(file, "1");
    await scanAt(100);
    assert.deepEqual(await scanAt(1100), ["slow"]);
    for (const at of [4100, 6100, 10_000]) {
      await appendFile(file, "x");
      assert.deepEqual(await scanAt(at), []);
      assert.deepEqual(await scanAt(at + 1900), []);
    }

    // Its longest pause was four seconds, and a second more is needed.
    assert.deepEqual(await scanAt(14_999), []);
    assert.deepEqual(await scanAt(15_000), ["slow"]);
  });

  it("does not wait for long because a file is written again much later", async () => {
    const { folder, scanAt } = await scannedFolder();
    await writeFile(join(folder, "x"), "one");
    await scanAt(0);
    await scanAt(1000);

    await writeFile(join(folder, "x"), "two, an hour later");
    await scanAt(3_600_000);
    assert.deepEqual(await scanAt(3_601_000), ["x"]);
  });

  it("leaves a file alone that is still open for writing, for however long", async () => {
    const { folder, open, scanAt } = await scannedFolder();
    const file = join(folder, "x");
    await writeFile(file, "half");
    open.add(await realpath(file));
    await scanAt(0);
    assert.deepEqual(await scanAt(3_600_000), []);

    open.clear();
    assert.deepEqual(await scanAt(3_600_001), ["x (old)"]);
  });

  it("finds a file again when it has changed, or was removed and put back", async () => {
    const { folder, scanAt } = await scannedFolder();
    await writeFile(join(folder, "x"), "one");
    await scanAt(0);
    assert.deepEqual(await scanAt(1000), ["x (old)"]);

    await appendFile(join(folder, "x"), "two");
    await scanAt(2000);
    assert.deepEqual(await scanAt(5000), ["x"]);

    await rm(join(folder, "x"));
    await scanAt(6000);
    await writeFile(join(folder, "x"), "onetwo");
    await scanAt(7000);
    assert.deepEqual(await scanAt(8000), ["x"]);
  });

  it("names files by their path and follows links to files", async () => {
    const { folder, scanAt } = await scannedFolder();
    const elsewhere = join(await temporaryFolder(), "big");
    await mkdir(join(folder, "a/b"), { recursive: true });
    await writeFile(join(folder, "a/b/ü #.json"), "x");
    await writeFile(elsewhere, "x");
    await symlink(elsewhere, join(folder, "linked"));

    await scanAt(0);
    assert.deepEqual(await scanAt(1000), ["a/b/ü #.json (old)", "linked (old)"]);
  });

  it("passes over hidden files, unfinished ones and folders", async () => {
    const { folder, scanAt } = await scannedFolder();
    await mkdir(join(folder, ".git"));
    await mkdir(join(folder, "empty"));
    const names = [".DS_Store", ".git/config", "x.json.part", "x.crdownload", "x.json~", "y.tmp"];
    for (const name of names) await writeFile(join(folder, name), "x");

    await scanAt(0);
    assert.deepEqual(await scanAt(1000), []);
  });
});

describe("a watched folder", () => {
  it("uploads what is put there, and at a start only what the bucket does not have", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "known"), "known");
    await writeFile(join(folder, "changed"), "after!");
    const uploaded: string[] = [];
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const server = await startedServer({
      onFinalize: ({ attributes }) => {
        uploaded.push(attributes.objectId);
        if (attributes.objectId === "dropped") resolve(undefined);
      },
    });
    await server.put("landing", "known", Buffer.from("known"));
    await server.put("landing", "changed", Buffer.from("before"));
    uploaded.length = 0;

    const watch = await server.watchFolder(folder, "landing");
    await writeFile(join(folder, "dropped"), "dropped");
    await promise;
    await watch.stop();

    assert.deepEqual(uploaded.sort(), ["changed", "dropped"]);
    await writeFile(join(folder, "changed"), "edited");
    assert.equal((await server.read("landing", "changed")).toString(), "after!");
  });

  it("tells what it cannot upload, and goes on", async () => {
    const folder = await temporaryFolder();
    const { promise, resolve } = Promise.withResolvers<string>();
    const server = await startedServer();
    await mkdir(join(folder, ...Array.from({ length: 6 }, () => "d".repeat(200))), {
      recursive: true,
    });
    const name = [...Array.from({ length: 6 }, () => "d".repeat(200)), "x"].join("/");
    await writeFile(join(folder, name), "x");

    const watch = await server.watchFolder(folder, "landing", resolve);
    const problem = await promise;
    await watch.stop();

    assert.match(problem, /was not uploaded: .*1024 bytes/);
  });

  it("is refused when the bucket's own files are in it", async () => {
    const folder = await temporaryFolder();
    const server = await startedServer({ folder: join(folder, "objects") });

    await assert.rejects(server.watchFolder(folder, "landing"), UserError);
  });
});
