import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { test, type TestContext } from "node:test";

import { checkInput, expandPaths } from "../../../cli/input/input-files.ts";
import { UserError } from "../../../functions/platform/user-error.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A folder with these files in it; each holds its own name. */
async function folderWith(t: TestContext, files: readonly string[]): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const file of files) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), file);
  }
  return folder;
}

test("every file that cannot be used is named at once, as wrong usage", async (t) => {
  const folder = await folderWith(t, ["good.ndjson"]);
  const good = path.join(folder, "good.ndjson");
  const empty = path.join(folder, "empty");
  await mkdir(empty);

  await assert.rejects(
    checkInput([good, empty, `${good}/x`, `${folder}/*.gz`], ["/absent"]),
    (error) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.exitCode, 2);
      assert.equal(
        error.message,
        [
          `There is no file in the folder ${empty}.`,
          `There is no file ${good}/x.`,
          `No file matches ${folder}/*.gz.`,
          "There is no file /absent.",
        ].join("\n"),
      );
      return true;
    },
  );
});

test("a device is no file", async () => {
  await assert.rejects(checkInput(["/dev/null"], []), /\/dev\/null is not a regular file/);
});

test("standard input is read only once", async () => {
  await assert.rejects(checkInput(["-"], ["-"]), /Standard input \(-\) can be read only once/);
});

test("files of one name become different objects", async (t) => {
  const folder = await folderWith(t, ["x.json", "b/x.json", "y.json"]);
  const files = ["x.json", "b/x.json", "y.json", "y.json"].map((name) => path.join(folder, name));

  const input = await checkInput(files, [files[0] ?? ""]);

  assert.deepEqual(
    input.files.map(({ name }) => name),
    ["1/x.json", "2/x.json", "3/y.json", "4/y.json"],
  );
  assert.deepEqual(
    input.messageFiles.map(({ bytes }) => bytes),
    ["x.json".length],
  );
});

const TREE = ["a.ndjson", "b[1].json", ".hidden", "2026/01.json", "2026/deep/02.json", "empty/x/y"];

interface Expansion {
  readonly what: string;
  readonly argument: string;
  /** Given name → name of the object. */
  readonly expected: Readonly<Record<string, string>>;
}

const EXPANSIONS: readonly Expansion[] = [
  {
    what: "a folder, with all folders in it",
    argument: "2026",
    expected: { "2026/01.json": "2026/01.json", "2026/deep/02.json": "2026/deep/02.json" },
  },
  {
    what: "a folder with a slash behind it",
    argument: "2026/deep/",
    expected: { "2026/deep/02.json": "deep/02.json" },
  },
  {
    what: "a glob",
    argument: "*.ndjson",
    expected: { "a.ndjson": "a.ndjson" },
  },
  {
    what: "a glob over folders, each file once",
    argument: "2026/**",
    expected: { "2026/01.json": "01.json", "2026/deep/02.json": "02.json" },
  },
  {
    what: "a glob that a folder matches",
    argument: "2026/d*",
    expected: { "2026/deep/02.json": "deep/02.json" },
  },
  {
    what: "a file whose name looks like a glob",
    argument: "b[1].json",
    expected: { "b[1].json": "b[1].json" },
  },
];

for (const { what, argument, expected } of EXPANSIONS)
  test(`${what}: ${argument}`, async (t) => {
    const folder = await folderWith(t, TREE);

    const found = await expandPaths([path.join(folder, argument)]);

    const names = found.map(({ given, name }) => [path.relative(folder, given), name] as const);
    assert.deepEqual(Object.fromEntries(names), expected);
    assert.equal(found.length, names.length);
  });

test("a folder is taken in the order of its names, hidden files and links to folders left out", async (t) => {
  const folder = await folderWith(t, [...TREE, ".git/config"]);
  await symlink(folder, path.join(folder, "z-loop"));
  await symlink(path.join(folder, "a.ndjson"), path.join(folder, "linked.ndjson"));

  const found = await expandPaths([folder]);

  const base = path.basename(folder);
  assert.deepEqual(
    found.map(({ name }) => name),
    [
      "2026/01.json",
      "2026/deep/02.json",
      "a.ndjson",
      "b[1].json",
      "empty/x/y",
      "linked.ndjson",
    ].map((name) => `${base}/${name}`),
  );
});
