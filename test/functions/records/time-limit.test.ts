import assert from "node:assert/strict";
import { test } from "node:test";

import { identity } from "../../../functions/event/transform-contract.ts";
import { createRecordPreparer } from "../../../functions/records/prepare-record.ts";
import {
  prepareRecords,
  prepareRecordsWithinLimit,
} from "../../../functions/records/prepare-records.ts";
import { doWithinLimit } from "../../../functions/records/time-limit.ts";
import { NOW, SOURCE, toRecord } from "../support/prepared.ts";

const LIMIT_MS = 200;

/** Does pieces in turn, with the limit of these tests; what was given up has a minus. */
function doAll(pieces: readonly (() => void)[]): readonly string[] {
  const done: string[] = [];
  let index = 0;
  doWithinLimit(
    {
      next: () => {
        pieces[index]?.();
        done.push(`${index++}`);
        return index < pieces.length;
      },
      giveUp: () => {
        done.push(`-${index++}`);
        return index < pieces.length;
      },
    },
    LIMIT_MS,
  );
  return done;
}

const nothing = (): void => undefined;
const endless = (): void => {
  for (;;);
};
const catching = (): void => {
  for (;;)
    try {
      endless();
    } catch {
      endless();
    }
};
const backtracking = (): void => {
  /^(a+)+$/.test(`${"a".repeat(60)}b`);
};
const slow = (): void => {
  const endAt = performance.now() + LIMIT_MS / 4;
  while (performance.now() < endAt);
};

test("a piece that does not end is given up, and those around it are done", () => {
  assert.deepEqual(doAll([nothing, endless, nothing, catching, backtracking, nothing]), [
    ...["0", "-1", "2", "-3", "-4", "5"],
  ]);
});

test("many slow pieces are no endless one", () => {
  assert.deepEqual(doAll(Array.from({ length: 12 }, () => slow)).length, 12);
  assert.deepEqual(doAll([slow, slow, endless]), ["0", "1", "-2"]);
});

test("what a piece throws is thrown as it is, and ends the work", () => {
  const thrown = new Error("piece");
  const throwing = (): void => {
    throw thrown;
  };
  assert.throws(
    () => doAll([nothing, throwing, nothing]),
    (error) => error === thrown,
  );
});

const VALID = '{"event":"A","properties":{"time":1760000000,"$insert_id":"a"}}';

for (const prepareAll of [prepareRecords, prepareRecordsWithinLimit])
  test(`${prepareAll.name} gives every record in turn, until it is told to stop`, () => {
    const preparer = createRecordPreparer({
      transform: identity,
      locateByRequest: false,
      syntheticId: "record",
    });
    const group = { source: SOURCE, nowMs: NOW, isKnownUtf8: true };
    for (const stopAfter of [1, 3, 10]) {
      const waiting = [VALID, "{", VALID, VALID].map((line) => toRecord(line));
      const kinds: string[] = [];
      prepareAll(preparer, group, {
        next: () => waiting.shift(),
        take: (_record, { kind }) => kinds.push(kind) < stopAfter,
      });
      assert.deepEqual(kinds, ["used", "unusable", "used", "used"].slice(0, stopAfter));
    }
  });
