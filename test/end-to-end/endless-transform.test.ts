import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { promisify } from "node:util";

import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { LOADER } from "../../local/run/loader.ts";
import { SHORTER_LIMITS, shortenLimits } from "../support/changed-constant.ts";
import { copyCheckout, type Checkout } from "../support/checkout.ts";
import { ndjson } from "../support/factories.ts";
import { startTestCloud, type TestCloud } from "../support/local-cloud.ts";
import { linesWith } from "./message-scenario.ts";
import { numbered, receiptOf, shownOf } from "./object-scenario.ts";

const ENDLESS = `
export const transform = (record: any) => {
  if (record.event === "Endless") for (;;);
  return { ...record };
};`;

const DID_NOT_RETURN = "the transform did not return within 5 s";

let copy: Checkout | undefined;
before(async () => {
  copy = await copyCheckout();
  await shortenLimits(copy.folder);
  // Absolute: under npm, paths are meant from where it was started, not from the copy.
  const transform = path.join(copy.folder, "endless.ts");
  const out = path.join(copy.folder, "function");
  await writeFile(transform, ENDLESS);
  const options = ["archive/build.ts", "--transform", transform, "--out", out];
  await promisify(execFile)(process.execPath, [...LOADER, ...options], { cwd: copy.folder });
});
after(() => copy?.remove());

/** The functions as built, but for shorter limits: each test is busy for as long as both take. */
function startEndless(t: TestContext): Promise<TestCloud> {
  assert.ok(copy);
  return startTestCloud(t, { functionSource: path.join(copy.folder, "function") });
}

for (const [name, write] of Object.entries({
  "mixed.ndjson": ndjson,
  "mixed.json": (events: readonly unknown[]) => JSON.stringify(events, null, 1),
}))
  test(`a record of ${name} whose transform does not return ends the instance once, and is dead-lettered when it comes again`, async (t) => {
    const cloud = await startEndless(t);
    const good = Array.from({ length: 50 }, (_, index) => numbered("Good", index));
    const endless = numbered("Endless", 0);

    await cloud.upload(name, write([...good.slice(0, 20), endless, ...good.slice(20)]));
    await cloud.idle();

    const { records, state, firstError } = await receiptOf(cloud, name);
    assert.deepEqual(records, { read: 51, dropped: 0, unusable: 1, used: 50 });
    assert.equal(state, "complete");
    assert.equal(firstError?.reason, "transform-failed");
    assert.equal(shownOf(cloud, "Good").distinct, 50);
    const [dead, ...others] = cloud.deadLetters();
    assert.equal(dead?.attributes["error"], DID_NOT_RETURN);
    assert.deepEqual(JSON.parse(dead.data.toString()), endless);
    assert.deepEqual(others, []);
    assert.equal(cloud.functions.importObject.restarts(), 1);
    const [told] = linesWith(cloud, "The transform does not return");
    assert.equal(told?.severity, "CRITICAL");
    assert.equal(told["object"], `${CLOUD_NAMES.landingBucket}/${name}`);
    assert.equal(String(told["line"]), dead.attributes["lines"]);
  });

test("a message whose transform does not return ends the instance once, and is dead-lettered when it comes again", async (t) => {
  const cloud = await startEndless(t);
  const good = Array.from({ length: 50 }, (_, index) => JSON.stringify(numbered("Good", index)));
  const endless = JSON.stringify(numbered("Endless", 0));

  const ids = cloud.publish(...good.slice(0, 20), endless, ...good.slice(20));
  await cloud.idle();

  const [dead, ...others] = cloud.deadLetters();
  assert.equal(dead?.attributes["error"], DID_NOT_RETURN);
  assert.equal(dead.data.toString(), endless);
  assert.deepEqual(others, []);
  assert.equal(shownOf(cloud, "Good").distinct, 50);
  assert.equal(cloud.functions.importMessages.restarts(), 1);
  const [told, ...more] = linesWith(cloud, "The transform does not return");
  assert.deepEqual(told, {
    severity: "CRITICAL",
    message: "The transform does not return",
    messageId: ids[20],
    line: 1,
    seconds: SHORTER_LIMITS.watchSeconds,
  });
  assert.deepEqual(more, []);
});
