import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { MAX_MESSAGE_BYTES, readMessageLines } from "../../../local/run/message-lines.ts";

async function* chunked(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (const size of sizes) {
    yield await Promise.resolve(bytes.subarray(at, at + size));
    at += size;
  }
  yield bytes.subarray(at);
}

async function linesOf(text: string | Buffer, sizes: readonly number[] = []) {
  const lines: [number, string | undefined][] = [];
  for await (const { number, bytes } of readMessageLines(chunked(Buffer.from(text), sizes)))
    lines.push([number, bytes?.toString("utf8")]);
  return lines;
}

const CASES: { what: string; text: string; lines: [number, string][] }[] = [
  { what: "nothing", text: "", lines: [] },
  {
    what: "lines, the last without its end",
    text: "a\nb",
    lines: [
      [1, "a"],
      [2, "b"],
    ],
  },
  {
    what: "blank lines, which are left out but counted",
    text: "\n \t\r\na\n\nb\n",
    lines: [
      [3, "a"],
      [5, "b"],
    ],
  },
  {
    what: "lines of Windows",
    text: "a\r\nb\r\n",
    lines: [
      [1, "a"],
      [2, "b"],
    ],
  },
  { what: "a byte-order mark", text: "\uFEFFa\n", lines: [[1, "a"]] },
];

for (const { what, text, lines } of CASES)
  test(`reads ${what}`, async () => {
    assert.deepEqual(await linesOf(text), lines);
  });

test("the way the file is cut into chunks makes no difference", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("a", "ü", "\n", "\r\n", " ")),
      fc.array(fc.integer({ min: 1, max: 5 })),
      async (parts, sizes) => {
        assert.deepEqual(await linesOf(parts.join(""), sizes), await linesOf(parts.join("")));
      },
    ),
  );
});

test("a line longer than a message can be is told, not held", async () => {
  const long = "x".repeat(MAX_MESSAGE_BYTES);

  const lines = await linesOf(`${long}\n${long}y\nz`, [1_000_000, 12_000_000]);

  assert.deepEqual(
    lines.map(([number, text]) => [number, text?.length]),
    [
      [1, MAX_MESSAGE_BYTES],
      [2, undefined],
      [3, 1],
    ],
  );
});
