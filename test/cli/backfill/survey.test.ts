import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { createEstimate } from "../../../cli/backfill/estimate.ts";
import { choose, fixSelection, surveyObjects } from "../../../cli/backfill/survey.ts";
import { parseTarget } from "../../../cli/backfill/target.ts";
import type { ListedObject } from "../../../cli/google/objects.ts";
import { createSkip } from "../../../functions/objects/skip.ts";
import { connectionToLists } from "../../support/fake-storage.ts";

const OLD = "2026-11-20T10:00:00.000Z";
const NEW = "2026-11-26T10:00:00.000Z";

function listed(name: string, timeCreated: string, size = 3): ListedObject {
  return {
    name,
    generation: "7",
    size,
    timeCreated,
    contentType: undefined,
    timeDeleted: undefined,
  };
}

describe("what becomes of an object", () => {
  const plain = { again: false, since: undefined };
  const again = { again: true, since: undefined };
  const since = { again: true, since: OLD };
  const table = [
    ["without a receipt", undefined, plain, "import"],
    ["with one", OLD, plain, "imported"],
    ["without one, again", undefined, again, "import"],
    ["with one, again", OLD, again, "import again"],
    ["with one from before", OLD, since, "import again"],
    ["with one from after", NEW, since, "imported"],
    ["with one from after, in another zone", "2026-11-20T11:00:00+02:00", since, "import again"],
  ] as const;
  for (const [title, receiptAt, selection, choice] of table)
    test(title, () => {
      const receipt = receiptAt === undefined ? undefined : listed("r", receiptAt);
      const found = { object: listed("a", OLD), skip: undefined, receipt };
      assert.equal(choose(found, selection), choice);
      assert.equal(choose({ ...found, skip: "empty", receipt: undefined }, selection), "empty");
    });
});

test("a survey counts, and knows the newest of both", async () => {
  const objects = [
    { name: "a", generation: "7", size: "1000", timeCreated: NEW },
    { name: "b", generation: "7", size: "500", timeCreated: OLD },
    { name: "c/", generation: "7", size: "0", timeCreated: OLD },
  ];
  const receipts = [{ name: "bucket/b/7.json", generation: "1", timeCreated: OLD }];
  const connection = connectionToLists({ bucket: objects, [CLOUD_NAMES.receiptsBucket]: receipts });
  const target = parseTarget("gs://bucket");
  const selection = { target, skip: createSkip([], []), again: false, since: undefined };
  const survey = await surveyObjects(connection, selection, 10);
  const { estimate, ...counts } = survey;
  assert.deepEqual(counts, {
    ...{ matching: 3, again: 0, imported: 1, skipped: { "a folder": 1 } },
    earlier: { read: 1, notInOrder: { corrupt: 1 } },
    ...{ firstName: "a", lastName: "c/", newestReceipt: OLD, newestObject: NEW },
  });
  assert.deepEqual([estimate.objects, estimate.bytes], [1, 1000]);

  assert.deepEqual(fixSelection(selection, survey), selection);
  const again = { ...selection, again: true };
  assert.equal(fixSelection(again, survey).since, OLD);
  assert.equal(fixSelection({ ...again, since: NEW }, survey).since, NEW);
  const never = fixSelection(again, { ...survey, newestReceipt: undefined });
  assert.equal(
    choose({ object: listed("a", OLD), skip: undefined, receipt: listed("r", OLD) }, never),
    "imported",
  );
});

test("of very many receipts 20,000 are read, and few at a time", async () => {
  const names = Array.from({ length: 25_000 }, (_, index) => String(index));
  const objects = names.map((name) => ({ name, generation: "7", size: "1", timeCreated: OLD }));
  const receipts = objects.map(({ name }) => ({
    ...{ name: `bucket/${name}/7.json`, generation: "1", timeCreated: OLD },
    ...{ version: 1, state: "quarantined", records: { read: 3 } },
  }));
  const lists = connectionToLists({ bucket: objects, [CLOUD_NAMES.receiptsBucket]: receipts });
  let underWay = 0;
  let most = 0;
  const get: typeof lists.rest.get = async (...args) => {
    most = Math.max(most, ++underWay);
    return await lists.rest.get(...args).finally(() => underWay--);
  };
  const connection = { ...lists, rest: { ...lists.rest, get } };
  const target = parseTarget("gs://bucket");
  const selection = { target, skip: createSkip([], []), again: false, since: undefined };
  const survey = await surveyObjects(connection, selection, 10);
  assert.equal(survey.imported, 25_000);
  assert.deepEqual(survey.earlier, { read: 20_000, notInOrder: { quarantined: 20_000 } });
  assert.ok(most <= 33, String(most));
});

test("an estimate: the figures of docs/costs-and-benchmarks.md for a GB, and no less for each object", () => {
  const large = createEstimate();
  large.add({ name: "a.ndjson", size: 1e9, contentType: undefined });
  const gigabyte = large.result(10);
  assert.deepEqual(
    [gigabyte.requests, gigabyte.events, gigabyte.uncompressedBytes],
    [775, 1_550_000, 1e9],
  );
  assert.equal(Math.round(gigabyte.seconds.rateLimit), 52);
  assert.equal(gigabyte.dollars.functions.toFixed(6), (32 * 0.0000265).toFixed(6));
  assert.equal(gigabyte.dollars.transfer.toFixed(4), "0.0216");

  const small = createEstimate();
  for (let index = 0; index < 1000; index++)
    small.add({ name: `${index}`, size: 100, contentType: undefined });
  const many = small.result(10);
  assert.deepEqual([many.requests, many.events, many.seconds.pace], [1000, 1000, 100]);
});

test("what is compressed holds more than is stored, by name or content type", () => {
  const bytesOf = (name: string, contentType?: string): number => {
    const estimate = createEstimate();
    estimate.add({ name, size: 300, contentType });
    return estimate.result(1).uncompressedBytes;
  };
  assert.deepEqual(
    [bytesOf("a.json"), bytesOf("a.json.GZ"), bytesOf("a.zst"), bytesOf("a", "application/gzip")],
    [300, 2000, 2000, 2000],
  );
});
