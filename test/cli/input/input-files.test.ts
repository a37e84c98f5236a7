import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import { checkInput } from "../../../cli/input/input-files.ts";
import { UserError } from "../../../functions/platform/user-error.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("every file that cannot be used is named at once, as wrong usage", async (t) => {
  const folder = await temporaryFolder(t);
  const good = path.join(folder, "good.ndjson");
  await writeFile(good, "{}\n");

  await assert.rejects(checkInput([good, folder, `${good}/x`], ["/absent"]), (error) => {
    assert.ok(error instanceof UserError);
    assert.equal(error.exitCode, 2);
    assert.equal(
      error.message,
      [
        `${folder} is a folder. Name its files, for example: ${folder}/*`,
        `There is no file ${good}/x.`,
        "There is no file /absent.",
      ].join("\n"),
    );
    return true;
  });
});

test("a device is no file", async () => {
  await assert.rejects(checkInput(["/dev/null"], []), /\/dev\/null is not a regular file/);
});

test("files of one name become different objects", async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(path.join(folder, "b"));
  const files = ["x.json", "b/x.json", "y.json"].map((name) => path.join(folder, name));
  await Promise.all(files.map((file) => writeFile(file, "{}")));

  const input = await checkInput([...files, files[2] ?? ""], [files[0] ?? ""]);

  assert.deepEqual(
    input.files.map(({ name }) => name),
    ["1/x.json", "2/x.json", "3/y.json", "4/y.json"],
  );
  assert.deepEqual(
    input.messageFiles.map(({ bytes }) => bytes),
    [2],
  );
});
