import type { Readable } from "node:stream";

import { AxiosError } from "axios";

export interface BodyOptions {
  /** Bytes that the response announces, or undefined when it does not. */
  readonly length: number | undefined;
  /** More than this is an error. */
  readonly maxBytes: number;
  /** Gives memory for a body of `length` bytes. */
  readonly memoryFor: (length: number) => Buffer;
}

/**
 * Reads the body of a response. Each piece is copied at once to where it belongs, so that it can be
 * forgotten while it is young: pieces that are kept until the end of a range make V8 collect the
 * whole heap again and again.
 *
 * @throws AxiosError when the body is too large or breaks off, and what axios makes of a signal.
 *   Nothing is written to the memory any more then.
 */
export function readResponseBody(stream: Readable, options: BodyOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const sink = createSink(options);
    const fail = (error: Error): void => {
      stream.off("data", onData);
      stream.destroy();
      reject(error);
    };
    const onData = (piece: Buffer): void => {
      if (!sink.add(piece)) fail(badResponse(`a body of more than ${options.maxBytes} bytes`));
    };
    stream.on("data", onData);
    stream.on("end", () => {
      resolve(sink.bytes());
    });
    // Stays: axios reports an abort on the stream, also when nobody waits any more.
    stream.on("error", (error) => {
      fail(error instanceof AxiosError ? error : badResponse("the body broke off"));
    });
    stream.on("close", () => {
      fail(badResponse("the body broke off"));
    });
  });
}

function createSink({ length, maxBytes, memoryFor }: BodyOptions) {
  const isKnown = length !== undefined && length <= maxBytes;
  const target = isKnown ? memoryFor(length) : undefined;
  const pieces: Buffer[] = [];
  let received = 0;
  return {
    /** False = too much. */
    add: (piece: Buffer): boolean => {
      if (received + piece.length > (target?.length ?? maxBytes)) return false;
      if (target === undefined) pieces.push(piece);
      else piece.copy(target, received);
      received += piece.length;
      return true;
    },
    bytes: (): Buffer => target?.subarray(0, received) ?? Buffer.concat(pieces, received),
  };
}

function badResponse(message: string): AxiosError {
  return new AxiosError(message, AxiosError.ERR_BAD_RESPONSE);
}
