import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";

import { systemClock } from "../../../functions/platform/clock.ts";
import type { ResumePoint } from "../../../functions/reading/object-lines.ts";
import { MemberTooLargeError, openObjectLines } from "../../../functions/reading/object-lines.ts";
import { CorruptGzipError, type MemberBoundary } from "../../../functions/reading/gunzip.ts";
import { deadlineIn } from "../../support/deadlines.ts";
import { startLocalBucket } from "../support/local-bucket.ts";

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

  const open = async (name: string, bytes: Uint8Array, position = BEGINNING, skipMs = 60_000) => {
    const stored = server.stat("landing", name) ?? (await server.put("landing", name, bytes));
    const object = { bucket: "landing", object: name, generation: stored.generation };
    const { now } = systemClock;
    const lines = openObjectLines(google, object, position, {
      deadline: deadlineIn(60_000),
      skipBy: now() + skipMs,
      now,
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

  it("are given up when the way to the place takes too long", async () => {
    const member = { compressed: 0, decompressed: 0 };
    const offset = TEXT.length - 20;
    const { failure } = await open("one-member", Buffer.alloc(0), { offset, line: 2, member }, -1);
    assert.ok(failure instanceof MemberTooLargeError);
  });

  it("are read as far as a damaged object can be", async () => {
    const cut = gzipSync(TEXT);
    const { failure, text } = await open("cut", cut.subarray(0, cut.length / 2));
    assert.ok(failure instanceof CorruptGzipError);
    assert.ok(text.length > TEXT.length / 4 && TEXT.startsWith(text) && text.endsWith("\n"));
  });

  it("tell whether the contents start with a bracket", async () => {
    for (const [name, text, expected] of [
      ["array", ' \n[{"event":"e"}]', true],
      ["array-bom", '\ufeff[{"event":"e"}]', true],
      ["lines", '{"event":"["}', false],
      ["empty", "", false],
    ] as const)
      for (const bytes of [Buffer.from(text), gzipSync(text)]) {
        const { lines } = await open(`${name}-${bytes.length}`, bytes);
        assert.equal(lines.startsWithBracket(), expected, name);
      }
  });

  it("are the bytes themselves when they only look like gzip further on", async () => {
    const bytes = Buffer.concat([Buffer.from("a\n"), gzipSync("x")]);
    const { text } = await open("look-alike", bytes);
    assert.equal(text.startsWith("a\n"), true);
    const rest = await open("look-alike", bytes, { offset: 2, line: 2, member: null });
    assert.equal(rest.failure, undefined);
  });
});
