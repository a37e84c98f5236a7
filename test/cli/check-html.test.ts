import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import { event, events, ndjson } from "../support/factories.ts";
import { useLocalCommand } from "../support/local-command.ts";

const { checkout, put } = useLocalCommand();

test("a page is written beside the report, in place of an older one", async () => {
  const hostile = "</script><script>alert(1)</script>";
  const file = await put("hostile.ndjson", ndjson([event({ event: hostile })]));
  const page = path.join(checkout().folder, await put("page.html", "older"));

  const { code, stdout } = await checkout().run(["check", "--html", "page.html", file]);

  assert.equal(code, 0);
  assert.match(stdout, /1 of 1/);
  const html = await readFile(page, "utf8");
  assert.match(html, /^<!doctype html>/i);
  assert.ok(html.length < 1_000_000);
  assert.ok(!html.includes(hostile));
});

test("a check that fails writes no page, and leaves an older one as it is", async () => {
  const file = await put("five.ndjson", ndjson(events(5)));
  const transform = await put("broken.ts", "export const transform = 1;");
  const older = path.join(checkout().folder, await put("older.html", "older"));
  const check = (page: string) =>
    checkout().run(["check", "--transform", transform, "--html", page, file]);

  assert.equal((await check("new.html")).code, 1);
  assert.equal((await check("older.html")).code, 1);

  assert.ok(!(await readdir(checkout().folder)).includes("new.html"));
  assert.equal(await readFile(older, "utf8"), "older");
});

const UNWRITABLE = [
  { what: "in a folder that is not there", page: "absent/page.html", message: /ENOENT/ },
  { what: "that is a folder", page: "folder", message: /it is a folder/ },
  { what: "below a file", page: "five.ndjson/page.html", message: /ENOTDIR|EACCES/ },
];

for (const { what, page, message } of UNWRITABLE)
  test(`a page ${what} is refused before anything is read: exit 2`, async () => {
    await mkdir(path.join(checkout().folder, "folder"), { recursive: true });
    await put("five.ndjson", ndjson(events(5)));

    const { code, stdout, stderr } = await checkout().run(["check", "--html", page, "absent.json"]);

    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.ok(stderr.startsWith(`--html: ${page} cannot be written: `), stderr);
    assert.match(stderr, message);
  });

test("no page is left behind by files that are not there", async () => {
  await writeFile(path.join(checkout().folder, "kept"), "");
  const before = await readdir(checkout().folder);

  const { code } = await checkout().run(["check", "--html", "unneeded.html", "absent.json"]);

  assert.equal(code, 2);
  assert.deepEqual(await readdir(checkout().folder), before);
});

test(
  "a page that cannot be written in the end does not cost the report: exit 2",
  { skip: process.platform === "linux" ? false : "there is no /dev/full" },
  async () => {
    const file = await put("five.ndjson", ndjson(events(5)));

    const { code, stdout, stderr } = await checkout().run(["check", "--html", "/dev/full", file]);

    assert.equal(code, 2);
    assert.match(stdout, /5 of 5 would be imported/);
    assert.match(stderr, /--html: \/dev\/full cannot be written: ENOSPC/);
  },
);
