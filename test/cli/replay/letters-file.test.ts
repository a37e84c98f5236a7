import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test, type TestContext } from "node:test";

import { openLettersFile } from "../../../cli/replay/letters-file.ts";
import { readLines } from "../../../cli/replay/read-lines.ts";
import { UserError } from "../../../functions/platform/user-error.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { deadLetter, ofObject } from "./dead-letters.ts";

const { attributes } = deadLetter("");
const LINE = JSON.stringify({ messageId: "7", publishTime: "", attributes, data: "{}" });

const WITHOUT_ID = JSON.stringify({ attributes, data: "{}" });
const FORWARDED = {
  CloudPubSubDeadLetterSourceSubscription: "s",
  CloudPubSubDeadLetterSourceSubscriptionProject: "p",
};

async function fileOf(t: TestContext, content: string | Buffer): Promise<string> {
  const file = path.join(await temporaryFolder(t), "letters.ndjson");
  await writeFile(file, content);
  return file;
}

async function textsOf(file: string): Promise<string[]> {
  const source = await openLettersFile(file);
  const texts: string[] = [];
  for (let some = await source.next(); some !== undefined; some = await source.next())
    texts.push(...some.map(({ data }) => data.toString()));
  await source.close();
  return texts;
}

const separator = JSON.stringify({ attributes, data: "a\u2028b\u2029c\u0085d" });
const readable: readonly [string, string | Buffer, readonly string[]][] = [
  ["nothing", "", []],
  ["blank lines", "\n \r\n\n", []],
  ["a byte-order mark", `\uFEFF${LINE}\n`, ["{}"]],
  ["carriage returns", `${LINE}\r\n${WITHOUT_ID}\r\n`, ["{}", "{}"]],
  ["no line feed at its end", `${WITHOUT_ID}\n${WITHOUT_ID}`, ["{}", "{}"]],
  [
    "what never held anything",
    `${JSON.stringify({ attributes: { ...attributes, ...ofObject("o", "") }, data: "" })}\n` +
      JSON.stringify({
        attributes: { ...attributes, ...ofObject("o", "3") },
        data: "",
        empty: true,
      }),
    ["", ""],
  ],
  [
    "a record of what is white space elsewhere",
    JSON.stringify({ attributes, data: "\f\v" }),
    ["\f\v"],
  ],
  ["what Pub/Sub forwarded, empty", JSON.stringify({ attributes: FORWARDED, data: "" }), [""]],
  ["what is a stranger's", JSON.stringify({ attributes: { records: "x" }, data: "" }), [""]],
  ["separators that Node takes for line ends", `${separator}\n`, ["a\u2028b\u2029c\u0085d"]],
  ["fields of somebody's own", `${LINE.replace("{", '{"note":"fixed",')}\n`, ["{}"]],
  ["bytes that are no text", JSON.stringify({ attributes, dataBase64: "eyJh" }), ['{"a']],
  ["a long line", JSON.stringify({ attributes, data: "x".repeat(200_000) }), ["x".repeat(2e5)]],
];

for (const [name, content, expected] of readable)
  test(`a file with ${name} is read`, async (t) => {
    assert.deepEqual(await textsOf(await fileOf(t, content)), expected);
  });

test("a line that no dead letter can have is not read into memory", async (t) => {
  const file = await fileOf(t, "aaaa\nbb\n");
  const lines: (string | undefined)[] = [];
  for await (const line of readLines(file, 3)) lines.push(line?.toString());
  assert.deepEqual(lines, [undefined, "bb", ""]);
});

const other = LINE.replace('"7"', '"8"');
/** A line with other attributes, "" for one that is taken away, or other fields. */
function edited(attributesChange: Record<string, string>, fields: object = {}): string {
  const changed = Object.entries({ ...attributes, ...attributesChange });
  const left = Object.fromEntries(changed.filter(([, value]) => value !== ""));
  return JSON.stringify({ messageId: "9", attributes: left, data: "{}", ...fields });
}
const inFile = ofObject("o", "3");
const refused: readonly [string, string | Buffer, RegExp][] = [
  [
    "a last line that is cut off",
    `${LINE}\n${LINE.slice(0, -9)}`,
    /line 2 .* ends within the lett/,
  ],
  ["an array on one line", `[${LINE}]`, /line 1 is no dead letter but a list.* jq -c '\.\[\]'/],
  ["an array on several lines", `[\n${LINE}\n]`, /line 1 is of a list.* jq -c '\.\[\]'/],
  ["letters on several lines", JSON.stringify({ attributes }, null, 2), /line 1 .* jq -c \./],
  ["a comma at an end", `${LINE},\n${other}`, /line 1 has a comma behind the letter\. Delete it/],
  ["two letters on a line", `${LINE}${other}`, /line 1 has two letters\. Give each a line/],
  ["two of them with a comma", `\n${LINE}, ${other}`, /line 2 has two letters/],
  ["a quote that is not escaped", LINE.replace("{}", '{"a":1}'), /line 1 is no JSON, from column/],
  [
    "a word behind a letter",
    `${LINE} x`,
    /line 1 has something behind the letter, from column \d+/,
  ],
  ["no attributes", '{"data":"{}"}', /line 1 is no dead letter: it has no "attributes"/],
  ["no data", JSON.stringify({ attributes }), /line 1 has no data\. .* delete the line/],
  ["data twice", edited({}, { dataBase64: "" }), /line 1 has data and dataBase64\. Delete one/],
  ["data that is JSON", edited({}, { data: {} }), /line 1 has data that is no text\. Put it in q/],
  ["broken base64", JSON.stringify({ attributes, dataBase64: "e!yJh" }), /line 1 .* not base64/],
  [
    "data that was deleted",
    edited({}, { data: "" }),
    /line 1 has empty data\. Put it back, or dele/,
  ],
  ["blank data", edited(inFile, { data: " \n" }), /line 1 has empty data/],
  [
    "deleted data of a file",
    edited(inFile, { data: "" }),
    /line 1 has empty data.*If it never had any.*add "empty": true/,
  ],
  [
    "no lines",
    edited({ ...inFile, lines: "" }),
    /line 1 has no attribute lines: all of its file wo/,
  ],
  ["replays that are no number", edited({ replays: "none" }), /line 1 has .* no number: replays/],
  ["a number of records below 0", edited({ records: "-1" }), /line 1 has .* no number: records/],
  ["a letter twice", `${LINE}\n${other}\n${LINE}`, /line 3 has the messageId of line 1, and would/],
  ["a number among its attributes", '{"attributes":{"records":2},"data":"{}"}', /no text: records/],
  [
    "another encoding",
    Buffer.from(`\n${LINE.replace("{}", "\u00e9")}`, "latin1"),
    /line 2 is not UTF-8/,
  ],
  ["two-byte characters", Buffer.from(`\uFEFF${LINE}`, "utf16le"), /line 1 is not UTF-8/],
];

for (const [name, content, expected] of refused)
  test(`a file with ${name} is refused before anything of it is sent`, async (t) => {
    const file = await fileOf(t, content);
    await assert.rejects(openLettersFile(file), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.exitCode, 2);
      assert.match(error.message, /Nothing is sent\.$/);
      assert.doesNotMatch(error.message, /missing|distinct/, "nothing of what is in it");
      return expected.test(error.message);
    });
  });

test("a file that is broken while it is replayed is told as that, not that nothing is sent", async (t) => {
  const file = await fileOf(t, LINE);
  const source = await openLettersFile(file);
  await writeFile(file, "{");

  await assert.rejects(source.next(), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /line 1 .*\. It was changed while it was replayed\.$/);
    return !error.message.includes("Nothing is sent");
  });
  await source.close();
});

test("what cannot be read twice is refused, and so is what is not there", async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(openLettersFile(folder), /is not a file/);
  await assert.rejects(openLettersFile(path.join(folder, "none")), /cannot be read: ENOENT/);
});
