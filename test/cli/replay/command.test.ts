import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test, type TestContext } from "node:test";

import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { announceCloud, OUTPUTS_OF_LOCAL_CLOUD } from "../../../local/run/running-cloud.ts";
import { createWorkFolder } from "../../../local/run/work-folder.ts";
import { changeConstant } from "../../support/changed-constant.ts";
import { copyCheckout, type Checkout } from "../../support/checkout.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";
import { until } from "../../support/until.ts";
import { deadLetter } from "./dead-letters.ts";

const { deadLetterTopic, deadLetterSubscription, eventsSubscription } = CLOUD_NAMES;
const REPAIR = `
export const transform = (record: any) => {
  if (record.n === 2) throw new Error("cannot");
  return { ...record, repaired: true };
};
`;

let checkout: Checkout;
before(async () => {
  checkout = await copyCheckout();
  // What another reader holds is waited for: 5 s in place of 70.
  const file = "cli/replay/subscription-source.ts";
  await changeConstant(checkout.folder, { file, name: "LEASE_SECONDS", from: 60, to: 10 });
  const quiet = { file: "cli/replay/quiet.ts", name: "GRACE_SECONDS", from: 10, to: -5 };
  await changeConstant(checkout.folder, quiet);
});
after(() => checkout.remove());

/** Services that the copy's `--local` finds. */
async function start(t: TestContext) {
  const cloud = await startOperatorCloud(t);
  const folder = await createWorkFolder(path.join(checkout.folder, ".local"));
  t.after(await announceCloud(folder, OUTPUTS_OF_LOCAL_CLOUD, cloud.services));
  const stats = () => cloud.pubsub.stats(deadLetterSubscription);
  return { ...cloud, stats };
}

test("the command asks, shows what it would do, and does it; its exit code says whether all is done", async (t) => {
  const { pubsub, stats } = await start(t);
  const repair = path.join(checkout.folder, "fix.ts");
  await writeFile(repair, REPAIR);
  pubsub.publish(deadLetterTopic, [
    deadLetter('{"n":1}\n{"n":2}', { records: "2", error: `é \u001b[31m ${"long ".repeat(40)}` }),
    deadLetter('{"n":3}', { reason: "rejected", replays: "3" }),
  ]);
  const run = (...args: string[]) => checkout.run(["replay", "--local", ...args]);

  const refused = await run();
  assert.deepEqual([refused.code, refused.stdout], [2, ""]);
  assert.match(refused.stderr, /no terminal to ask at\. Give --yes .* or --dry-run/);

  const dry = await run("--dry-run", "--transform", repair, "--no-typecheck");
  assert.equal(dry.code, 1);
  assert.match(dry.stdout, /- \{"n":1\}\n +\+ \{"n":1,"repaired":true\}/);
  assert.match(dry.stdout, /left: replayed 3 times already: --max-replays/);
  const lengths = dry.stdout.split("\n").map((line) => line.length);
  assert.ok(Math.max(...lengths) <= 80, dry.stdout);
  assert.equal(dry.stdout.includes("\u001b"), false);
  assert.equal(stats().acknowledged, 0);

  const done = await run("--yes", "--json", "--transform", repair, "--no-typecheck");
  assert.equal(done.code, 1, done.stderr);
  const { ok, total } = JSON.parse(done.stdout) as { ok: boolean; total: object };
  assert.equal(ok, false);
  assert.deepEqual(total, {
    ...{ letters: 2, replaced: 1, left: 1 },
    ...{ records: 3, sent: 1, dropped: 0, unrepaired: 1 },
  });
  const all = await run("--yes", "--max-replays", "9");
  assert.equal(all.code, 0, all.stderr);
  assert.match(all.stdout, /^2 of 2 dead letters replayed, 2 sent, 0 left\.$/m);
  const none = await run("--yes");
  assert.deepEqual([none.code, none.stdout], [0, "There are no dead letters.\n"]);
  const sent = pubsub
    .pull(eventsSubscription, 10)
    .map(({ message }) => Buffer.from(message.data, "base64").toString());
  assert.deepEqual(sent.sort(), ['{"n":1,"repaired":true}', '{"n":2}', '{"n":3}']);
});

test("Ctrl-C ends it at once, and gives back what it held", async (t) => {
  const { pubsub, stats } = await start(t);
  pubsub.publish(deadLetterTopic, [deadLetter("{}"), deadLetter("[]")]);
  // Another reader has one: the replay waits for it.
  assert.equal(pubsub.pull(deadLetterSubscription, 1).length, 1);
  const command = checkout.start(["replay", "--local", "--dry-run"]);
  await until(() => stats().outstanding === 2, "letters held");
  command.kill("SIGINT");
  const { code, stdout } = await command.ended;

  assert.deepEqual([code, stdout], [130, ""]);
  assert.deepEqual([stats().acknowledged, stats().outstanding, stats().ready], [0, 1, 1]);
});

test("what another reader holds is told, and is no success", async (t) => {
  const { pubsub } = await start(t);
  pubsub.publish(deadLetterTopic, [deadLetter('{"n":1}'), deadLetter('{"n":2}')]);
  const held = pubsub.pull(deadLetterSubscription, 2).map(({ ackId }) => ackId);
  const [first = "", ...others] = held;
  pubsub.modifyAckDeadline(deadLetterSubscription, held, 600);
  const run = (...args: string[]) => checkout.run(["replay", "--local", "--yes", ...args]);

  const none = await run();
  assert.equal(none.code, 1);
  assert.match(none.stderr, /Fewer came than the metrics say/);
  assert.match(
    none.stdout.replaceAll("\n", " "),
    /^No dead letters came\. 2 dead letters did not come: the metrics of \S+Z count 2, and 0 came\. Another reader may hold them/,
  );
  const limited = await run("--limit", "1", "--dry-run", "--json");
  assert.equal(limited.code, 1, "nothing came, and there is a limit that was not reached");

  pubsub.modifyAckDeadline(deadLetterSubscription, [first], 0);
  const one = await run("--json");
  assert.equal(one.code, 1);
  const { ok, seen, expected, missing, total } = JSON.parse(one.stdout) as Readonly<
    Record<"ok" | "seen" | "expected" | "missing", unknown>
  > & { readonly total: { readonly replaced: number } };
  assert.deepEqual([ok, seen, expected, missing, total.replaced], [false, 1, 2, 1, 1]);

  // Whoever held it deals with it while it is waited for: then nothing is missing.
  const command = checkout.start(["replay", "--local", "--yes"]);
  await command.printed(/Waiting \d s for what another reader may hold/);
  pubsub.acknowledge(deadLetterSubscription, others);
  const { code, stdout } = await command.ended;
  assert.deepEqual([code, stdout], [0, "There are no dead letters.\n"]);
});

test("more than can be held at once is not looked at, told, and comes when it is run again", async (t) => {
  const { pubsub, stats } = await start(t);
  const leases = { file: "cli/replay/leases.ts", name: "MAX_MEGABYTES" };
  await changeConstant(checkout.folder, { ...leases, from: 100, to: 0.001 });
  // More than the four pulls can bring that are under way when it is full.
  const kept = Array.from({ length: 1000 }, () => deadLetter("{}", { reason: "rejected" }));
  for (const some of [kept, kept, [deadLetter("[]")]]) pubsub.publish(deadLetterTopic, some);
  const run = (...args: string[]) => checkout.run(["replay", "--local", "--yes", ...args]);

  const dry = await run("--reason", "invalid", "--dry-run");
  assert.equal(dry.code, 1);
  assert.match(dry.stdout, /It stopped after \d+ dead letters: more cannot be kept from other/);
  assert.deepEqual([stats().outstanding, stats().ready], [0, 2001], "all are given back");

  const saved = await run(
    "--to",
    path.join(checkout.folder, "kept"),
    "--reason",
    "rejected",
    "--json",
  );
  const { letters, acknowledged, full, ok } = JSON.parse(saved.stdout) as Record<string, unknown>;
  assert.deepEqual([saved.code, acknowledged, full, ok], [1, true, true, false]);
  assert.ok(Number(letters) < 2000 && stats().acknowledged === letters);

  await changeConstant(checkout.folder, { ...leases, from: 0.001, to: 100 });
  const all = await run();
  assert.equal(all.code, 0, all.stdout);
  assert.equal(stats().acknowledged, 2001);
});
