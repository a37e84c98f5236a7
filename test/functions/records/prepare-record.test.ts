import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { identity, type Transform } from "../../../functions/event/transform-contract.ts";
import { createRecordPreparer } from "../../../functions/records/prepare-record.ts";
import { NOW, prepare, sentText, SOURCE, toRecord } from "../support/prepared.ts";

const OPTIONS = { locateByRequest: false, syntheticId: "record" } as const;

const never: Transform = () => assert.fail("called");

const COMPLETE =
  '{ "event":"e","properties":{"time":1,"ip":0,"$insert_id":"a","n":1234567890123456789,"x":1.0,"s":"\\u00e9"} }';

describe("a record without a transform", () => {
  it("keeps its bytes, multi-byte characters included", () => {
    const line = COMPLETE.replace('"s"', '"日本 🙂 é"');
    assert.equal(sentText(line), line);
    assert.equal(sentText(`\ufeff  ${line}\t\r`), line);
  });

  it("is sent on one line when it is spread over several", () => {
    const line = JSON.stringify(JSON.parse(COMPLETE), undefined, 2).replaceAll("\n", "\r\n");
    const sent = sentText(line);
    assert.equal(/[\r\n]/.test(sent), false);
    assert.deepEqual(JSON.parse(sent), JSON.parse(line));
  });

  it("is marked when it is an identity event", () => {
    for (const name of ["$identify", "$create_alias", "$merge", "\\u0024merge", "$mer\\u0067e"]) {
      const prepared = prepare(COMPLETE.replace('"e"', `"${name}"`));
      assert.equal(prepared.kind === "used" && prepared.events[0]?.isIdentity, true, name);
    }
    for (const name of ["$merge2", "merge", "e", "$"]) {
      const prepared = prepare(COMPLETE.replace('"e"', `"${name}"`));
      assert.equal(prepared.kind === "used" && prepared.events[0]?.isIdentity, false, name);
    }
  });
});

describe("a record of whatever source", () => {
  it("is refused unread when it is too large, or not UTF-8 and nobody has checked", () => {
    const bad = Buffer.from([0x7b, 0xff, 0x7d]);
    for (const transform of [identity, never]) {
      const preparer = createRecordPreparer({ ...OPTIONS, transform });
      assert.equal(preparer.usesScan, transform === identity);
      const errorOf = (line: string | Buffer): string => {
        const group = { source: SOURCE, nowMs: NOW, isKnownUtf8: false };
        const prepared = preparer.prepare(toRecord(line), group);
        return prepared.kind === "unusable" ? prepared.problem.error : prepared.kind;
      };
      assert.equal(errorOf("x".repeat(1_000_001)), "larger than 1 MB");
      assert.equal(errorOf(bad), "not valid UTF-8");
    }
  });

  it("is taken as its line was scanned, and not scanned again", () => {
    const record = toRecord(COMPLETE);
    const scanned = {
      propertiesEnd: record.end - 3,
      hasIp: true,
      hasInsertId: true,
      isIdentity: true,
    };
    const group = { source: SOURCE, nowMs: NOW, isKnownUtf8: true };
    const preparer = createRecordPreparer({ ...OPTIONS, transform: identity });
    const prepared = preparer.prepare(record, group, scanned);
    assert.equal(prepared.kind === "used" && prepared.events[0]?.isIdentity, true);
  });
});
