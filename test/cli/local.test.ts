import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import type { RunSummary } from "../../local/run/summary.ts";
import { event, events, ndjson } from "../support/factories.ts";
import { useLocalCommand } from "../support/local-command.ts";

const { checkout, put, runJson } = useLocalCommand();

test("without arguments a sample goes both ways, and the result tells what was refused and why", async () => {
  const { code, stdout, stderr } = await checkout().run(["local"]);

  assert.equal(code, 0, stderr);
  assert.equal(stderr, "No files were given: importing a sample. Building.\n");
  assert.match(stdout, /read +imported +refused +left out +seconds +MB\/s\n/);
  assert.match(stdout, /web-events\.ndjson .*\nmobile-events\.ndjson\.gz .*\nmessages .*\ntotal /);
  assert.match(
    stdout,
    /malformed, not valid JSON: cut off\n {5}e\.g\. (web-events|messages)\.ndjson line \d+\n/,
  );
  assert.match(stdout, /417 of 426 imported, 9 refused, 0 left out\.\n/);
  assert.match(stdout, /Every record is accounted for\.\n$/);
  // Paths are for copying, and are not cut.
  for (const line of stdout.split("\n"))
    assert.ok(line.length <= 80 || line.includes("/.local/"), line);
});

test("the same events through both ways are in Mixpanel once", async () => {
  const file = await put("ten.ndjson", ndjson(events(10)));

  const { code, summary } = await runJson([file, "--messages", file]);

  assert.equal(code, 0);
  assert.equal(summary.ok, true);
  assert.equal(summary.problems, undefined);
  assert.deepEqual(
    summary.objects.map(({ object, state, events: { imported } }) => ({ object, state, imported })),
    [{ object: "ten.ndjson", state: "complete", imported: 10 }],
  );
  assert.deepEqual(summary.messages, {
    published: 10,
    acknowledged: 10,
    events: { produced: 10, imported: 10, rejected: 0 },
    records: { read: 10, dropped: 0, unusable: 0, used: 10 },
  });
  assert.deepEqual(summary.deadLetters, { records: 0, byReason: {} });
  assert.equal(summary.mixpanel.distinctEvents, 10);
});

test("files of any name and compression, given by paths relative to any folder, are imported", async () => {
  await put("deep/plain", ndjson(events(3)));
  await put("deep/packed", gzipSync(ndjson(events(30).slice(10, 14))));
  await put("deep/empty.json", "");
  const cwd = path.join(checkout().folder, "deep");

  const { code, stderr, summary } = await runJson(["plain", "./packed", "empty.json"], cwd);

  assert.equal(code, 0);
  assert.match(stderr, /\nempty\.json \(empty\) +0 +0 /);
  assert.deepEqual(
    summary.objects.map(({ object, events: { imported } }) => [object, imported]),
    [
      ["plain", 3],
      ["packed", 4],
    ],
  );
  assert.equal(summary.mixpanel.distinctEvents, 7);
});

test("what cannot be imported is in the dead letters, told by reason and line", async () => {
  const file = await put(
    "bad.ndjson",
    [...events(20).map((good) => JSON.stringify(good)), "not JSON", "[1]"].join("\n"),
  );
  const messages = await put("bad-messages", `${ndjson([event()])}not JSON either\n`);

  const { code, stderr, summary } = await runJson([file, "--messages", messages]);

  assert.equal(code, 0);
  assert.deepEqual(summary.deadLetters, { records: 3, byReason: { malformed: 2, invalid: 1 } });
  assert.deepEqual(summary.objects[0]?.records, { read: 22, dropped: 0, unusable: 2, used: 20 });
  assert.match(stderr, /invalid, not a JSON object\n {5}e\.g\. bad\.ndjson line 22\n/);
  const deadLetterFile = /Dead letters: (.+)/.exec(stderr)?.[1] ?? "";
  const letters = (await readFile(deadLetterFile, "utf8")).trimEnd().split("\n");
  assert.deepEqual(letters.map((line) => (JSON.parse(line) as { data: string }).data).sort(), [
    "[1]",
    "not JSON",
    "not JSON either",
  ]);
});

test("a folder, a quoted glob and standard input are imported", async () => {
  await put("history/2026/a.ndjson", ndjson(events(2)));
  await put("history/b.ndjson.gz", gzipSync(ndjson(events(5).slice(2))));
  await put("more-1.ndjson", ndjson(events(7).slice(5)));
  const args = ["local", "--json", "history", "more-*.ndjson", "-"];

  const { code, stdout } = await checkout().run(args, { input: ndjson(events(8).slice(7)) });

  assert.equal(code, 0);
  const { objects, mixpanel } = JSON.parse(stdout) as RunSummary;
  assert.deepEqual(objects.map(({ object }) => object).sort(), [
    ...["history/2026/a.ndjson", "history/b.ndjson.gz", "more-1.ndjson", "stdin.ndjson"],
  ]);
  assert.equal(mixpanel.distinctEvents, 8);
});

test("a transform is built in", async () => {
  const file = await put("five.ndjson", ndjson(events(5)));
  const transform = await put(
    "own/transform.ts",
    `import { keep } from "./rule.ts";
    export const transform = (record) => (keep(record) ? record : null);`,
  );
  await put(
    "own/rule.ts",
    `export const keep = (record: any): boolean => record.properties.distinct_id !== "user-3";`,
  );

  const { code, summary } = await runJson([file, "--transform", transform]);

  assert.equal(code, 0);
  assert.deepEqual(summary.objects[0]?.records, { read: 5, dropped: 1, unusable: 0, used: 4 });
  assert.equal(summary.mixpanel.distinctEvents, 4);
});

test("a line that no message can hold makes the run fail, and says which", async () => {
  const file = await put("huge", `${ndjson([event()])}${"x".repeat(10_000_001)}\n`);

  const { code, summary } = await runJson(["--messages", file]);

  assert.equal(code, 1);
  assert.equal(summary.ok, false);
  assert.match(summary.problems?.join() ?? "", /huge line 2 was not published/);
  assert.equal(summary.messages.events.imported, 1);
});

for (const signal of ["SIGINT", "SIGTERM"] as const)
  test(`${signal} in the middle of a run ends it with 130 and nothing left running`, async () => {
    const file = await put("many.ndjson", ndjson(events(200_000)));
    const command = checkout().start(["local", file]);
    await command.printed(/Building/);

    command.kill(signal);
    const { code, stderr } = await command.ended;

    assert.equal(code, 130);
    assert.doesNotMatch(stderr, /bug|^\s+at /m);
    assert.deepEqual(await checkout().processes(), []);
  });

test("a file of which nothing is imported makes the run fail, loudly; --strict any refused record", async () => {
  const file = await put("few-good.ndjson", `${ndjson(events(3))}no JSON\n`);
  const none = await put("none-good.ndjson", "no JSON\n");

  const lenient = await runJson([file]);
  const strict = await runJson([file, "--strict"]);
  const nothing = await runJson([none]);

  assert.equal(lenient.code, 0);
  assert.match(lenient.stderr, /\n3 of 4 imported, 1 refused, 0 left out\.\n/);
  assert.equal(strict.code, 1);
  assert.deepEqual(strict.summary.problems, ["1 record was refused (--strict)."]);
  assert.equal(nothing.code, 1);
  assert.deepEqual(nothing.summary.problems, [
    "Nothing of none-good.ndjson was imported: refused.",
  ]);
  assert.match(nothing.stderr, /NOTHING WAS IMPORTED: see the reasons above\./);
});

test("an event that Mixpanel refuses alone, naming no reason, ends in the dead letters", async () => {
  // Identity events mean nothing to the simulator's project, and nothing is accepted beside it.
  const properties = { time: 1_760_000_000, distinct_id: "a", $identified_id: "a", $anon_id: "b" };
  const file = await put("identify.ndjson", ndjson([event({ event: "$identify", properties })]));

  const { summary } = await runJson(["--messages", file]);

  assert.deepEqual(summary.messages.records, { read: 1, dropped: 0, unusable: 0, used: 1 });
  assert.deepEqual(summary.deadLetters, { records: 1, byReason: { rejected: 1 } });
});
