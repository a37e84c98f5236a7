import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import { temporaryFolder } from "../../support/temporary-folder.ts";

const RECORDS = new URL("../../../functions/records/", import.meta.url).href;

/** A process whose transform does not return once, within the limit; then it has nothing to do. */
const INTERRUPTED_THEN_IDLE = `
import { watchPreparer } from "${RECORDS}transform-watch.ts";
import { prepareRecordsWithinLimit } from "${RECORDS}prepare-records.ts";
const preparer = watchPreparer({ usesScan: false, prepare: () => { for (;;); } });
const group = { source: { contextOf: () => ({ source: "object", bucket: "b", object: "o" }) } };
const records = [{ line: 7 }];
const sequence = { next: () => records.pop(), take: (_, prepared) => (console.log(prepared.kind), true) };
prepareRecordsWithinLimit(preparer, group, sequence);
setTimeout(() => console.log("idle"), 13_000);
`;

test("an instance that gave up a record is not ended for being idle afterwards", async (t) => {
  const program = path.join(await temporaryFolder(t), "program.mjs");
  await writeFile(program, INTERRUPTED_THEN_IDLE);
  const child = spawn(process.execPath, ["--import", "tsx", program]);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });

  await once(child, "close");

  assert.equal(child.signalCode, null);
  assert.equal(output, "unusable\nidle\n");
});
