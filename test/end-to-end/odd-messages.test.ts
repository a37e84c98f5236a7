import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";

import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { startMessageCloud } from "../support/local-cloud.ts";
import { eventText, push, readable, shownOf } from "./message-scenario.ts";

test("odd messages", async (t) => {
  const cloud = await startMessageCloud(t);

  await t.test("what is not text is one record: the exact bytes", async () => {
    // Blanks and newlines at both ends and within, as protobuf and Avro may have them.
    const binaries = [
      Buffer.from([0x0a, 0x20, 0xff, 0x0a, 0x7b, 0x7d, 0x0a, 0x00, 0xfe, 0x0d, 0x0a]),
      Buffer.from("Obj\u0001\u0004\u0014avro.codec\u0008null\u0000\n\n", "latin1"),
      Buffer.concat([Buffer.from("{}\n"), Buffer.from([0xc3, 0x28]), Buffer.from("\n{}\n")]),
      Buffer.from("  plain words,\nin two lines\n"),
    ];

    for (const binary of binaries) cloud.publish(binary);
    await cloud.idle();

    const dead = cloud.deadLetters();
    assert.deepEqual(
      dead.map(({ data }) => data.toString("hex")).sort(),
      binaries.map((binary) => binary.toString("hex")).sort(),
    );
    const avro = dead.find(({ data }) => data.toString("latin1").startsWith("Obj"));
    assert.match(avro?.attributes["error"] ?? "", /^an Avro file: publish JSON/);
    for (const { attributes } of dead) {
      assert.equal(attributes["reason"], "malformed");
      assert.equal(attributes["records"], "1");
    }
  });

  await t.test("gzip is decompressed first, however it is laid out", async () => {
    const lines = [1, 2, 3].map((index) => eventText("Zipped", index));
    const members = lines.map((line) => zlib.gzipSync(`${line}\n`));

    assert.equal((await push(cloud, { data: Buffer.concat(members) })).status, 204);
    assert.deepEqual(shownOf(cloud, "Zipped"), { distinct: 3, stored: 3 });
  });

  await t.test("gzip that cannot be read is a dead letter of the exact bytes", async () => {
    const whole = zlib.gzipSync(
      Array.from({ length: 50 }, (_, i) => eventText("Cut", i)).join("\n"),
    );
    const cut = whole.subarray(0, whole.length - 20);
    const bomb = zlib.gzipSync(Buffer.alloc(65 * 1024 * 1024, " "));

    for (const data of [cut, bomb]) assert.equal((await push(cloud, { data })).status, 204);

    const dead = cloud.deadLetters();
    const of = (data: Buffer) => dead.find((letter) => letter.data.equals(data))?.attributes;
    assert.equal(dead.length, 2);
    assert.equal(of(cut)?.["error"], "damaged gzip");
    assert.equal(of(bomb)?.["reason"], "too-large");
    assert.equal(shownOf(cloud, "Cut").stored, 0);
  });

  await t.test("attributes without data leave a trace", async () => {
    const attributes = { event: "Signed up", user: "u1" };
    cloud.pubsub.publish(CLOUD_NAMES.eventsTopic, [{ data: "", attributes }]);
    await cloud.idle();

    const [dead] = readable(cloud.deadLetters());
    assert.equal(dead?.text, "{}");
    assert.equal(dead.attributes["reason"], "invalid");
    assert.equal(dead.attributes["field"], "event");
    assert.equal(dead.attributes["error"], "missing");
    assert.equal(dead.attributes["original.event"], "Signed up");
  });

  await t.test("nothing to read is acknowledged, and leaves nothing behind", async () => {
    for (const data of ["[]", " \n\n ", "\ufeff", zlib.gzipSync("")])
      assert.equal((await push(cloud, { data })).status, 204);
    assert.deepEqual(cloud.deadLetters(), []);
  });

  await t.test("one object over several lines is one record, sent on one line", async () => {
    const pretty = JSON.stringify(JSON.parse(eventText("Pretty", 1)), undefined, 2);
    assert.equal((await push(cloud, { data: pretty })).status, 204);
    assert.equal(
      (await push(cloud, { data: `\ufeff${pretty.replaceAll("\n", "\r\n")}\n` })).status,
      204,
    );
    assert.deepEqual(shownOf(cloud, "Pretty"), { distinct: 1, stored: 2 });
    assert.deepEqual(cloud.deadLetters(), []);
  });

  await t.test("an unusable record of 10 MB can be put together again", async () => {
    const record = Buffer.from(
      `{"event":"Huge","properties":{"time":1,"x":"${"ä".repeat(4_950_000)}"}}`,
    );

    assert.equal((await push(cloud, { data: record })).status, 204);

    const dead = cloud.deadLetters();
    const part = (letter: (typeof dead)[number]): number => Number(letter.attributes["part"]);
    const whole = Buffer.concat(dead.sort((a, b) => part(a) - part(b)).map(({ data }) => data));
    assert.ok(whole.equals(record));
    for (const { attributes } of dead) {
      assert.equal(attributes["parts"], String(dead.length));
      assert.equal(attributes["bytes"], String(record.length));
      assert.equal(attributes["reason"], "too-large");
    }
  });
});
