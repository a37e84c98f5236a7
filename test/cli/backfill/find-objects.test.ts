import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { findObjects, type FoundObject } from "../../../cli/backfill/find-objects.ts";
import { parseTarget } from "../../../cli/backfill/target.ts";
import type { Connection } from "../../../cli/stack/connect.ts";
import { receiptName } from "../../../functions/objects/receipt.ts";
import { createSkip } from "../../../functions/objects/skip.ts";
import { connectionToLists, type FakeObject } from "../../support/fake-storage.ts";

const SKIP = createSkip([], []);

async function findAll(
  connection: Connection,
  target: string,
  skip = SKIP,
): Promise<readonly FoundObject[]> {
  const found: FoundObject[] = [];
  for await (const page of findObjects(connection, parseTarget(target), skip)) found.push(...page);
  return found;
}

function receiptOf(object: string, generation: string): FakeObject {
  const name = receiptName({ bucket: "b", object, generation });
  return { name, generation: "1", timeCreated: "2026-11-26T10:00:00.000Z" };
}

/** Names that are beginnings of one another, and some whose receipts have shortened names. */
const name = fc
  .tuple(
    fc.array(fc.constantFrom("a", "b", "-", "/", "0", "9", "é", "😀"), {
      minLength: 1,
      maxLength: 6,
    }),
    fc.constantFrom("", "", "", "x".repeat(990)),
  )
  .map(([characters, tail]) => characters.join("") + tail)
  .filter((text) => !text.endsWith("/"));

test("every object is found once, with the receipt of its live generation and no other", async () => {
  const objects = fc.uniqueArray(
    fc.record({ name, receipts: fc.constantFrom("none", "live", "older", "both") }),
    { selector: (object) => object.name, maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(objects, fc.integer({ min: 1, max: 4 }), async (given, pageSize) => {
      const receipts = given.flatMap(({ name: object, receipts: which }) => [
        ...(which === "live" || which === "both" ? [receiptOf(object, "17")] : []),
        ...(which === "older" || which === "both" ? [receiptOf(object, "5")] : []),
      ]);
      const others = [
        receiptOf("deleted-meanwhile", "17"),
        { name: "b/no-receipt", generation: "1" },
      ];
      const connection = connectionToLists(
        {
          b: given.map((object) => ({ name: object.name, generation: "17", size: "3" })),
          [CLOUD_NAMES.receiptsBucket]: [...receipts, ...others],
        },
        pageSize,
      );
      const found = await findAll(connection, "gs://b/");
      const expected = given.map((object) => [
        object.name,
        object.receipts === "live" || object.receipts === "both",
      ]);
      assert.deepEqual(
        Object.fromEntries(
          found.map(({ object, receipt }) => [object.name, receipt !== undefined]),
        ),
        Object.fromEntries(expected),
      );
      assert.equal(found.length, given.length);
    }),
  );
});

test("a name that was given exactly is meant alone, unless it is a folder's", async () => {
  const names = ["a", "a.bak", "a/b", "dir/", "dir/x"];
  const b = names.map((text) => ({ name: text, generation: "1", size: "3" }));
  const connection = connectionToLists({ b, [CLOUD_NAMES.receiptsBucket]: [] }, 2);
  const namesOf = async (target: string) =>
    (await findAll(connection, target)).map(({ object }) => object.name).sort();
  assert.deepEqual(await namesOf("gs://b/a"), ["a"]);
  assert.deepEqual(await namesOf("gs://b/a."), ["a.bak"]);
  assert.deepEqual(await namesOf("gs://b/dir/"), ["dir/", "dir/x"]);
  assert.deepEqual(await namesOf("gs://b/dir"), ["dir/", "dir/x"]);
  assert.deepEqual(await namesOf("gs://b/a*"), ["a", "a.bak"]);
  assert.deepEqual(await namesOf("gs://b/A"), []);
});

test("what the function skips is skipped, with the same reason", async () => {
  const objects = [
    ["gcloud/tmp/parallel_composite_uploads/x", "3"],
    ["empty", "0"],
    ["dir/", "0"],
    ["left-out.tmp", "3"],
    ["line\nbreak #?%", "3"],
  ] as const;
  const b = objects.map(([object, size]) => ({ name: object, generation: "1", size }));
  const connection = connectionToLists({ b, [CLOUD_NAMES.receiptsBucket]: [] });
  const found = await findAll(connection, "gs://b", createSkip([], ["*.tmp"]));
  assert.deepEqual(Object.fromEntries(found.map(({ object, skip }) => [object.name, skip])), {
    "gcloud/tmp/parallel_composite_uploads/x": "a part of an upload",
    empty: "empty",
    "dir/": "a folder",
    "left-out.tmp": "not matching",
    "line\nbreak #?%": undefined,
  });
});
