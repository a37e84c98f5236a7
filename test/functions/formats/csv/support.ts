import assert from "node:assert/strict";

import type { Position } from "../../../../functions/event/record.ts";
import { csvReader, type CsvFormat } from "../../../../functions/formats/csv/csv-format.ts";
import { openCsv, type CsvClaim } from "../../../../functions/formats/csv/detect-csv.ts";
import { isUnusable } from "../../../../functions/formats/record-block.ts";
import { chunksOf, piecesOf } from "../../support/chunks.ts";

/** A row as its JSON, or what is wrong with a record and its bytes. */
export type Cut = Position &
  ({ readonly row: string } | { readonly error: string; readonly raw: string });

export interface ReadCsvOptions {
  readonly chunkBytes?: number;
  readonly claim?: CsvClaim;
  /** Whether the contents end because the rest is damaged. @default false */
  readonly isCutOff?: boolean;
  /** Where to go on, with the format that an earlier reading had. @default the beginning */
  readonly from?: Position;
  readonly format?: CsvFormat;
}

/** The format that CSV is opened as; fails when it cannot be. */
export function formatOf(contents: string | Buffer, claim: CsvClaim = ANY): CsvFormat {
  const opened = openCsv(Buffer.from(contents), true, claim);
  assert.ok(opened?.kind === "csv", JSON.stringify(opened));
  return opened.format;
}

/** Why CSV cannot be opened. */
export function refusalOf(contents: string | Buffer, claim: CsvClaim = ANY): string {
  const opened = openCsv(Buffer.from(contents), true, claim);
  assert.ok(opened?.kind === "unreadable");
  return opened.error;
}

const ANY: CsvClaim = { delimiter: undefined };

/** The records of CSV, with their places. */
export async function readCsv(
  contents: string | Buffer,
  { chunkBytes = 1 << 20, claim, from, format, isCutOff = false }: ReadCsvOptions = {},
): Promise<readonly Cut[]> {
  const bytes = Buffer.from(contents);
  const start = from ?? { offset: 0, line: 1 };
  const source = {
    chunks: chunksOf(piecesOf(bytes.subarray(start.offset), chunkBytes)),
    fromBeginning: () => chunksOf(piecesOf(bytes, chunkBytes)),
    isCutOff: () => isCutOff,
  };
  const cuts: Cut[] = [];
  const opened = format ?? formatOf(contents, claim);
  for await (const block of csvReader.read(source, opened, start)) {
    assert.ok(block.kind === "records" && block.areRows === true);
    for (const record of block.records) {
      const { offset, line } = record;
      if (isUnusable(record)) {
        assert.equal(record.head.length, record.length);
        const { problem, head } = record;
        cuts.push({ offset, line, error: problem.error, raw: head.toString("latin1") });
      } else
        cuts.push({ offset, line, row: record.bytes.toString("utf8", record.start, record.end) });
    }
  }
  return cuts;
}

/** The records without their places: rows as they are, others as `error: bytes`. */
export async function wordsOf(
  contents: string | Buffer,
  options?: ReadCsvOptions,
): Promise<readonly string[]> {
  const cuts = await readCsv(contents, options);
  return cuts.map((cut) => ("row" in cut ? cut.row : `${cut.error}: ${cut.raw}`));
}
