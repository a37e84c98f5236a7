import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";

import { readFormats } from "../../../cli/replay/object-formats.ts";
import { replay, survey } from "../../../cli/replay/replay.ts";
import { RefusedError } from "../../../cli/google/rest.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";
import { expectedRows, parquetFile } from "../../functions/formats/parquet/parquet-files.ts";
import { deadLetter } from "./dead-letters.ts";

const { deadLetterTopic, deadLetterSubscription, eventsSubscription, landingBucket } = CLOUD_NAMES;
const MISSING = "the record is in an object only, which is not there any more";

/** A dead letter that only says where its records are (`deadLetterContents: reference`). */
function reference(object: string, generation: string, lines: string, more: object = {}) {
  const records = lines.split(/[,-]/).length;
  return deadLetter("", {
    source: `gs://${landingBucket}/${object}#${generation}`,
    ...{ bucketId: landingBucket, objectId: object, objectGeneration: generation, lines },
    ...{ records: String(records), ...more },
  });
}

async function start(t: TestContext) {
  const cloud = await startOperatorCloud(t);
  const { pubsub, bucket } = cloud;
  const put = async (name: string, content: string | Buffer): Promise<string> => {
    const { generation } = await bucket.put(landingBucket, name, Buffer.from(content));
    return generation;
  };
  const sent = (): readonly (readonly [string, string])[] =>
    pubsub
      .pull(eventsSubscription, 100)
      .map(({ message: { data, attributes } }) => [
        `${attributes["objectId"] ?? ""} ${attributes["lines"] ?? ""}`,
        Buffer.from(data, "base64").toString(),
      ]);
  return { ...cloud, put, sent };
}

test("records that are in an object only are read from it, whatever it is", async (t) => {
  const { connection, pubsub, put, sent } = await start(t);
  const lines = '{"a":1}\n{"a":2}\n\r\n{"a":4}\r\n not JSON\n{"a":6}';
  const array = '[{"a":1},\n{"a":\n2},{"a":3}]';
  const plain = await put("plain.ndjson", lines);
  const zipped = await put("zipped.gz", gzipSync(lines));
  const json = await put("array.json", array);
  const csv = await put("rows.csv", 'event,n\n"x, y",1\nz,2\n');
  // The setting says so, or else the letter: its name does not.
  const unnamed = await put("exports/rows", "event;n\nx;1\ny;2\n");
  pubsub.publish(deadLetterTopic, [
    reference("plain.ndjson", plain, "2,4"),
    reference("plain.ndjson", plain, "5-6"),
    reference("zipped.gz", zipped, "6"),
    reference("array.json", json, "2"),
    reference("rows.csv", csv, "2-3", { format: "csv" }),
    reference("exports/rows", unnamed, "3", { format: "csv" }),
  ]);

  const found = await survey(connection, { filter: {}, expected: 6 });
  assert.equal(found.total.replaced, 6);
  const done = await replay(connection, { filter: {}, expected: 6 });

  assert.deepEqual(
    done.groups.filter(({ action }) => action === "leave"),
    [],
  );
  assert.deepEqual(done.total, found.total);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 6);
  assert.deepEqual(Object.fromEntries(sent()), {
    "plain.ndjson 2,4": '{"a":2}\n{"a":4}',
    "plain.ndjson 5-6": 'not JSON\n{"a":6}',
    "zipped.gz 6": '{"a":6}',
    "array.json 2": '{"a":\n2}',
    "rows.csv 2-3": '{"event":"x, y","n":"1"}\n{"event":"z","n":"2"}',
    "exports/rows 3": '{"event":"y","n":"2"}',
  });
});

test("what is not in the object any more stays, and others are sent", async (t) => {
  const { connection, pubsub, put, sent } = await start(t);
  const old = await put("overwritten.ndjson", '{"a":1}');
  await put("overwritten.ndjson", '{"b":1}\n{"b":2}');
  const short = await put("short.ndjson", '{"a":1}');
  const rows = await put("rows", '{"a":1}\n{"a":2}\n');
  const text = await put("text.csv", "event,n\nx,1\ny,2\n");
  pubsub.publish(deadLetterTopic, [
    reference("deleted.ndjson", "7", "1"),
    reference("overwritten.ndjson", old, "1"),
    reference("short.ndjson", short, "1,9"),
    reference("short.ndjson", short, "1"),
    reference("rows", rows, "1", { format: "csv" }),
    reference("text.csv", text, "1"),
    deadLetter("", {}),
  ]);

  const found = await survey(connection, { filter: {}, expected: 7 });
  assert.deepEqual(
    found.groups.filter(({ why }) => why === MISSING).map(({ source }) => source),
    [`gs://${landingBucket}/deleted.ndjson`],
  );
  const done = await replay(connection, { filter: {}, expected: 7 });

  const whys = done.groups.flatMap(({ source, why }) =>
    why === "" ? [] : [`${source.replace(/^.*\//u, "")}: ${why.slice(0, 40)}`],
  );
  assert.deepEqual(whys.sort(), [
    "deleted.ndjson: the record is in an object only, which i",
    "mixpanel-import-local-events: its data is empty: with deadLetterConten",
    "rows: the object cannot be read: CSV: it is no",
    "short.ndjson: the object has no such lines",
    "text.csv: the object is read as another format tha",
  ]);
  assert.deepEqual([...sent()].sort(), [
    // Its generation is kept for some days.
    ["overwritten.ndjson 1", '{"a":1}'],
    ["short.ndjson 1", '{"a":1}'],
  ]);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 2);
});

test("the setting formats of a deployed stack is its function's, when that may be looked at", async (t) => {
  const { connection } = await startOperatorCloud(t);
  const stack = { ...connection.stack, local: undefined, importObjectFunction: "import-object" };
  const environmentVariables = { FORMATS: '{"exports/**":"csv-semicolon"}' };
  const name = "projects/p/locations/l/functions/import-object";
  const functions = [{ name, serviceConfig: { environmentVariables } }];
  const formatFor = async (get: typeof connection.rest.get) => {
    const formatOf = await readFormats({ ...connection, stack, rest: { ...connection.rest, get } });
    return [formatOf("exports/rows"), formatOf("other")];
  };

  assert.deepEqual(await formatFor(() => Promise.resolve({ functions })), [
    "csv-semicolon",
    undefined,
  ]);
  assert.deepEqual(await formatFor(() => Promise.reject(new RefusedError("403", 403))), [
    undefined,
    undefined,
  ]);
});

test("of several records on one line none is taken for the one that was refused", async (t) => {
  const { connection, pubsub, put, sent } = await start(t);
  const array = await put("one-line.json", '[{"a":1},{"a":2}]');
  const mixed = await put("mixed.json", '{"a":1} {"a":2}\n{"a":3}');
  pubsub.publish(deadLetterTopic, [
    reference("one-line.json", array, "1"),
    reference("mixed.json", mixed, "1"),
    reference("mixed.json", mixed, "2"),
  ]);
  const { total, groups } = await replay(connection, { filter: {}, expected: 3 });
  assert.deepEqual([total.sent, total.left], [1, 2]);
  assert.match(
    groups.find(({ action }) => action === "leave")?.why ?? "",
    /^several records are on/,
  );
  assert.deepEqual(sent(), [["mixed.json 2", '{"a":3}']]);
});

test("rows of Parquet are read from it by their numbers, as the JSON that the functions made of them", async (t) => {
  const { connection, pubsub, put, sent } = await start(t);
  const events = parquetFile("events");
  const flat = await put("flat", parquetFile("flat-snappy-v1"));
  const large = await put("events.parquet", events);
  const zipped = await put("zipped.parquet.gz", gzipSync(events));
  const damagedBytes = Buffer.from(events);
  // In the pages of the second row group.
  damagedBytes.fill(0xff, events.length / 2, events.length / 2 + 20);
  const damaged = await put("damaged.parquet", damagedBytes);
  const cut = await put("cut.parquet", events.subarray(0, -100));
  const rows = { format: "parquet" };
  const given = [
    reference("flat", flat, "1,39-40", { ...rows, records: "3" }),
    reference("flat", flat, "41", rows),
    reference("flat", flat, "7", { format: "csv" }),
    reference("events.parquet", large, "5999-6000", rows),
    reference("events.parquet", large, "1", rows),
    reference("zipped.parquet.gz", zipped, "1", rows),
    reference("damaged.parquet", damaged, "1", rows),
    reference("damaged.parquet", damaged, "6000", rows),
    reference("cut.parquet", cut, "1", rows),
  ];
  pubsub.publish(deadLetterTopic, given);

  const { groups, total } = await replay(connection, { filter: {}, expected: given.length });

  const whys = groups.flatMap(({ source, why }) =>
    why === ""
      ? []
      : [`${source.replace(/^.*\//u, "")}: ${why.replace(/.*: (a|the) /u, "").slice(0, 40)}`],
  );
  assert.deepEqual(whys.sort(), [
    "cut.parquet: damaged Parquet file (its end is missing",
    "damaged.parquet: Parquet file is damaged at row 2501 (it ",
    "flat: the object has no such lines",
    "flat: the object is read as another format tha",
    "zipped.parquet.gz: Parquet file within gzip or zstd, or in ",
  ]);
  const table = expectedRows("flat");
  const row = (number: number) =>
    `{"event":"Rows","time":${1760000000 + number},"distinct_id":"user-${number % 100}","$insert_id":"Rows-${number}"}`;
  assert.deepEqual(Object.fromEntries(sent()), {
    "flat 1,39-40": [table[0], table[38], table[39]].join("\n"),
    "events.parquet 5999-6000": `${row(5998)}\n${row(5999)}`,
    "events.parquet 1": row(0),
    "damaged.parquet 1": row(0),
  });
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, total.replaced);
});
