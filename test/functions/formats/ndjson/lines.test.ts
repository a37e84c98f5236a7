import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import {
  OVERSIZED_HEAD_BYTES,
  splitLines,
  type OversizedLine,
} from "../../../../functions/formats/ndjson/lines.ts";
import { trimEnd, trimStart } from "../../../../functions/event/record.ts";
import { chunksOf, cutAt, cuts, piecesOf } from "../../support/chunks.ts";

interface Line {
  readonly offset: number;
  readonly text: string;
}

/** The lines of a source, without their line feeds. */
async function linesOf(
  chunks: Iterable<Uint8Array>,
  offset = 0,
): Promise<(Line | OversizedLine)[]> {
  const lines: (Line | OversizedLine)[] = [];
  for await (const block of splitLines(chunksOf(chunks), offset)) {
    if (block.kind === "oversized") lines.push(block);
    else {
      const text = block.bytes.toString("latin1", block.start, block.end);
      lines.push(...naiveLines(text, block.offset));
    }
  }
  return lines;
}

function naiveLines(text: string, offset: number): Line[] {
  const lines: Line[] = [];
  let at = 0;
  while (at < text.length) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    lines.push({ offset: offset + at, text: text.slice(at, end) });
    at = end + 1;
  }
  return lines;
}

describe("splitLines", () => {
  it("gives the same lines and offsets for any chunks", async () => {
    const text = fc
      .array(fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom("", "\n", "\n\n", "\r\n")), {
        maxLength: 20,
      })
      .map((parts) => Buffer.from(parts.join("\n")));
    await fc.assert(
      fc.asyncProperty(text, cuts(200), fc.nat(1000), async (bytes, places, offset) => {
        assert.deepEqual(
          await linesOf(cutAt(bytes, places), offset),
          naiveLines(bytes.toString("latin1"), offset),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("gives blocks of whole lines without copying them", async () => {
    const chunk = Buffer.from("a\nb\nc");
    const blocks = [];
    for await (const block of splitLines(asIs([chunk, Buffer.from("d\n")]))) blocks.push(block);
    assert.deepEqual(
      blocks.map(
        (block) => block.kind === "lines" && [block.bytes === chunk, block.start, block.end],
      ),
      [
        [true, 0, 4],
        [false, 0, 3],
      ],
    );
  });

  it("keeps only the head of a line that is too long, and goes on behind it", async () => {
    const long = Buffer.alloc(3_000_000, "x");
    const bytes = Buffer.concat([Buffer.from("a\n"), long, Buffer.from("\nb\n")]);
    for (const length of [1000, 65_536, 999_999, 2_000_000]) {
      const [first, oversized, last, ...more] = await linesOf(piecesOf(bytes, length), 10);
      assert.deepEqual(first, { offset: 10, text: "a" });
      assert.ok(oversized !== undefined && "kind" in oversized);
      const { head, ...rest } = oversized;
      assert.deepEqual(rest, { kind: "oversized", length: 3_000_000, offset: 12, isEnded: true });
      assert.equal(head.equals(long.subarray(0, OVERSIZED_HEAD_BYTES)), true);
      assert.deepEqual(last, { offset: 3_000_013, text: "b" });
      assert.deepEqual(more, []);
    }
  });

  it("knows whether the last line that is too long was ended", async () => {
    for (const [end, isEnded] of [
      ["", false],
      ["\n", true],
    ] as const) {
      const bytes = Buffer.concat([Buffer.alloc(2_000_000, "x"), Buffer.from(end)]);
      const [line] = await linesOf(piecesOf(bytes, 500_000));
      assert.ok(line !== undefined && "kind" in line);
      assert.deepEqual([line.length, line.isEnded], [2_000_000, isEnded]);
    }
  });

  it("keeps a line as long as an event may be, and its white space", async () => {
    const line = `${" ".repeat(100)}${"x".repeat(1_000_000)}\r`;
    const [only] = await linesOf(piecesOf(Buffer.from(`${line}\n`), 300_000));
    assert.deepEqual(only, { offset: 0, text: line });
  });

  it("gives nothing for nothing", async () => {
    assert.deepEqual(await linesOf([]), []);
    assert.deepEqual(await linesOf([Buffer.alloc(0), Buffer.alloc(0)]), []);
  });

  it("holds no more than a head of a source without line feeds", async () => {
    const chunk = Buffer.alloc(1_000_000, "x");
    async function* endless(): AsyncGenerator<Buffer> {
      for (let count = 0; count < 300; count++) {
        await Promise.resolve();
        yield chunk;
      }
    }
    const lines = [];
    for await (const line of splitLines(endless())) lines.push(line);
    const [line] = lines;
    assert.ok(line?.kind === "oversized");
    assert.equal(line.length, 300_000_000);
    // A view of a longer buffer would keep all of it in memory.
    assert.ok(line.head.buffer.byteLength <= 2 * OVERSIZED_HEAD_BYTES);
  });
});

describe("a record's bounds", () => {
  it("leave out white space, carriage return and a byte-order mark", () => {
    for (const [line, expected] of [
      ["\ufeff {} \r", "{}"],
      ["{}", "{}"],
      [" \t\r", ""],
      ["", ""],
      ["\ufeff", ""],
      ["\u00a0{}", "\u00a0{}"],
    ] as const) {
      const bytes = Buffer.from(`}\n${line}\n{`);
      const lineEnd = bytes.length - 2;
      const start = trimStart(bytes, 2, lineEnd);
      assert.equal(bytes.toString("utf8", start, trimEnd(bytes, start, lineEnd)), expected);
    }
  });
});

async function* asIs(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) {
    await Promise.resolve();
    yield chunk;
  }
}
