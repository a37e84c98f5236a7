import assert from "node:assert/strict";
import { test } from "node:test";

import { describeDiskError } from "../../cli/disk-error.ts";

function systemError(code: string, syscall: string, path?: string): Error {
  return Object.assign(new Error(`${code}: ${syscall}`), { code, syscall, ...(path && { path }) });
}

const TOLD = [
  { error: systemError("ENOSPC", "write"), message: /^A file cannot be used: the disk is full/ },
  { error: systemError("EROFS", "mkdir", "/r/.local"), message: /^\/r\/\.local .*read-only/ },
  { error: systemError("EACCES", "open", "/x"), message: /^\/x cannot be used: permission denied/ },
];

for (const { error, message } of TOLD)
  test(`${error.message} is told with its path and what to do`, () => {
    assert.match(describeDiskError(error) ?? "", message);
  });

test("other errors are none of the disk's", () => {
  for (const error of [
    new Error("bug"),
    systemError("EACCES", "listen"),
    systemError("ENOENT", "open", "/x"),
    "text",
  ])
    assert.equal(describeDiskError(error), undefined);
});
