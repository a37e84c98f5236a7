import assert from "node:assert/strict";
import { test } from "node:test";
import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import zlib from "node:zlib";

import { event, ndjson } from "../support/factories.ts";
import { startTestCloud } from "../support/local-cloud.ts";
import {
  assertComplete,
  eventLines,
  importObject,
  inShort,
  linesWith,
  mixpanelOf,
  numbered,
  receiptOf,
  shownOf,
} from "./object-scenario.ts";

const TOKEN = "0123456789recognisabletoken";
const LONG = 1_000_100;

/** A line of `bytes` bytes that would be a good event if it were shorter. */
function longLine(bytes: number, name: string): string {
  const start = `{"event":"${name}","properties":{"time":1760000000,"distinct_id":"u","text":"`;
  return `${start}${"x".repeat(bytes - start.length - 3)}"}}`;
}

test("files of events", async (t) => {
  const cloud = await startTestCloud(t, {
    mixpanel: { token: TOKEN, keepEvents: 20_000 },
    environment: {
      importObject: { EXCLUDE_OBJECTS: "skipped/**,*.tmp", QUARANTINE_PERCENT: "0" },
    },
  });
  const mixpanel = mixpanelOf(cloud);

  await t.test("ten events arrive, and the receipt says so", async () => {
    const content = eventLines(10, "Ten");

    await importObject(cloud, "ten.json", content);

    const receipt = await assertComplete(cloud, "ten.json", "Ten", 10);
    assert.equal(receipt.version, 1);
    assert.equal(receipt.size, content.length);
    assert.equal(receipt.bytes, content.length);
    assert.deepEqual(receipt.events, { produced: 10, imported: 10, rejected: 0, idsAdded: 0 });
    assert.equal(receipt.requests, 1);
    assert.equal(receipt.retries, 0);
    assert.equal(receipt.runs, 1);
    assert.equal(receipt.firstError, null);
    assert.match(receipt.code, /^[0-9a-f]{64}$/);
    const [line] = linesWith(cloud, "Import complete");
    assert.equal(line?.severity, "INFO");
    assert.equal(line["success"], true);
  });

  await t.test(
    "exactly the bad lines among good ones are dead letters, with their bytes",
    async () => {
      const good = Array.from({ length: 1000 }, (_, index) =>
        JSON.stringify(numbered("Good", index)),
      );
      const properties = { time: 1_760_000_000, distinct_id: "u" };
      const mended = [
        ndjson([event({ event: "Mended", properties: { ...properties, $insert_id: "a:b" } })]),
        ndjson([event({ event: "Mended", properties: { ...properties, $insert_id: undefined } })]),
        ndjson([
          event({ event: "Mended", properties: { ...properties, $insert_id: "y".repeat(37) } }),
        ]),
      ].map((line) => line.trimEnd());
      const bad = {
        notJson: '{"event":"Good","properties":',
        array: "[1,2]",
        noEvent: '{"properties":{"time":1760000000}}',
        noProperties: '{"event":"Good"}',
        noTime: '{"event":"Good","properties":{"distinct_id":"u"}}',
        tooLarge: longLine(LONG, "Good"),
        spanning: longLine(5_000_000, "Good"),
      };
      const { notJson, array, noEvent, noProperties, noTime, tooLarge, spanning } = bad;
      const lines = [
        `\ufeff${good[0] ?? ""}\r`,
        "",
        notJson,
        ...good.slice(1, 500),
        `${array}\r`,
        noEvent,
        "   ",
        noProperties,
        tooLarge,
        ...mended,
        ...good.slice(500, 900),
        noTime,
        notJson,
        spanning,
        ...good.slice(900),
      ];

      await importObject(cloud, "mixed.json", lines.join("\n"));

      const receipt = await receiptOf(cloud, "mixed.json");
      assert.deepEqual(receipt.records, { read: 1011, dropped: 0, unusable: 8, used: 1003 });
      assert.equal(receipt.events.imported, 1003);
      assert.equal(receipt.events.idsAdded, 3);
      assert.equal(receipt.bytes, lines.join("\n").length + 2);
      assert.deepEqual(receipt.firstError, {
        reason: "malformed",
        field: "",
        error: "not valid JSON: cut off",
        line: 3,
      });
      assert.equal(shownOf(cloud, "Good").distinct, 1000);
      assert.equal(shownOf(cloud, "Mended").distinct, 3);

      const at = (line: string, from = 0): string => String(lines.indexOf(line, from) + 1);
      const secondNotJson = at(notJson, 5);
      const notJsonTwice = `${notJson}\n${notJson}`;
      const deadLetters = cloud.deadLetters();
      const byLine = inShort(deadLetters).toSorted(
        (a, b) => parseInt(a["lines"] ?? "") - parseInt(b["lines"] ?? ""),
      );
      assert.deepEqual(byLine, [
        {
          ...row("malformed", "", "not valid JSON: cut off", `3,${secondNotJson}`, notJsonTwice),
          records: "2",
        },
        row("invalid", "", "not a JSON object", at(`${array}\r`), array),
        row("invalid", "event", "missing", at(noEvent), noEvent),
        row("invalid", "properties", "missing", at(noProperties), noProperties),
        row("too-large", "", "larger than 1 MB", at(tooLarge), "65536 bytes"),
        row("invalid", "properties.time", "missing", at(noTime), noTime),
        row("too-large", "", "larger than 1 MB", at(spanning), "65536 bytes"),
      ]);
      const large = deadLetters.find(({ attributes }) => attributes["lines"] === at(spanning));
      assert.equal(large?.attributes["truncated"], "true");
      assert.equal(large.attributes["bytes"], "5000000");
      const content = Buffer.from(lines.join("\n"));
      const offset = Number(large.attributes["offset"]);
      assert.deepEqual(large.data, content.subarray(offset, offset + 65536));
      assert.equal(large.data.toString(), spanning.slice(0, 65536));
      assert.equal(deadLetters[0]?.attributes["version"], "1");
      assert.equal(deadLetters[0].attributes["bucketId"], "local-landing");
      assert.equal(deadLetters[0].attributes["objectId"], "mixed.json");
      assert.equal(deadLetters[0].attributes["objectGeneration"], receipt.generation);
      assert.equal(
        deadLetters[0].attributes["source"],
        `gs://local-landing/mixed.json#${receipt.generation}`,
      );
    },
  );

  await t.test(
    "one dead letter holds all records with the same problem, with ranges of lines",
    async () => {
      const lines = ["{", "{", eventLines(1, "Ranged").trim(), "{", "[]", "{", "{", "{"];

      await importObject(cloud, "ranged.json", lines.join("\n"));

      assert.deepEqual(inShort(cloud.deadLetters()), [
        {
          ...row("malformed", "", "not valid JSON: cut off", "1-2,4,6-8", "{\n{\n{\n{\n{\n{"),
          records: "6",
        },
        row("invalid", "", "not a JSON object", "5", "[]"),
      ]);
    },
  );

  await t.test("gzip is taken for what it is, whatever the object says of itself", async () => {
    const first = eventLines(3000, "Zipped");
    const second = eventLines(3000, "Zipped", 3000);
    const members = Buffer.concat([zlib.gzipSync(first), zlib.gzipSync(second)]);
    // The cut between the members goes through a line.
    const cut = first.length - 40;
    const torn = Buffer.concat([
      zlib.gzipSync((first + second).slice(0, cut)),
      zlib.gzipSync((first + second).slice(cut)),
      Buffer.alloc(512),
    ]);
    const objects: readonly (readonly [string, Buffer, string | undefined])[] = [
      ["plain-name", zlib.gzipSync(first + second), undefined],
      ["events.json.gz", zlib.gzipSync(first + second), undefined],
      ["encoded.json", zlib.gzipSync(first + second), "gzip"],
      ["members.gz", members, undefined],
      ["torn.gz", torn, undefined],
      ["double.gz.gz", zlib.gzipSync(zlib.gzipSync(first + second)), undefined],
      ["double-members", zlib.gzipSync(members), "gzip"],
      ["not-gzip.gz", Buffer.from(first + second), undefined],
    ];

    for (const [name, content, contentEncoding] of objects)
      await cloud.upload(name, content, contentEncoding === undefined ? {} : { contentEncoding });
    await cloud.idle();

    for (const [name, content] of objects) {
      const receipt = await assertComplete(cloud, name, "Zipped", 6000);
      assert.equal(receipt.bytes, first.length + second.length, name);
      assert.equal(receipt.size, content.length, name);
    }
  });

  await t.test(
    "objects with awkward names are imported, and have receipts of their own",
    async () => {
      const names = [
        "a b+c%20d&e=f?g#h",
        "käse/日本語/🧀.json",
        'quote"\\back\\slash',
        "../up/./here//twice",
        " leading and trailing ",
        "percent%2Fslash",
        "x".repeat(1024),
        `${"ü".repeat(511)}xx`,
        `${"ü".repeat(511)}xy`,
      ];

      for (const [index, name] of names.entries())
        await cloud.upload(name, eventLines(3, `Awkward ${index}`));
      await cloud.idle();

      for (const [index, name] of names.entries())
        await assertComplete(cloud, name, `Awkward ${index}`, 3);
    },
  );

  await t.test(
    "objects that are no files of events are skipped, with a log line and nothing else",
    async () => {
      const skipped = new Map([
        ["zero.json", "empty"],
        ["folder/", "a folder"],
        ["gcloud/tmp/parallel_composite_uploads/x/part_0", "a part of an upload"],
        ["gsutil/tmp/parallel_composite_uploads/x/part_0", "a part of an upload"],
        ["skipped/deep/a.json", "not matching"],
        ["upload.tmp", "not matching"],
      ]);
      mixpanel.clear();

      for (const name of skipped.keys())
        await cloud.upload(name, name === "zero.json" ? "" : eventLines(1, "Skipped"));
      await cloud.idle();

      const receipts = await cloud.receipts();
      const logged = linesWith(cloud, "Object skipped");
      for (const [name, reason] of skipped) {
        assert.equal(receipts.has(name), false, name);
        assert.equal(logged.find((line) => line["object"] === name)?.["reason"], reason, name);
      }
      assert.equal(mixpanel.stats().requests, 0);
      assert.deepEqual(cloud.deadLetters(), []);
    },
  );

  await t.test("an object of blank lines only is complete and empty", async () => {
    await importObject(cloud, "blank.json", "\n\r\n   \n");

    await assertComplete(cloud, "blank.json", "none", 0);
  });

  await t.test("an event that needs no change is sent with its own bytes", async () => {
    const text =
      '{ "properties":{"n":12345678901234567890123,"e":1.0E+2,"ip":"1.2.3.4","u":"\\u00e9\\/", "$insert_id":"kept-1", "distinct_id":"u", "time":1760000000},"event":"Kept" }';
    mixpanel.clear();

    await importObject(cloud, "kept.json", text);

    assert.equal(mixpanel.stats().bytes, text.length);
    const [kept] = [...mixpanel.events()];
    assert.equal(kept?.properties["n"], 12345678901234567890123n);
  });

  await t.test("events that Mixpanel ignores are dropped, not sent", async () => {
    mixpanel.clear();
    const ignored = event({ event: "Ignored", properties: { $ignore: true } });

    await importObject(cloud, "ignored.json", eventLines(2, "Heeded") + ndjson([ignored, ignored]));

    const receipt = await receiptOf(cloud, "ignored.json");
    assert.deepEqual(receipt.records, { read: 4, dropped: 2, unusable: 0, used: 2 });
    assert.equal(mixpanel.stats().eventsReceived, 2);
  });

  await t.test("events without an id are given the same one at every import", async () => {
    const properties = { $insert_id: undefined };
    const content = ndjson([
      event({ event: "Nameless", properties: { ...properties, n: 1 } }),
      event({ event: "Nameless", properties }),
    ]);

    await importObject(cloud, "nameless-1.json", content);
    await importObject(cloud, "nameless-2.json", content);

    assert.equal((await receiptOf(cloud, "nameless-2.json")).events.idsAdded, 2);
    assert.deepEqual(shownOf(cloud, "Nameless"), { distinct: 2, stored: 4 });
  });

  await t.test("the token is in no log line, receipt or dead letter", async () => {
    const receipts = await Promise.all(
      cloud.bucket
        .list(CLOUD_NAMES.receiptsBucket)
        .map(({ name }) => cloud.bucket.read(CLOUD_NAMES.receiptsBucket, name)),
    );
    await importObject(cloud, "last.json", "{\n");
    const written = [
      ...receipts.map(String),
      ...cloud.lines.map((line) => JSON.stringify(line)),
      ...cloud.deadLetters().map((dead) => JSON.stringify(dead) + dead.data.toString()),
      ...Object.values(cloud.functions).map((running) => running.current().stderr()),
    ];

    assert.ok(written.length > 50);
    const basic = Buffer.from(`${TOKEN}:`).toString("base64").slice(0, 20);
    for (const text of written) assert.ok(!text.includes(TOKEN) && !text.includes(basic), text);
    assert.equal(cloud.functions.importObject.restarts(), 0);
  });
});

function row(reason: string, field: string, error: string, lines: string, data: string) {
  return { reason, field, error, lines, records: "1", data };
}
