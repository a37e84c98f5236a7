import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, it, type TestContext } from "node:test";

import { parse } from "csv-parse/sync";
import fc from "fast-check";

import { COLUMNS, flatten } from "../../../bench/objects/flat-event.ts";
import { inLayout, type Layout } from "../../../bench/objects/layouts.ts";
import { snappy } from "../../../bench/objects/parquet/snappy.ts";
import { sampleEvent } from "../../../bench/objects/sample-event.ts";
import { seededRandom } from "../../../bench/random.ts";
import { unsnappy } from "../../../functions/formats/parquet/snappy.ts";
import { readRows } from "../../functions/formats/parquet/parquet-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** More than a page of rows, and not a multiple of eight. */
const EVENTS = 20_011;

describe("the bench's events", () => {
  const random = seededRandom(3);
  const lines = Array.from({ length: EVENTS }, () => sampleEvent(random, 0));
  const rows = lines.map(flatten);

  const written = async (t: TestContext, layout: Layout): Promise<Buffer> => {
    const folder = await temporaryFolder(t);
    const plain = path.join(folder, "events.ndjson");
    await writeFile(plain, lines.join(""));
    return await readFile(await inLayout(plain, layout));
  };

  it("are the same as CSV", async (t) => {
    const [header, ...records] = parse(await written(t, "csv"));
    assert.deepEqual(
      header,
      COLUMNS.map(({ name }) => name),
    );
    assert.deepEqual(
      records,
      rows.map((values) => values.map(String)),
    );
  });

  it("are the same as Parquet", async (t) => {
    const read = await readRows(await written(t, "parquet"));
    assert.equal(read.failure, undefined);
    const inRow = (row: string): readonly unknown[] => {
      const values = Object.values(JSON.parse(row) as object);
      return COLUMNS.map(({ type }, at) =>
        type === "json" ? JSON.stringify(values[at]) : (values[at] as unknown),
      );
    };
    assert.deepEqual(read.rows.map(inRow), rows);
  });

  it("are the same as a JSON array", async (t) => {
    const array = JSON.parse((await written(t, "array")).toString("utf8")) as unknown[];
    assert.deepEqual(
      array,
      lines.map((line) => JSON.parse(line) as unknown),
    );
  });
});

describe("the bench's snappy", () => {
  it("is read as what was compressed", () => {
    const pieces = fc.array(
      fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 400 })),
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const input = Buffer.concat(
          parts.flatMap(([bytes, times]) => Array<Uint8Array>(times).fill(bytes)),
        );
        assert.deepEqual(unsnappy(snappy(input), input.length), input);
      }),
      { numRuns: 50 },
    );
  });
});
