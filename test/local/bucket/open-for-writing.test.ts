import assert from "node:assert/strict";
import { open, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { filesOpenForWriting } from "../../../local/bucket/open-for-writing.ts";
import { temporaryFolder } from "./started-server.ts";

const skip = process.platform === "linux" ? false : "there is no /proc";

test("a file is open for writing until its writer closes it", { skip }, async () => {
  const folder = await realpath(await temporaryFolder());
  const [written, read, closed] = [join(folder, "ü w"), join(folder, "r"), join(folder, "c")];
  for (const file of [read, closed]) await writeFile(file, "x");
  const writer = await open(written, "a");
  const reader = await open(read);

  const files = await filesOpenForWriting();
  await Promise.all([writer.close(), reader.close()]);

  assert.deepEqual(
    [written, read, closed].filter((file) => files.has(file)),
    [written],
  );
  assert.equal((await filesOpenForWriting()).has(written), false);
});
