import assert from "node:assert/strict";
import { access, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import { replay, saveLetters } from "../../../cli/replay/replay.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { deadLetter, ofObject } from "./dead-letters.ts";

const { deadLetterTopic, deadLetterSubscription, eventsSubscription } = CLOUD_NAMES;

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
    assert.match(done.groups[0]?.sample ?? "", /letters\.ndjson line \d$/);
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

const EMPTY_FIRST = { filter: {}, expected: 1 };

test("what ends before its letters are acknowledged leaves no file, and can be run again", async (t) => {
  const controller = new AbortController();
  const { connection, pubsub } = await startOperatorCloud(t, { signal: controller.signal });
  pubsub.publish(deadLetterTopic, [deadLetter("{}")]);
  const file = path.join(await temporaryFolder(t), "letters.ndjson");
  const isThere = () =>
    access(file)
      .then(() => true)
      .catch(() => false);

  const { google } = connection;
  const send: typeof google.send = async (request) =>
    request.url.endsWith(":pull")
      ? { status: 403, headers: {}, body: Buffer.from("{}"), attempts: 1 }
      : google.send(request);
  const refused = { ...connection, google: { ...google, send } };
  await assert.rejects(saveLetters(refused, EMPTY_FIRST, { file }), /was refused \(403\)/);
  assert.equal(await isThere(), false, "a pull failed");

  await assert.rejects(
    saveLetters(connection, EMPTY_FIRST, { file, confirm: () => Promise.reject(new Error("^C")) }),
  );
  assert.equal(await isThere(), false, "interrupted at the question");

  const none = await saveLetters(
    connection,
    { filter: { reasons: ["other"] }, expected: 1 },
    { file },
  );
  assert.deepEqual([none.letters, none.others, await isThere()], [0, 1, false]);

  const failing: typeof google.send = async (request) =>
    request.url.endsWith(":acknowledge")
      ? { status: 403, headers: {}, body: Buffer.from("{}"), attempts: 1 }
      : google.send(request);
  const confirm = () => Promise.resolve(true);
  await assert.rejects(
    saveLetters({ ...connection, google: { ...google, send: failing } }, EMPTY_FIRST, {
      file,
      confirm,
    }),
    /holds all 1 dead letters; those that are not acknowledged come again/,
  );
  assert.equal(await isThere(), true, "some may be acknowledged");
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 0);
  const saved = await saveLetters(connection, EMPTY_FIRST, { file: `${file}.2`, confirm });
  assert.deepEqual([saved.letters, saved.acknowledged], [1, true]);
});

test("a file that cannot be made is told before anything is pulled", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  const folder = await temporaryFolder(t);
  pubsub.publish(deadLetterTopic, [deadLetter("{}")]);
  const save = (file: string) => saveLetters(connection, { filter: {} }, { file });
  await assert.rejects(save(path.join(folder, "none", "x")), /its folder is not there/);
  await assert.rejects(save(folder), /is there already: give another name/);
  assert.equal(pubsub.stats(deadLetterSubscription).refused, 0);
});

test("letters that never held data are saved as such, and sent as such", async (t) => {
  const { connection, pubsub, bucket } = await startOperatorCloud(t);
  const { generation } = await bucket.put(CLOUD_NAMES.landingBucket, "o", Buffer.from("{}\n[1]"));
  const attributes = { ...ofObject("o", "2", generation), bucketId: CLOUD_NAMES.landingBucket };
  pubsub.publish(deadLetterTopic, [deadLetter("", attributes)]);
  const file = path.join(await temporaryFolder(t), "letters.ndjson");
  await saveLetters(connection, EMPTY_FIRST, { file, confirm: () => Promise.resolve(true) });
  assert.match(await readFile(file, "utf8"), /"data":"","empty":true}/);
  const done = await replay(connection, { filter: {}, from: file });
  assert.deepEqual([done.total.sent, done.total.left], [1, 0]);
  const [sent] = pubsub.pull(eventsSubscription, 10);
  assert.equal(Buffer.from(sent?.message.data ?? "", "base64").toString(), "[1]");
});
