import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createGunzip } from "node:zlib";

import type { Fault } from "./faults.ts";
import type { Reply, ReplyBody } from "./reply.ts";

/** Bytes of a file that are read at once; also all that one request holds in memory. */
const PIECE_BYTES = 256 * 1024;

/** How often a slow response goes on, in milliseconds. */
const SLOW_STEP_MS = 20;

/** Each piece is valid until the next one is asked for. */
type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

interface OpenBody {
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined = not known before the end. */
  readonly length: number | undefined;
  readonly pieces: Pieces;
}

/**
 * Sends `reply`, spoilt by `fault` if there is one. `onBytes` is told about every piece of the body
 * before it is sent. Returns early when the client hangs up.
 *
 * @throws when the content cannot be read, with the headers already sent: cut the connection
 */
export async function sendReply(
  response: ServerResponse,
  reply: Reply,
  fault?: Fault,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<void> {
  const interruption = fault?.kind === "stall" || fault?.kind === "cut" ? fault : undefined;
  if (!interruption || interruption.afterBytes !== undefined) {
    const { headers, length, pieces } = shortened(openBody(reply.body), fault);
    const lengthHeader = length === undefined ? {} : { "content-length": String(length) };
    response.writeHead(reply.status, { ...headers, ...reply.headers, ...lengthHeader });
    if (interruption) response.flushHeaders();
    await writePieces(response, slowed(pieces, fault), onBytes);
  }
  if (interruption?.kind === "cut") response.destroy();
  if (!interruption) response.end();
}

function openBody(body: ReplyBody | undefined): OpenBody {
  switch (body?.kind) {
    case undefined:
      return { headers: {}, length: undefined, pieces: [] };
    case "json": {
      const text = Buffer.from(JSON.stringify(body.value));
      const headers = { "content-type": "application/json; charset=UTF-8" };
      return { headers, length: text.length, pieces: [text] };
    }
    case "file":
      return { headers: {}, length: body.end - body.start, pieces: readPieces(body) };
    case "gunzipped":
      return { headers: {}, length: undefined, pieces: gunzipPieces(body.path) };
  }
}

/** One buffer for all pieces: memory stays flat, and the pages are already there. */
async function* readPieces(body: { path: string; start: number; end: number }) {
  const file = await open(body.path);
  try {
    const buffer = Buffer.allocUnsafe(Math.min(PIECE_BYTES, body.end - body.start));
    for (let position = body.start; position < body.end;) {
      const wanted = Math.min(buffer.length, body.end - position);
      const { bytesRead } = await file.read(buffer, 0, wanted, position);
      if (bytesRead === 0) throw new Error(`${body.path} has become shorter than the object is.`);
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function* gunzipPieces(path: string): AsyncGenerator<Buffer> {
  const source = createReadStream(path);
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Buffer>;
  } finally {
    source.destroy();
  }
}

/** What is left of the body when `fault` ends it early. Only "short" is honest about the length. */
function shortened(body: OpenBody, fault: Fault | undefined): OpenBody {
  if (fault?.kind === "short") {
    const { bytes } = fault;
    const length = body.length === undefined ? undefined : Math.min(body.length, bytes);
    return { ...body, length, pieces: firstBytes(body.pieces, bytes) };
  }
  const interrupted = fault?.kind === "stall" || fault?.kind === "cut";
  return interrupted ? { ...body, pieces: firstBytes(body.pieces, fault.afterBytes ?? 0) } : body;
}

async function* firstBytes(pieces: Pieces, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes;
  if (left <= 0) return;
  for await (const piece of pieces) {
    yield piece.subarray(0, left);
    left -= piece.length;
    if (left <= 0) return;
  }
}

function slowed(pieces: Pieces, fault: Fault | undefined): Pieces {
  return fault?.kind === "slow" ? trickle(pieces, fault.bytesPerSecond) : pieces;
}

async function* trickle(pieces: Pieces, bytesPerSecond: number): AsyncGenerator<Uint8Array> {
  const step = Math.max(1, Math.round((bytesPerSecond * SLOW_STEP_MS) / 1000));
  const stepMs = (step / bytesPerSecond) * 1000;
  for await (const piece of pieces)
    for (let start = 0; start < piece.length; start += step) {
      yield piece.subarray(start, start + step);
      await sleep(stepMs);
    }
}

async function writePieces(
  response: ServerResponse,
  pieces: Pieces,
  onBytes: (bytes: number) => void,
): Promise<void> {
  for await (const piece of pieces) {
    onBytes(piece.length);
    if (!(await write(response, piece))) return;
  }
}

/** Whether the piece is with the operating system; false = the client has hung up. */
function write(response: ServerResponse, piece: Uint8Array): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const onClose = (): void => {
      resolve(false);
    };
    response.once("close", onClose);
    response.write(piece, (error) => {
      response.off("close", onClose);
      resolve(!error);
    });
  });
}
