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

test("files, a folder, a quoted glob, standard input and messages of the same events are imported", async () => {
  await put("deep/plain", ndjson(events(3)));
  await put("deep/packed", gzipSync(ndjson(events(30).slice(10, 14))));
  await put("deep/empty.json", "");
  await put("history/2026/a.ndjson", ndjson(events(22).slice(20)));
  await put("history/b.ndjson.gz", gzipSync(ndjson(events(25).slice(22))));
  await put("more-1.ndjson", ndjson(events(27).slice(25)));
  const args = ["plain", "./packed", "empty.json", "../history", "../more-*.ndjson", "-"];

  const { code, stdout, stderr } = await checkout().run(
    ["local", "--json", ...args, "--messages", "plain"],
    { cwd: path.join(checkout().folder, "deep"), input: ndjson(events(28).slice(27)) },
  );

  assert.equal(code, 0);
  assert.match(stderr, /\nempty\.json \(empty\) +0 +0 /);
  const { ok, problems, objects, messages, deadLetters, mixpanel } = JSON.parse(
    stdout,
  ) as RunSummary;
  assert.equal(ok, true);
  assert.equal(problems, undefined);
  assert.deepEqual(
    objects.map(({ object, state, events: { imported } }) => [object, state, imported]).sort(),
    [
      ["history/2026/a.ndjson", "complete", 2],
      ["history/b.ndjson.gz", "complete", 3],
      ["more-1.ndjson", "complete", 2],
      ["packed", "complete", 4],
      ["plain", "complete", 3],
      ["stdin.ndjson", "complete", 1],
    ],
  );
  assert.deepEqual(messages, {
    published: 3,
    acknowledged: 3,
    events: { produced: 3, imported: 3, rejected: 0 },
    records: { read: 3, dropped: 0, unusable: 0, used: 3 },
  });
  assert.deepEqual(deadLetters, { records: 0, byReason: {} });
  // What went both ways is there once.
  assert.equal(mixpanel.distinctEvents, 15);
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
  assert.match(stderr, /\n21 of 24 imported, 3 refused, 0 left out\.\n/);
  assert.match(stderr, /invalid, not a JSON object\n {5}e\.g\. bad\.ndjson line 22\n/);
  const deadLetterFile = /Dead letters: (.+)/.exec(stderr)?.[1] ?? "";
  const letters = (await readFile(deadLetterFile, "utf8")).trimEnd().split("\n");
  assert.deepEqual(letters.map((line) => (JSON.parse(line) as { data: string }).data).sort(), [
    "[1]",
    "not JSON",
    "not JSON either",
  ]);
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

for (const signal of ["SIGINT", "SIGTERM"] as const)
  test(`${signal} in the middle of a run ends it with 130 and nothing left running`, async () => {
    const file = await put("many.ndjson", ndjson(events(20_000)));
    const command = checkout().start(["local", file]);
    await command.printed(/Building/);

    command.kill(signal);
    const { code, stderr } = await command.ended;

    assert.equal(code, 130);
    assert.doesNotMatch(stderr, /bug|^\s+at /m);
    assert.deepEqual(await checkout().processes(), []);
  });

test("any refused record makes a run with --strict fail; a line that no message can hold, any run", async () => {
  const file = await put("few-good.ndjson", `${ndjson(events(3))}no JSON\n`);
  const huge = await put("huge", `${ndjson([event()])}${"x".repeat(10_000_001)}\n`);

  const { code, summary } = await runJson([file, "--messages", huge, "--strict"]);

  assert.equal(code, 1);
  assert.equal(summary.ok, false);
  const { problems = [] } = summary;
  assert.ok(problems.includes("1 record was refused (--strict)."), problems.join("\n"));
  assert.ok(
    problems.some((problem) => problem.includes("huge line 2 was not published")),
    problems.join("\n"),
  );
  assert.equal(summary.messages.events.imported, 1);
});

test("a file of which nothing is imported makes the run fail, loudly", async () => {
  const none = await put("none-good.ndjson", "no JSON\n");

  const { code, summary, stderr } = await runJson([none]);

  assert.equal(code, 1);
  assert.deepEqual(summary.problems, ["Nothing of none-good.ndjson was imported: refused."]);
  assert.match(stderr, /NOTHING WAS IMPORTED: see the reasons above\./);
});

test("an event that Mixpanel refuses alone, naming no reason, ends in the dead letters", async () => {
  // Identity events mean nothing to the simulator's project, and nothing is accepted beside it.
  const properties = { time: 1_760_000_000, distinct_id: "a", $identified_id: "a", $anon_id: "b" };
  const file = await put("identify.ndjson", ndjson([event({ event: "$identify", properties })]));

  const { summary } = await runJson(["--messages", file]);

  assert.deepEqual(summary.messages.records, { read: 1, dropped: 0, unusable: 0, used: 1 });
  assert.deepEqual(summary.deadLetters, { records: 1, byReason: { rejected: 1 } });
});
