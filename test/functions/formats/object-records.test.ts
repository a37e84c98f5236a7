import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { constants, gunzipSync, gzipSync } from "node:zlib";

import { systemClock } from "../../../functions/platform/clock.ts";
import { UnavailableError } from "../../../functions/platform/errors.ts";
import {
  openObjectRecords,
  type ReadOptions,
  type ResumePoint,
} from "../../../functions/formats/object-records.ts";
import { isUnusable } from "../../../functions/formats/record-block.ts";
import { CorruptDataError } from "../../../functions/reading/corrupt-data.ts";
import type { MemberBoundary } from "../../../functions/reading/gunzip.ts";
import { RANGE_BYTES } from "../../../functions/reading/read-range.ts";
import { MemberTooLargeError } from "../../../functions/reading/skip-to.ts";
import { deadlineIn } from "../../support/deadlines.ts";
import { startLocalBucket } from "../support/local-bucket.ts";

const SYNC_FLUSH = constants.Z_SYNC_FLUSH;
const BEGINNING: ResumePoint = { offset: 0, line: 1, member: null };

/** Lines that compress badly, so that a member is not over before it began. */
function linesFrom(first: number, count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `${first + index} ${Math.sin(first + index)}\n`,
  ).join("");
}

/** Three parts of more than a MiB each. */
const PARTS = [0, 60_000, 120_000].map((first) => linesFrom(first, 60_000));
const TEXT = PARTS.join("");

describe("the lines of an object", async () => {
  const { server, google } = await startLocalBucket();

  const open = async (
    name: string,
    bytes: Uint8Array,
    position = BEGINNING,
    options: Partial<ReadOptions> = {},
  ) => {
    const stored = server.stat("landing", name) ?? (await server.put("landing", name, bytes));
    const object = { bucket: "landing", object: name, generation: stored.generation };
    const lines = openObjectRecords(google, object, position, {
      deadline: deadlineIn(60_000),
      size: undefined,
      format: undefined,
      budgetMs: 60_000,
      now: systemClock.now,
      ...options,
    });
    const pieces: Buffer[] = [];
    let offset: number | undefined;
    const failure = await (async () => {
      for await (const block of lines.blocks) {
        assert.ok(block.kind === "lines");
        offset ??= block.offset;
        pieces.push(block.bytes.subarray(block.start, block.end));
      }
    })().catch((error: unknown) => error);
    return { lines, text: Buffer.concat(pieces).toString("utf8"), offset, failure };
  };

  const kinds: Readonly<Record<string, Buffer>> = {
    plain: Buffer.from(TEXT),
    "one-member": gzipSync(TEXT),
    "three-members": Buffer.concat(PARTS.map((part) => gzipSync(part))),
    "gzip-in-gzip": gzipSync(gzipSync(TEXT)),
    "gzip-in-two-members": (() => {
      const inner = gzipSync(TEXT);
      return Buffer.concat([
        gzipSync(inner.subarray(0, 900_000)),
        gzipSync(inner.subarray(900_000)),
      ]);
    })(),
  };

  for (const [name, bytes] of Object.entries(kinds))
    it(`are the same from the beginning and from anywhere on: ${name}`, async () => {
      const whole = await open(name, bytes);
      assert.equal(whole.failure, undefined);
      assert.equal(whole.text === TEXT, true);
      assert.equal(whole.lines.size(), bytes.length);

      for (const place of [1000, TEXT.length / 2, TEXT.length - 60]) {
        const offset = TEXT.indexOf("\n", place) + 1;
        const member: MemberBoundary | null = whole.lines.memberAt(offset);
        assert.equal(member === null, name === "plain");
        const rest = await open(name, bytes, { offset, line: 2, member });
        assert.equal(rest.failure, undefined);
        assert.equal(rest.text === TEXT.slice(offset), true, `${name} from ${offset}`);
        assert.equal(rest.offset, offset);
      }
    });

  it("go on at the last member before the place", async () => {
    const [first = "", second = ""] = PARTS;
    const { lines } = await open("three-members", Buffer.alloc(0));
    assert.deepEqual(lines.memberAt(first.length + second.length + 5), {
      compressed: gzipSync(first).length + gzipSync(second).length,
      decompressed: first.length + second.length,
    });
    assert.deepEqual(lines.memberAt(5), { compressed: 0, decompressed: 0 });
  });

  const nearTheEnd: ResumePoint = {
    offset: TEXT.length - 20,
    line: 2,
    member: { compressed: 0, decompressed: 0 },
  };

  it("are given up when no run gets to the place in its time", async () => {
    const bytes = gzipSync("x\n".repeat(30_000_000));
    const position = { ...nearTheEnd, offset: 59_999_998 };
    const { failure, text } = await open("large-member", bytes, position, { budgetMs: 0.001 });
    assert.ok(failure instanceof MemberTooLargeError);
    assert.equal(text, "");
  });

  it("are not given up for a bucket that responds slowly, refuses, or lies", async () => {
    for (const fault of [
      { kind: "slow", bytesPerSecond: 4_000_000 },
      { kind: "status", status: 503 },
      { kind: "status", status: 404 },
    ] as const) {
      const nth = fault.kind === "slow" ? {} : { nth: 1 };
      server.faults.set([{ object: "one-member", fault, ...nth }]);
      const budget = { budgetMs: 0.001, deadline: deadlineIn(60_000) };
      const { failure, text } = await open("one-member", Buffer.alloc(0), nearTheEnd, budget);
      server.faults.set([]);
      assert.equal(failure, undefined, JSON.stringify(fault));
      assert.equal(TEXT.endsWith(text), true);
    }
  });

  it("are left to the next run when the time is up", async () => {
    const { failure } = await open("one-member", Buffer.alloc(0), nearTheEnd, {
      deadline: { ...deadlineIn(60_000), startBy: Infinity, signal: AbortSignal.abort() },
    });
    assert.ok(failure instanceof UnavailableError);
  });

  it("are left to the next run when the place is behind the end, or the member not there", async () => {
    const behind = { ...nearTheEnd, offset: TEXT.length + 1 };
    const elsewhere = { ...nearTheEnd, member: { compressed: 5, decompressed: 0 } };
    for (const position of [behind, elsewhere]) {
      const { failure, text } = await open("one-member", Buffer.alloc(0), position);
      assert.ok(failure instanceof UnavailableError);
      assert.equal(text, "");
    }
  });

  it("are all that can be read of a damaged object, with the last one that is not whole", async () => {
    const whole = gzipSync(TEXT);
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(flipped.readUInt8(whole.length - 5) ^ 1, whole.length - 5);
    const unended = TEXT.slice(0, -1);
    for (const [name, bytes, expected] of [
      ["cut", whole.subarray(0, whole.length / 2), undefined],
      ["bad-checksum", flipped, TEXT],
      ["no-trailer", gzipSync(unended).subarray(0, -8), unended],
      ["garbage-behind", Buffer.concat([gzipSync(unended), Buffer.from("x")]), unended],
    ] as const) {
      const { failure, text } = await open(name, bytes);
      assert.ok(failure instanceof CorruptDataError, name);
      const readable = expected ?? gunzipSync(bytes, { finishFlush: SYNC_FLUSH }).toString("utf8");
      assert.equal(text === readable, true, name);
      assert.equal(TEXT.startsWith(text), true, name);
    }
  });

  it("that are rows are whole ones before damage: the last one may go on", async () => {
    const cut = gzipSync("event,time\na,1\nb,17950").subarray(0, -8);
    const { generation } = await server.put("landing", "cut.csv.gz", cut);
    const object = { bucket: "landing", object: "cut.csv.gz", generation };
    const { blocks } = openObjectRecords(google, object, BEGINNING, {
      deadline: deadlineIn(60_000),
      size: undefined,
      format: undefined,
      budgetMs: 60_000,
      now: systemClock.now,
    });
    const found: string[] = [];
    await assert.rejects(async () => {
      for await (const block of blocks) {
        assert.ok(block.kind === "records");
        for (const record of block.records)
          found.push(
            isUnusable(record)
              ? record.problem.error
              : record.bytes.toString("utf8", record.start, record.end),
          );
      }
    }, CorruptDataError);
    assert.deepEqual(found, ['{"event":"a","time":"1"}', "cut off: what follows it is damaged"]);
  });

  it("are whole lines only when reading fails for now", async () => {
    const fault = { kind: "status", status: 503 } as const;
    server.faults.set([{ object: "failing", byte: RANGE_BYTES, fault }]);
    const lines = `${"x".repeat(1023)}\n`.repeat(RANGE_BYTES / 1024 - 1);
    const bytes = Buffer.from(`${lines}${"y".repeat(2000)}\n`);
    const { failure, text } = await open("failing", bytes, BEGINNING, {
      deadline: deadlineIn(1000),
    });
    server.faults.set([]);
    assert.ok(failure instanceof UnavailableError);
    assert.equal(text === lines, true);
  });

  it("are the bytes themselves when they only look like gzip further on", async () => {
    const bytes = Buffer.concat([Buffer.from("a\n"), gzipSync("x")]);
    const { text } = await open("look-alike", bytes);
    assert.equal(text.startsWith("a\n"), true);
    const rest = await open("look-alike", bytes, { offset: 2, line: 2, member: null });
    assert.equal(rest.failure, undefined);
  });
});
