import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { promisify } from "node:util";

import { startPageServer } from "../../../local/page/page-server.ts";
import type { PageState } from "../../../local/page/page-state.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { EXAMPLE_STATE } from "./example-state.ts";

const run = promisify(execFile);
const BROWSER = ["chromium", "chromium-browser", "google-chrome"].find(
  (command) => spawnSync(command, ["--version"]).status === 0,
);
const skip = BROWSER === undefined ? "Chromium is not installed" : false;
/** Long enough for a start on a busy machine. */
const TIMEOUT_MS = 60_000;
/** Of the page's own time, which the browser lets pass at once. */
const PAGE_TIME_MS = 2500;

/** The page's text and elements after it has asked for its state, without its script. */
async function render(t: TestContext, state: PageState): Promise<string> {
  const server = await startPageServer(() => state);
  t.after(() => server.stop());
  const flags = [
    ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
    ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    `--user-data-dir=${await temporaryFolder(t)}`,
    `--virtual-time-budget=${PAGE_TIME_MS}`,
  ];
  const { stdout } = await run(BROWSER ?? "", [...flags, "--dump-dom", `${server.url}/`], {
    timeout: TIMEOUT_MS,
  });
  return stdout.replace(/<script>[\s\S]*?<\/script>/, "").replace(/<style>[\s\S]*?<\/style>/, "");
}

/** The cells of each row of a table. */
function rowsOf(page: string, id: string): string[][] {
  const table = new RegExp(`<table id="${id}">([\\s\\S]*?)</table>`).exec(page)?.[1] ?? "";
  return [...table.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row = ""]) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = ""]) => cell),
  );
}

test("the page shows throughput, files, refused records and requests", { skip }, async (t) => {
  const page = await render(t, EXAMPLE_STATE);

  assert.match(page, /Distinct events in Mixpanel<\/dt><dd[^>]*>987,654</);
  assert.match(page, /1 × 429/);
  assert.match(page, /2 on their way/);
  assert.match(page, /2 undeliverable/);
  assert.match(page, /the newest 4 of 500/);
  const [, messages, waiting, reading, some, nothing] = rowsOf(page, "files");
  assert.deepEqual(messages?.slice(0, 5), ["messages", "complete", "", "58", "58"]);
  assert.equal(some?.[1], "complete, 7 refused");
  assert.match(some[0] ?? "", /7 × invalid, properties\.time: missing \(e\.g\. &lt;b&gt;/);
  assert.equal(nothing?.[1], "nothing imported");
  assert.match(page, /<code>gcloud storage cp FILE gs:\/\/local-landing\/<\/code>/);
  assert.deepEqual(waiting?.slice(0, 3), ["waiting.ndjson", "waiting", "10 B"]);
  assert.deepEqual(reading?.slice(0, 3), ["reading.ndjson", "importing, 25%", "2.0 kB"]);
  assert.deepEqual(rowsOf(page, "rejects")[1], [
    ...["7", "invalid", "properties.time: missing", "reading.ndjson line 42"],
  ]);
  const [, request] = rowsOf(page, "requests");
  assert.deepEqual(request?.slice(1, 4), ["12,345", "429", "2,000"]);
});

test("the plot has a bar for each second of the last five minutes", { skip }, async (t) => {
  const page = await render(t, EXAMPLE_STATE);

  const bars = [...page.matchAll(/<rect [^>]*height="([\d.]+)" class="(\w*)"/g)];
  const heights = bars.map(([, height]) => Number(height));
  assert.equal(bars.length, 2, "the one of 400 seconds ago is not shown");
  assert.equal(heights[1], 2 * (heights[0] ?? 0));
  assert.deepEqual(
    bars.map(([, , tone]) => tone),
    ["", "refused"],
  );
  assert.match(page, />3,000 events\/s</);
});

test("a file's name is text, whatever it looks like", { skip }, async (t) => {
  const page = await render(t, EXAMPLE_STATE);

  assert.match(page, /&lt;img src="x" onerror=.*&gt;\.ndjson/);
  assert.doesNotMatch(page, /<img/);
  assert.doesNotMatch(page, /<title>broken/);
});

test("before anything has happened the page says so", { skip }, async (t) => {
  const { mixpanel, messages, deadLetters } = EXAMPLE_STATE;
  const page = await render(t, {
    ...EXAMPLE_STATE,
    mixpanel: { ...mixpanel, perSecond: [] },
    files: [],
    messages: { ...messages, published: 0, acknowledged: 0 },
    deadLetters: { ...deadLetters, groups: [] },
    requests: [],
  });

  for (const text of ["No file was uploaded", "Nothing yet.", "There was no request"])
    assert.ok(page.includes(text), text);
});

test(
  "a file of updates is complete, with a column for each kind that there is",
  { skip },
  async (t) => {
    const none = { produced: 0, imported: 0, rejected: 0 };
    const users = {
      ...{ name: "users.ndjson", generation: "1", bytes: 1, state: "complete", reasons: [] },
      records: { read: 6, dropped: 0, unusable: 1, used: 5 },
      events: none,
      profiles: { produced: 5, imported: 3, rejected: 1, unconfirmed: 1 },
      groups: { ...none, unconfirmed: 0 },
    };
    const requests = EXAMPLE_STATE.requests.map((request) => ({ ...request, updates: 5 }));
    const page = await render(t, { ...EXAMPLE_STATE, files: [users], requests });

    const [head, , row] = rowsOf(page, "files");
    assert.deepEqual(head?.slice(3, 7), ["read", "imported", "of users", "rejected"]);
    assert.equal(row?.[1], "complete, 2 refused, 1 unconfirmed");
    assert.deepEqual(row.slice(3, 7), ["6", "3", "3", "1"]);
    assert.deepEqual(rowsOf(page, "requests")[1]?.slice(2, 6), ["429", "2,000", "import", "5"]);
  },
);

test("of many files twenty are shown, those that went wrong first", { skip }, async (t) => {
  const [, , , wrong] = EXAMPLE_STATE.files;
  const good = Array.from({ length: 30 }, (_, index) => ({
    ...{ name: `good-${index}`, generation: `${index}`, bytes: 1, state: "complete", reasons: [] },
    records: { read: 1, dropped: 0, unusable: 0, used: 1 },
    events: { produced: 1, imported: 1, rejected: 0 },
  }));
  assert.ok(wrong);
  const page = await render(t, { ...EXAMPLE_STATE, files: [...good, wrong], fileCount: 31 });

  const [, ...rows] = rowsOf(page, "files");
  assert.equal(rows.length, 20);
  assert.deepEqual(rows[0]?.slice(0, 2), ["nothing.ndjson", "nothing imported"]);
  assert.match(page, /<button id="unfold" type="button">Show 12 more</);
});
