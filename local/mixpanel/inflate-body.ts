import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

const inflate = promisify(gunzip);

/** A body read from the wire: its bytes, or that there were more than allowed. */
export interface WireBody {
  /** Empty when it was too large. */
  readonly body: Buffer;
  /** Bytes received, kept or not. */
  readonly wireBytes: number;
  readonly isTooLarge: boolean;
}

/** What became of a body. */
export type InflatedBody =
  | { readonly kind: "ok"; readonly body: Buffer }
  | { readonly kind: "too-large" }
  | { readonly kind: "corrupt" }
  | { readonly kind: "unsupported"; readonly encoding: string };

/**
 * Reads all of a request's body and keeps at most `maxBytes`; the rest is read and let go, so that
 * a response arrives.
 */
export async function readWireBody(request: IncomingMessage, maxBytes: number): Promise<WireBody> {
  const chunks: Buffer[] = [];
  let wireBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    wireBytes += chunk.length;
    if (wireBytes <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  const isTooLarge = wireBytes > maxBytes;
  return { body: isTooLarge ? Buffer.alloc(0) : Buffer.concat(chunks), wireBytes, isTooLarge };
}

/** Undoes `encoding`, never past `maxBytes`. gzip is the only one that Mixpanel documents. */
export async function inflateBody(
  body: Buffer,
  encoding: string,
  maxBytes: number,
): Promise<InflatedBody> {
  if (encoding === "" || encoding === "identity")
    return body.length > maxBytes ? { kind: "too-large" } : { kind: "ok", body };
  if (encoding !== "gzip") return { kind: "unsupported", encoding };
  try {
    return {
      kind: "ok",
      body: await inflate(body, { maxOutputLength: maxBytes, chunkSize: 256 * 1024 }),
    };
  } catch (error) {
    const tooLarge =
      error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    return { kind: tooLarge ? "too-large" : "corrupt" };
  }
}
