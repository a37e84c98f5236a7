import assert from "node:assert/strict";
import { test } from "node:test";

import { readStatus, type StatusReport } from "../../../cli/status/read-status.ts";
import { readStory } from "../../../cli/status/read-story.ts";
import { createReceiptReader } from "../../../cli/status/receipts.ts";
import { statusJson } from "../../../cli/status/status-json.ts";
import { statusText } from "../../../cli/status/status-text.ts";
import { toFilter } from "../../../cli/status/status-flags.ts";
import { storyText } from "../../../cli/status/story-text.ts";
import { plain } from "../../../cli/terminal/paint.ts";
import { widthOf } from "../../../cli/terminal/fit.ts";
import { RefusedError } from "../../../cli/google/rest.ts";
import type { Connection } from "../../../cli/stack/connect.ts";
import { landingBucket, receiptOf, receiptsBucket, startStatusCloud } from "./support.ts";

const STYLE = { paint: plain, columns: 80, stackOptions: "", now: Date.now() };

function look(connection: Connection, all = false): Promise<StatusReport> {
  const filter = toFilter({ limit: 50, ...(all && { all }) }, Date.now());
  return readStatus(connection, filter, createReceiptReader(connection));
}

function textOf(report: StatusReport): string {
  return statusText(report, { ...STYLE, title: "the stack dev", landingBucket });
}

/** The connection of a deployed stack, of which functions are asked for. */
function withFunctions(connection: Connection, respond: () => Readonly<Record<string, unknown>>) {
  const { rest, stack, google } = connection;
  const get: Connection["rest"]["get"] = (what, url) =>
    url.startsWith("https://cloudfunctions.googleapis.com/")
      ? new Promise((resolve) => {
          resolve(respond());
        })
      : rest.get(what, url);
  const post: Connection["rest"]["post"] = (what, url, body) =>
    rest.post(what, url.replace("https://logging.googleapis.com", connection.monitoringUrl), body);
  return {
    ...connection,
    google,
    rest: { ...rest, get, post },
    stack: { ...stack, local: undefined },
  };
}

test("what the stack's globs leave out does not wait", async (t) => {
  const { connection, upload } = await startStatusCloud(t);
  await upload("in/a.ndjson");
  await upload("in/a.tmp");
  const environmentVariables = { INCLUDE_OBJECTS: "in/**", EXCLUDE_OBJECTS: "**/*.tmp" };
  const functions = [
    {
      name: `projects/local/locations/l/functions/${connection.stack.importObjectFunction}`,
      serviceConfig: { environmentVariables },
    },
  ];

  const known = await look(withFunctions(connection, () => ({ functions })));
  const refused = withFunctions(connection, () => {
    throw new RefusedError("looking up the function was refused (403).\nSee a page.", 403);
  });
  const unknown = await look(refused);

  const statesIn = ({ objects }: StatusReport) =>
    objects.map(({ object, state, detail }) => [object, state, detail]).sort();
  assert.deepEqual(statesIn(known), [
    ["in/a.ndjson", "waiting", ""],
    ["in/a.tmp", "skipped", "not matching"],
  ]);
  assert.ok(!textOf(known).includes("excludeObjects"));
  assert.equal(unknown.counts.waiting, 2);
  assert.match(
    textOf(unknown).replaceAll(/\s+/g, " "),
    /left out by includeObjects and excludeObjects, which are not known: looking up the function was refused \(403\)\. See a page\./,
  );
  const story = await readStory(
    withFunctions(connection, () => ({ functions })),
    { bucket: landingBucket, object: "in/a.tmp" },
  );
  assert.deepEqual(
    story.generations.map(({ row }) => [row.state, row.detail]),
    [["skipped", "not matching"]],
  );
});

test("receipts that are not ours, or of a later version, hide nothing and are told", async (t) => {
  const cloud = await startStatusCloud(t);
  const { connection, upload, finish, bucket } = cloud;
  const contents = {
    text: "no JSON",
    nothing: "",
    array: "[]",
    numbers: JSON.stringify({ version: 1, state: "complete", records: { read: "x" }, events: 7 }),
    odd: JSON.stringify({
      ...receiptOf("odd", "1", { bytes: {} as unknown as number }),
      ...{ state: "half-done", firstError: { reason: 7, line: "x" } },
    }),
    later: JSON.stringify({ version: 2, state: "complete", records: [{ kind: "read", n: 7 }] }),
  };
  for (const [name, text] of Object.entries(contents)) {
    const generation = await upload(name);
    const place = `${landingBucket}/${name}/${generation}.json`;
    await bucket.put(receiptsBucket, place, Buffer.from(text));
  }
  await bucket.put(receiptsBucket, "stray", Buffer.from("{}"));
  await finish("good");

  const report = await look(connection, true);
  const text = textOf(report);

  const states = new Map(report.objects.map(({ object, state }) => [object, state]));
  assert.deepEqual(
    ["text", "nothing", "array", "numbers", "odd", "later", "good"].map((name) => states.get(name)),
    ["corrupt", "corrupt", "corrupt", "corrupt", "half-done", "newer", "complete"],
  );
  assert.ok(!/NaN|undefined|\[object/.test(text), text);
  assert.equal(report.totals.events.imported, 20);
  assert.match(text, /gs:\/\/local-landing\/array has a receipt that cannot be read/);
  assert.match(text, /gs:\/\/local-landing\/odd is half-done/);
  assert.match(text, /receipts[^\n]*\/stray +corrupt /);
  // Not one of them is shown with counts that it does not have.
  assert.match(text, /^later +newer +\d+ s\n/m);
  assert.match(text, /^ {2}without what 6 of them count: not readable$/m);
  const json = JSON.stringify(statusJson(report, Date.now()));
  assert.match(
    json,
    /\{"bucket":"local-landing","object":"later",[^}]*"state":"newer","size":2,"age/,
  );
  for (const object of ["text", "later"]) {
    const story = await readStory(connection, { bucket: landingBucket, object });
    const told = storyText(story, { ...STYLE, receiptsBucket });
    assert.ok(!/NaN|undefined/.test(told), told);
  }
});

test("odd names rule no terminal, and the commands to copy mean them", async (t) => {
  const { connection, finish } = await startStatusCloud(t);
  const names = ["line\nbreak", "\u001b[2Jclear", "sp ace#7", "\u202ertl", "[a]*?", "日本語🙂"];
  for (const name of names) await finish(name, { state: "truncated" });

  const text = textOf(await look(connection));

  assert.ok(!/[\u0000-\u0009\u000b-\u001f\u202e]/.test(text));
  for (const line of text.split("\n")) assert.ok(widthOf(line) <= 80, line);
  const story = await readStory(connection, { bucket: landingBucket, object: "line\nbreak" });
  assert.match(
    storyText(story, { ...STYLE, receiptsBucket }),
    /backfill \$'gs:\/\/local-landing\/line\\012break' --again/,
  );
});

test("many that need attention are counted, though few are named", async (t) => {
  const { connection, finish } = await startStatusCloud(t);
  await Promise.all(
    Array.from({ length: 130 }, (_, index) => finish(`o-${index}`, { state: "truncated" })),
  );
  const report = await look(connection, true);
  assert.deepEqual([report.attention.length, report.attentionCount], [100, 130]);
  assert.match(textOf(report), /and 125 more that need attention/);
});
