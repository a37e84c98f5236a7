import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import { LOADER } from "../../../local/run/loader.ts";
import { SHORTER_LIMITS, shortenLimits } from "../../support/changed-constant.ts";
import { copyCheckout } from "../../support/checkout.ts";

/** A process whose transform does not return once, within the limit; then it has nothing to do. */
const interruptedThenIdle = (functions: string): string => `
import { watchPreparer } from "${functions}/records/transform-watch.ts";
import { prepareRecordsWithinLimit } from "${functions}/records/prepare-records.ts";
const preparer = watchPreparer({ usesScan: false, prepare: () => { for (;;); } });
const group = { source: { contextOf: () => ({ source: "object", bucket: "b", object: "o" }) } };
const records = [{ line: 7 }];
const sequence = { next: () => records.pop(), take: (_, prepared) => (console.log(prepared.kind), true) };
prepareRecordsWithinLimit(preparer, group, sequence);
setTimeout(() => console.log("idle"), ${SHORTER_LIMITS.watchSeconds + 3} * 1000);
`;

test("an instance that gave up a record is not ended for being idle afterwards", async (t) => {
  const copy = await copyCheckout();
  t.after(() => copy.remove());
  const { folder } = copy;
  await shortenLimits(folder);
  const program = path.join(folder, "program.mjs");
  await writeFile(program, interruptedThenIdle("./functions"));
  const child = spawn(process.execPath, [...LOADER, program]);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });

  await once(child, "close");

  assert.equal(child.signalCode, null);
  assert.equal(output, "unusable\nidle\n");
});
