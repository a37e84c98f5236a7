import assert from "node:assert/strict";
import { test } from "node:test";

import {
  joinObjects,
  type JoinedObject,
  type NamePrefix,
} from "../../../cli/status/joined-objects.ts";
import type { Connection } from "../../../cli/stack/connect.ts";
import { landingBucket, receiptOf, startStatusCloud } from "./support.ts";

async function joinedIn(connection: Connection, names: NamePrefix): Promise<JoinedObject[]> {
  const found: JoinedObject[] = [];
  for await (const joined of joinObjects(connection, names)) found.push(joined);
  return found;
}

const EVERYTHING: NamePrefix = { bucket: undefined, prefix: "" };

/** Names of which the receipts come in another order, and long ones with shortened receipts. */
const NAMES = [
  ...["a", "a-b", "a.b", "a/b", "a b", "a-b/c", "a0", "a/1.json", "a/1.json/2.json"],
  ...["é", "\u{1f600}", "\uffee", "b#1", "b"],
  ...["x".repeat(1000), `${"x".repeat(1000)}-y`, "é".repeat(505)],
];

test("each object is found once, with its receipt, in whatever order they are listed", async (t) => {
  const { connection, upload, finish } = await startStatusCloud(t);
  for (const [index, name] of NAMES.entries())
    await (index % 2 === 0 ? finish(name) : upload(name));
  // With a shortened receipt name, and none without.
  await finish("z".repeat(1000));

  const found = await joinedIn(connection, EVERYTHING);

  const told = found.map(({ object, receipt }) => [object, receipt !== undefined] as const);
  const isLong = (name: string) => Buffer.byteLength(name) > 900;
  const expected = NAMES.map((name, index) => [name, index % 2 === 0] as const);
  assert.deepEqual(
    told.filter(([name]) => !isLong(name) && !name.includes("~")).sort(),
    expected.filter(([name]) => !isLong(name)).sort(),
  );
  const shortened = told.filter(([name]) => name.includes("~"));
  assert.deepEqual(
    shortened.map(([, hasReceipt]) => hasReceipt),
    [true, true, true],
    "receipts with shortened names stand for their objects",
  );
  assert.deepEqual(
    told.filter(([name]) => isLong(name) && !name.includes("~")),
    [[`${"x".repeat(1000)}-y`, false]],
  );
});

test("generations that were replaced are looked at too, and objects that are gone", async (t) => {
  const { connection, bucket, upload, finish, writeReceipt } = await startStatusCloud(t);
  const first = await upload("twice");
  const second = await finish("twice");
  await writeReceipt(receiptOf("gone", "77"));
  await writeReceipt({ ...receiptOf("elsewhere", "5"), bucket: "another" });
  assert.ok(bucket.list(landingBucket).length > 0);

  const found = await joinedIn(connection, EVERYTHING);

  assert.deepEqual(
    found
      .map(({ object, bucket: of, generation, uploaded, receipt }) => [
        `${of}/${object}#${generation}`,
        uploaded !== undefined && uploaded.timeDeleted === undefined,
        receipt !== undefined,
      ])
      .sort(),
    [
      ["another/elsewhere#5", false, true],
      [`${landingBucket}/gone#77`, false, true],
      [`${landingBucket}/twice#${first}`, false, false],
      [`${landingBucket}/twice#${second}`, true, true],
    ].sort(),
  );
});

test("a prefix means names of the landing bucket, or of the bucket it names", async (t) => {
  const { connection, finish, writeReceipt } = await startStatusCloud(t);
  await finish("in/one");
  await finish("out/two");
  await writeReceipt({ ...receiptOf("in/three", "5"), bucket: "another" });
  const namesOf = async (names: NamePrefix) =>
    (await joinedIn(connection, names)).map(({ bucket, object }) => `${bucket}/${object}`);

  assert.deepEqual(await namesOf({ bucket: undefined, prefix: "in/" }), [
    `${landingBucket}/in/one`,
  ]);
  assert.deepEqual(await namesOf({ bucket: "another", prefix: "in" }), ["another/in/three"]);
  assert.deepEqual(await namesOf({ bucket: landingBucket, prefix: "none" }), []);
});
