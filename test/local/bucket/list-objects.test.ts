import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { listObjects } from "../../../local/bucket/list-objects.ts";
import type { ObjectRecord } from "../../../local/bucket/object-record.ts";

function record(name: string, generation = 1, timeDeleted?: string): ObjectRecord {
  const time = "2026-01-01T00:00:00.000Z";
  return {
    bucket: "landing",
    name,
    generation,
    metageneration: 1,
    size: 0,
    crc32c: "AAAAAA==",
    timeCreated: time,
    updated: time,
    ...(timeDeleted === undefined ? {} : { timeDeleted }),
    properties: {},
  };
}

function list(records: readonly ObjectRecord[], query: Record<string, string>) {
  const page = listObjects(records, new URLSearchParams(query));
  return { ...page, items: page.items.map(({ name, generation }) => `${name}#${generation}`) };
}

const RECORDS = ["a", "a/", "a/1", "a/b/2", "a/b/3", "b", "c/4"].map((name) => record(name));

describe("listObjects", () => {
  const table = [
    { query: { delimiter: "/" }, items: ["a#1", "b#1"], prefixes: ["a/", "c/"] },
    { query: { prefix: "a/", delimiter: "/" }, items: ["a/#1", "a/1#1"], prefixes: ["a/b/"] },
    { query: { prefix: "a/b" }, items: ["a/b/2#1", "a/b/3#1"], prefixes: [] },
    { query: { startOffset: "a/b/3", endOffset: "c" }, items: ["a/b/3#1", "b#1"], prefixes: [] },
    {
      query: { delimiter: "/", includeTrailingDelimiter: "true" },
      items: ["a#1", "a/#1", "b#1"],
      prefixes: ["a/", "c/"],
    },
  ];
  for (const { query, ...expected } of table)
    it(`follows ${new URLSearchParams(query).toString()}`, () => {
      assert.deepEqual(list(RECORDS, query), expected);
    });

  it("shows noncurrent generations only when versions are asked for", () => {
    const records = [record("a", 1, "2026-01-01T00:00:00.000Z"), record("a", 2)];

    assert.deepEqual(list(records, {}).items, ["a#2"]);
    assert.deepEqual(list(records, { versions: "True" }).items, ["a#1", "a#2"]);
  });

  it("gives the same entries page by page, whatever the size of a page", () => {
    const names = fc.uniqueArray(fc.string({ unit: fc.constantFrom("a", "b", "/"), minLength: 1 }));
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 5 }), (unsorted, size) => {
        const records = unsorted
          .sort()
          .flatMap((name) => [record(name, 1, "2026-01-01T00:00:00.000Z"), record(name, 2)]);
        const query = { delimiter: "/", versions: "true" };
        const whole = list(records, query);

        const items: string[] = [];
        const prefixes: string[] = [];
        let pageToken: string | undefined = "";
        while (pageToken !== undefined) {
          const page = list(records, { ...query, maxResults: String(size), pageToken });
          items.push(...page.items);
          prefixes.push(...page.prefixes);
          pageToken = page.nextPageToken;
        }

        assert.deepEqual({ items, prefixes }, { items: whole.items, prefixes: whole.prefixes });
      }),
    );
  });

  it("refuses a page token that is not its own", () => {
    assert.throws(() => list(RECORDS, { pageToken: "nonsense" }), { status: 400 });
  });
});
