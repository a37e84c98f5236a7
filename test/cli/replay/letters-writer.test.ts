import assert from "node:assert/strict";
import { appendFile, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import { parseLine } from "../../../cli/replay/letter-line.ts";
import { createLettersFile } from "../../../cli/replay/letters-writer.ts";
import type { DeadLetter } from "../../../cli/replay/letter.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Letters of 1 to 900 kB, each of bytes of its own. */
function lettersOf(worker: number): DeadLetter[] {
  return Array.from({ length: 9 }, (_, index) => ({
    ...{ messageId: `${worker}-${index}`, publishTime: "2025-11-20T10:00:00Z", attributes: {} },
    data: Buffer.from(`${worker}${index}`.repeat(index === 8 ? 450_000 : 500 * (index + 1))),
  }));
}

test("what is appended at once stands whole, one letter a line", async (t) => {
  const file = path.join(await temporaryFolder(t), "letters.ndjson");
  const written = await createLettersFile(file);
  const batches = [0, 1, 2, 3, 4, 5].map(lettersOf);
  await Promise.all(batches.map((letters) => written.append(letters)));
  await written.close();
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => {
      const { messageId, data } = parseLine(line, "", "").letter;
      return [messageId, data.toString()];
    }),
    batches.flat().map(({ messageId, data }) => [messageId, data.toString()]),
  );
});

test("a file that has not just these bytes is refused", async (t) => {
  const file = path.join(await temporaryFolder(t), "letters.ndjson");
  const written = await createLettersFile(file);
  await written.append(lettersOf(0));
  await appendFile(file, "another program's\n");
  await assert.rejects(written.close(), /bytes are there\. Nothing is acknowledged\./);
});
