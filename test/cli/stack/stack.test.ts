import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import { findStack } from "../../../cli/stack/find-stack.ts";
import { stackOf } from "../../../cli/stack/stack.ts";
import { findRunningCloud, OUTPUTS_OF_LOCAL_CLOUD } from "../../../local/run/running-cloud.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const { signal } = new AbortController();
const ABOUT = { title: "the stack production", origin: "Those of a test", local: undefined };
const OUTPUTS = {
  ...OUTPUTS_OF_LOCAL_CLOUD,
  dashboardUrl: "",
  receiptsBucket: "receipts-of-it",
  bucketUrl: "gs://landing",
  eventsTopic: "projects/other/topics/events",
  deadLetterSubscription: "projects/p-1/subscriptions/dead-letters",
};

test("a stack is read from its outputs", () => {
  const stack = stackOf(OUTPUTS, ABOUT);
  assert.equal(stack.landingBucket, "landing");
  assert.equal(stack.project, "p-1");
  assert.equal(stack.eventsTopic, "projects/other/topics/events");
  assert.equal(stack.dashboardUrl, "");
});

test("every output that is missing or malformed is named at once", () => {
  const { receiptsBucket, ...rest } = OUTPUTS;
  assert.equal(receiptsBucket, "receipts-of-it");
  assert.throws(
    () => stackOf({ ...rest, bucketUrl: "landing", eventsTopic: 3 }, ABOUT),
    /bucketUrl: not what.*\n.*receiptsBucket: missing\n.*eventsTopic: not what/,
  );
});

test("outputs come from a file, --set wins over them", async (t) => {
  const file = path.join(await temporaryFolder(t), "outputs.json");
  await writeFile(file, JSON.stringify(OUTPUTS));
  const stack = await findStack({ outputs: file, set: ["receiptsBucket=mine"] }, signal);
  assert.equal(stack.receiptsBucket, "mine");
  assert.equal(stack.landingBucket, "landing");
});

test("all outputs with --set need no Pulumi", async () => {
  const set = Object.entries(OUTPUTS).map(([name, value]) => `${name}=${value}`);
  assert.equal((await findStack({ set }, signal)).landingBucket, "landing");
});

test("a wrong flag is refused with what to give instead", async (t) => {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, "outputs.json");
  await writeFile(file, "[]");
  const cases = [
    [{ local: true, stack: "a" }, /--local and --stack each name a stack/],
    [{ set: ["bucket=x"] }, /NAME is one of bucketUrl/],
    [{ set: ["bucketUrl"] }, /give NAME=VALUE/],
    [{ outputs: path.join(folder, "none") }, /cannot be read: ENOENT/],
    [{ outputs: file }, /no JSON object\. Write it: pulumi stack output --json/],
  ] as const;
  for (const [flags, message] of cases)
    await assert.rejects(() => findStack(flags, signal), { exitCode: 2, message });
});

test("of the local clouds, the last one that still runs is found", async (t) => {
  const root = await temporaryFolder(t);
  const write = async (run: string, text: string): Promise<void> => {
    await mkdir(path.join(root, run));
    await writeFile(path.join(root, run, "cloud.json"), text);
  };
  const cloud = (name: string): string => JSON.stringify({ outputs: { name }, services: {} });
  await write(`2026-01-01T00-00-00-000Z-${process.pid}`, cloud("older"));
  await write(`2026-01-02T00-00-00-000Z-${process.pid}`, cloud("newer"));
  await write(`2026-01-03T00-00-00-000Z-${process.pid}`, "half a fi");
  // No process has the largest number there is (https://docs.kernel.org/admin-guide/sysctl/kernel.html#pid-max).
  await write("2026-01-04T00-00-00-000Z-4194304", cloud("gone"));
  assert.equal((await findRunningCloud(root))?.outputs["name"], "newer");
  assert.equal(await findRunningCloud(path.join(root, "none")), undefined);
});
