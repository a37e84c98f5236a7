import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";

import type { CheckSummary } from "../../check/check-summary.ts";
import { startBucketServer } from "../../local/bucket/bucket-server.ts";
import type { Checkout } from "../support/checkout.ts";
import { copyCheckout } from "../support/checkout.ts";
import { event, events, ndjson } from "../support/factories.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

let checkout: Checkout;
before(async () => {
  checkout = await copyCheckout();
  const write = (name: string, text: string | Buffer) =>
    writeFile(path.join(checkout.folder, name), text);
  await mkdir(path.join(checkout.folder, "segment"));
  await mkdir(path.join(checkout.folder, "hollow"));
  // Whatever the repository's own transform has become.
  await write(
    "functions/transform.ts",
    'export { identity as transform } from "./event/transform-contract.ts";',
  );
  await write("good.ndjson", ndjson(events(10)));
  await write("good.ndjson.gz", gzipSync(ndjson(events(10))));
  await write("bad.ndjson", ndjson([event(), event({ event: "" }), event()]));
  await mkdir(path.join(checkout.folder, "history/2026"), { recursive: true });
  await write("history/empty.ndjson", "");
  await write("history/2026/b.ndjson", ndjson(events(10)));
  await write("segment/a.ndjson", ndjson([event()]));
  await write("syntax.ts", "export const transform = (\n");
  await write("forgot.js", "export const transform = (record) => { void record; };");
  await write("typed.ts", "export const transform = (record: object): object => record.event;");
  await write("throws.ts", "export const transform = () => {\n  throw new Error('no plan');\n};");
  await write("drops.js", "export const transform = () => null;");
  await write("endless.js", "export const transform = () => {\n  for (;;);\n};");
  await write(
    "routed.js",
    `import { byObject } from "./functions/transforms/steps.ts";
     export const transform = byObject({ "segment/**": () => null });`,
  );
});
after(() => checkout.remove());

async function checkJson(
  args: readonly string[],
): Promise<{ code: number; summary: CheckSummary }> {
  const { code, stdout } = await checkout.run(["check", "--json", ...args]);
  assert.match(stdout, /^\{.*\}\n$/);
  return { code, summary: JSON.parse(stdout) as CheckSummary };
}

test("good files pass: exit 0, and a report on standard output only", async () => {
  const { code, stdout, stderr } = await checkout.run(["check", "good.ndjson", "good.ndjson.gz"]);

  assert.equal(code, 0);
  assert.equal(stderr, "");
  assert.match(stdout, /^good\.ndjson, line 1\n {2}event +"[^]*^\+ {3}ip +0$/m);
  assert.match(stdout, /20 records: 20 used, 0 left out, 0 unusable/);
  assert.match(stdout, /^ {2}plan +100\.0% {2}string$/m);
  assert.match(stdout, /in 2 requests/);
  assert.match(stdout, /20 of 20 would be imported, 0 refused, 0 left out\.\n$/);
});

test("what would be refused is told with its line: exit 0, and 1 with --strict", async () => {
  const { code, stdout } = await checkout.run(["check", "bad.ndjson"]);
  const strict = await checkout.run(["check", "--strict", "bad.ndjson"]);

  assert.equal(code, 0);
  assert.equal(strict.code, 1);
  assert.match(stdout, /1 {2}invalid, event, blank\n {4}bad\.ndjson, line 2\n/);
  assert.match(stdout, /2 of 3 would be imported, 1 refused, 0 left out\.\n$/);
});

test("a folder is checked with all in it, and an empty file has its row", async () => {
  const { code, stdout } = await checkout.run(["check", "history"]);

  assert.equal(code, 0);
  assert.match(stdout, /^history\/2026\/b\.ndjson +10 +10 +0 +0 +[\d.]+ kB$/m);
  assert.match(stdout, /^history\/empty\.ndjson \(empty\) +0 +0 +0 +0 +0 B$/m);
});

test("standard input is checked as it comes, gzipped or not", async () => {
  const { code, stdout } = await checkout.run(["check", "--json", "-"], {
    input: gzipSync(ndjson(events(10))),
  });

  assert.equal(code, 0);
  assert.equal((JSON.parse(stdout) as CheckSummary).records.used, 10);
});

test("a reader that stops reading is no failure", async () => {
  const command = checkout.start(["check", "good.ndjson"]);
  command.stopReading();
  const { code, stderr } = await command.ended;

  assert.equal(stderr, "");
  assert.equal(code, 0);
});

const NOTHING_IMPORTED = [
  { transform: "forgot.js", message: /forgot `return`[\s\S]*NOTHING WOULD BE IMPORTED: see/ },
  { transform: "drops.js", message: /NOTHING WOULD BE IMPORTED: the transform leaves every/ },
];

for (const { transform, message } of NOTHING_IMPORTED)
  test(`nothing would be imported with ${transform}: that is loud, and exit 1`, async () => {
    const { code, stdout } = await checkout.run(["check", "good.ndjson", "--transform", transform]);

    assert.equal(code, 1);
    assert.match(stdout, message);
  });

test("a type error is told with its place: exit 1, unless it is not asked for", async () => {
  const { code, stderr } = await checkout.run(["check", "good.ndjson", "--transform", "typed.ts"]);
  const untyped = ["check", "good.ndjson", "--transform", "typed.ts", "--no-typecheck"];
  const { stdout } = await checkout.run(untyped);

  assert.equal(code, 1);
  assert.match(
    stderr,
    /^The transform has type errors \(--no-typecheck lets it run all the same\)/m,
  );
  assert.match(stderr, /typed\.ts:1:\d+: Property 'event' does not exist on type 'object'\.$/m);
  assert.match(stdout, /10 {2}transform-failed, the transform returned a string/);
});

test("what a transform throws is told with its file and line", async () => {
  const { stdout } = await checkout.run(["check", "good.ndjson", "--transform", "throws.ts"]);

  assert.match(stdout, /^ {2}10 {2}transform-failed, throws\.ts:2:9: no plan$/m);
});

test("a transform that never returns is ended, with the line it was at: exit 1", async () => {
  const { code, stderr } = await checkout.run([
    "check",
    "good.ndjson",
    "--transform",
    "endless.js",
  ]);

  assert.equal(code, 1);
  assert.match(
    stderr,
    /^good\.ndjson line 1: the transform is still running after 5 s, at endless\.js:2\.\n$/m,
  );
});

test("--json prints one summary and says the same", async () => {
  const { code, summary } = await checkJson(["--strict", "bad.ndjson"]);

  assert.equal(code, 1);
  assert.equal(summary.ok, false);
  assert.deepEqual(summary.records, { read: 3, dropped: 0, unusable: 1, used: 2 });
  assert.deepEqual(summary.problems[0]?.places, [{ file: "bad.ndjson", records: 1, lines: "2" }]);
});

test("a transform tells objects apart by the path that was given", async () => {
  const { code, summary } = await checkJson([
    "--transform",
    "routed.js",
    "./segment/a.ndjson",
    "good.ndjson",
  ]);

  assert.equal(code, 0);
  assert.deepEqual(summary.records, { read: 11, dropped: 1, unusable: 0, used: 10 });
});

test("an object of a bucket is read in place", async (t) => {
  const bucket = await startBucketServer({
    folder: await temporaryFolder(t),
    buckets: ["landing"],
  });
  t.after(() => bucket.stop());
  await bucket.put("landing", "a/b.ndjson.gz", gzipSync(ndjson(events(7))));
  process.env["STORAGE_EMULATOR_HOST"] = bucket.url;
  t.after(() => delete process.env["STORAGE_EMULATOR_HOST"]);

  const { code, summary } = await checkJson(["gs://landing/a/b.ndjson.gz"]);
  const absent = await checkout.run(["check", "gs://landing/absent"]);

  assert.equal(code, 0);
  assert.equal(summary.records.used, 7);
  assert.equal(absent.code, 1);
  assert.match(absent.stderr, /^gs:\/\/landing\/absent cannot be read: /);
});

test("an object without credentials is told in one line, without the library's warnings", async (t) => {
  const environment = {
    HOME: checkout.folder,
    CLOUDSDK_CONFIG: checkout.folder,
    GOOGLE_APPLICATION_CREDENTIALS: "",
    // What is found on a machine that is not Google's.
    METADATA_SERVER_DETECTION: "none",
  };
  for (const [name, value] of Object.entries(environment)) {
    const before = process.env[name];
    process.env[name] = value;
    t.after(() => {
      if (before === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before;
    });
  }

  const { code, stdout, stderr } = await checkout.run(["check", "gs://landing/a.ndjson"]);

  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.equal(
    stderr,
    "gs://landing/a.ndjson cannot be read: there are no Google Cloud credentials on this machine. " +
      "Run: gcloud auth application-default login\n",
  );
});

const MISTAKES = [
  { args: [], code: 2, message: /missing required argument 'FILE'/ },
  { args: ["absent.ndjson"], code: 2, message: /^There is no file absent\.ndjson\.\n$/ },
  { args: ["hollow"], code: 2, message: /^There is no file in the folder hollow\.\n$/ },
  { args: ["*.csv"], code: 2, message: /^No file matches \*\.csv\.\n$/ },
  { args: ["-", "-"], code: 2, message: /^Standard input \(-\) can be read only once\.\n$/ },
  { args: ["gs://landing/*"], code: 2, message: /names no object/ },
  { args: ["good.ndjson", "--transform", "no.ts"], code: 2, message: /^--transform: There is no/ },
  { args: ["good.ndjson", "--transform", "syntax.ts"], code: 1, message: /syntax\.ts:\d+:\d+: / },
];

for (const { args, code, message } of MISTAKES)
  test(`"check ${args.join(" ")}" is told in one message: exit ${code}`, async () => {
    const result = await checkout.run(["check", ...args]);

    assert.match(result.stderr, message);
    assert.doesNotMatch(result.stderr, /^\s+at .+:\d+/m);
    assert.equal(result.stdout, "");
    assert.equal(result.code, code);
  });
