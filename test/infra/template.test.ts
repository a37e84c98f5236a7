import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { REPOSITORY } from "../../archive/bundle.ts";

/**
 * What `pulumi new` puts the new project's name and description for, in names and contents of all
 * files that are not binary
 * (https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/workspace/templates.go).
 */
const PLACEHOLDERS = ["PROJECT", "DESCRIPTION"].map((name) => `\${${name}}`);

/** Files under version control, which are those a template consists of. */
function trackedFiles(): string[] {
  return execFileSync("git", ["ls-files", "-z"], { cwd: REPOSITORY, encoding: "utf8" })
    .split("\0")
    .filter((path) => path !== "");
}

// What `pulumi new` has made is no clone.
const skip = existsSync(join(REPOSITORY, ".git")) ? false : "not a clone: no list of its files";

test("no file holds by accident what `pulumi new` replaces", { skip }, () => {
  const files = trackedFiles();
  assert.ok(files.length > 300);
  for (const path of files) {
    const text = readFileSync(join(REPOSITORY, path), "latin1");
    for (const placeholder of PLACEHOLDERS)
      assert.equal(`${path}\n${text}`.includes(placeholder), false, `${path}: ${placeholder}`);
  }
});
