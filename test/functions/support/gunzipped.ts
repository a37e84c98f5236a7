import { gzipSync } from "node:zlib";

import { gunzip, type MemberBoundary } from "../../../functions/reading/gunzip.ts";
import { chunksOf } from "./chunks.ts";

export interface Gunzipped {
  readonly text: string;
  readonly members: readonly MemberBoundary[];
  readonly error: unknown;
}

/** All that can be read of gzip data, and how it ended. */
export async function readGzip(
  chunks: Iterable<Uint8Array>,
  start?: MemberBoundary,
): Promise<Gunzipped> {
  const pieces: Buffer[] = [];
  const members: MemberBoundary[] = [];
  const text = (): string => Buffer.concat(pieces).toString("latin1");
  try {
    for await (const piece of gunzip(chunksOf(chunks), (member) => members.push(member), start)) {
      pieces.push(piece);
      // A reader is slower than its source: what is read must survive until it is fetched.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { text: text(), members, error: undefined };
  } catch (error) {
    return { text: text(), members, error };
  }
}

/** One member with the header fields that are given. */
export function memberWith(fields: { flags: number; header: Buffer }, text: string): Buffer {
  const plain = gzipSync(text);
  const head = Buffer.from(plain.subarray(0, 10));
  head[3] = fields.flags;
  return Buffer.concat([head, fields.header, plain.subarray(10)]);
}

/** Some lines that do not compress well. */
export const LINES = Array.from(
  { length: 300 },
  (_, n) => `{"n":${n},"r":"${Math.sin(n)}"}\n`,
).join("");
