import fc from "fast-check";

/** The chunks, one after the other, as reading gives them. */
export async function* chunksOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Buffer> {
  for (const chunk of chunks) {
    await Promise.resolve();
    yield Buffer.from(chunk);
  }
}

/** `bytes` cut at these places, in any order. */
export function cutAt(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...places, bytes.length].map((place) => Math.min(place, bytes.length));
  ends.sort((a, b) => a - b);
  let start = 0;
  return ends.map((end) => {
    const piece = bytes.subarray(start, end);
    start = end;
    return piece;
  });
}

/** `bytes` in pieces of one length. */
export function piecesOf(bytes: Buffer, length: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, index) =>
    bytes.subarray(index * length, (index + 1) * length),
  );
}

/** Places at which to cut something of about `length` bytes. */
export function cuts(length: number): fc.Arbitrary<readonly number[]> {
  return fc.array(fc.nat(length), { maxLength: 12 });
}
