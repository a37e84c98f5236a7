import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test, type TestContext } from "node:test";

import { openLettersFile } from "../../../cli/replay/letters-file.ts";
import { replay, saveLetters } from "../../../cli/replay/replay.ts";
import { UserError } from "../../../functions/platform/user-error.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { deadLetter, ofObject } from "./dead-letters.ts";

const { deadLetterTopic, deadLetterSubscription, eventsSubscription } = CLOUD_NAMES;
const { attributes } = deadLetter("");
const LINE = JSON.stringify({ messageId: "7", publishTime: "", attributes, data: "{}" });

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
  ["carriage returns", `${LINE}\r\n${LINE}\r\n`, ["{}", "{}"]],
  ["no line feed at its end", `${LINE}\n${LINE}`, ["{}", "{}"]],
  ["separators that Node takes for line ends", `${separator}\n`, ["a\u2028b\u2029c\u0085d"]],
  ["fields of somebody's own", `${LINE.replace("{", '{"note":"fixed",')}\n`, ["{}"]],
  ["bytes that are no text", JSON.stringify({ attributes, dataBase64: "eyJh" }), ['{"a']],
  ["a long line", JSON.stringify({ attributes, data: "x".repeat(200_000) }), ["x".repeat(2e5)]],
];

for (const [name, content, expected] of readable)
  test(`a file with ${name} is read`, async (t) => {
    assert.deepEqual(await textsOf(await fileOf(t, content)), expected);
  });

const refused: readonly [string, string | Buffer, RegExp][] = [
  ["a last line that is cut off", `${LINE}\n${LINE.slice(0, -9)}`, /line 2 is no dead letter/],
  ["an array", `[${LINE}]`, /line 1 is no dead letter/],
  ["no data", JSON.stringify({ attributes }), /line 1 is no dead letter/],
  ["data twice", JSON.stringify({ attributes, data: "", dataBase64: "" }), /line 1 is no/],
  ["broken base64", JSON.stringify({ attributes, dataBase64: "e!yJh" }), /line 1 is no dead/],
  ["a number among its attributes", `{"attributes":{"records":2},"data":"{}"}`, /records is no/],
  [
    "another encoding",
    Buffer.from(`\n${LINE.replace("{}", "\u00e9")}`, "latin1"),
    /line 2 .*UTF-8/,
  ],
];

for (const [name, content, expected] of refused)
  test(`a file with ${name} is refused before anything of it is sent`, async (t) => {
    const file = await fileOf(t, content);
    await assert.rejects(openLettersFile(file), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.exitCode, 2);
      return expected.test(error.message);
    });
  });

test("what cannot be read twice is refused, and so is what is not there", async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(openLettersFile(folder), /is not a file/);
  await assert.rejects(openLettersFile(path.join(folder, "none")), /cannot be read: ENOENT/);
});

test("letters go to a file, are edited there, and are sent from it as often as one likes", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  const wrong = Buffer.from([0x7b, 0xff, 0x7d]);
  pubsub.publish(deadLetterTopic, [
    deadLetter('{"a":"ü\u2028"}', { messageId: "17" }),
    deadLetter(wrong, { reason: "malformed" }),
    deadLetter('{"n":1}\n{"n":2}\n{"n":3}', { ...ofObject("o", "3,5-6"), records: "3" }),
  ]);
  const file = path.join(await temporaryFolder(t), "letters.ndjson");
  const saved = await saveLetters(
    connection,
    { filter: {}, expected: 3 },
    { file, confirm: (letters) => Promise.resolve(letters === 3) },
  );
  const { letters, acknowledged, others, missing, later } = saved;
  assert.deepEqual([letters, acknowledged, others, missing, later], [3, true, 0, 0, 0]);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 3);
  await assert.rejects(
    saveLetters(connection, { filter: {} }, { file }),
    /is there already: give another name/,
  );

  // A value is corrected, and the record in the middle is taken out.
  const edited = (await readFile(file, "utf8"))
    .replace('{\\"a\\"', '{\\"b\\"')
    .replace('\\n{\\"n\\":2}', "");
  await writeFile(file, edited);
  const sent = async () => {
    const done = await replay(connection, { filter: {}, from: file });
    assert.equal(done.total.replaced, 3);
    return pubsub
      .pull(eventsSubscription, 10)
      .map(({ message }) => ({
        data: Buffer.from(message.data, "base64").toString("latin1"),
        records: message.attributes["records"],
        lines: message.attributes["lines"],
        replays: message.attributes["replays"],
      }))
      .sort((one, other) => one.data.localeCompare(other.data));
  };
  const first = await sent();
  assert.deepEqual(
    first.map(({ data, records, lines, replays }) => [data, records, lines, replays]),
    [
      ['{"b":"Ã¼â\u0080¨"}', "1", undefined, "1"],
      ['{"n":1}\n{"n":3}', "2", undefined, "1"],
      ["{ÿ}", "1", undefined, "1"],
    ],
  );
  assert.deepEqual(await sent(), first);
});
