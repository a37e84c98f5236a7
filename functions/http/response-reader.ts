import { AxiosError } from "axios";

/** A response that was read to its end. */
export interface DirectResponse {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty unless the status is 2xx: nobody asks for the body of a refusal. */
  readonly body: Buffer;
  /** Whether another request may follow on the same connection. */
  readonly isReusable: boolean;
}

/** The answer does not say how long its body is: it takes a real HTTP client to read it. */
export class UnknownLengthError extends Error {
  override readonly name = "UnknownLengthError";
}

export interface ResponseReaderOptions {
  /** Memory for the head of the response, which has to fit in. */
  readonly scratch: Buffer;
  /** Gives memory for a body of `length` bytes. */
  readonly memoryFor: (length: number) => Buffer;
  /** A longer body is an error. */
  readonly maxBytes: number;
}

/** Takes one response apart as its bytes arrive. */
export interface ResponseReader {
  /** Where the next bytes belong; never empty. */
  target(): Buffer;
  /**
   * `length` bytes were written to the target: the response, once it is complete.
   *
   * @throws AxiosError when it is no HTTP answer or too large, UnknownLengthError
   */
  advance(length: number): DirectResponse | undefined;
}

const END_OF_HEAD = "\r\n\r\n";

/** Reads an HTTP/1.1 answer (https://www.rfc-editor.org/rfc/rfc9112) so that its body needs no further copy. */
export function createResponseReader(options: ResponseReaderOptions): ResponseReader {
  const { scratch } = options;
  let head: Head | undefined;
  let body = scratch;
  let filled = 0;

  /** Interim answers (1xx) are over; the head of the response itself is what comes next. */
  const readHead = (): void => {
    for (;;) {
      const end = scratch.subarray(0, filled).indexOf(END_OF_HEAD);
      if (end === -1 && filled === scratch.length) throw badResponse("the head is too long");
      if (end === -1) return;
      const parsed = parseHead(scratch.toString("latin1", 0, end));
      const rest = scratch.subarray(end + END_OF_HEAD.length, filled);
      if (parsed.status >= 200) {
        startBody(parsed, rest);
        return;
      }
      filled = rest.copy(scratch);
    }
  };

  const startBody = (parsed: Head, rest: Buffer): void => {
    const length = bodyLengthOf(parsed, options.maxBytes);
    head = { ...parsed, isReusable: parsed.isReusable && length !== undefined };
    body = length === undefined ? EMPTY : options.memoryFor(length).subarray(0, length);
    filled = rest.copy(body);
    if (filled < rest.length) head = { ...head, isReusable: false };
  };

  return {
    target: () => (head === undefined ? scratch : body).subarray(filled),
    advance: (length) => {
      filled += length;
      if (head === undefined) readHead();
      return head !== undefined && filled === body.length ? { ...head, body } : undefined;
    },
  };
}

type Head = Omit<DirectResponse, "body">;

const EMPTY = Buffer.alloc(0);

function parseHead(text: string): Head {
  const [statusLine = "", ...lines] = text.split("\r\n");
  const status = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(statusLine);
  if (status === null) throw badResponse("the response is not HTTP");
  const headers = Object.fromEntries(lines.map(parseHeader));
  const isReusable = status[1] === "1" && !/\bclose\b/i.test(headers["connection"] ?? "");
  return { status: Number(status[2]), headers, isReusable };
}

function parseHeader(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(":");
  if (colon < 1) throw badResponse("the response is not HTTP");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

/** Bytes of the body that are wanted; undefined when it is not read, and the connection is of no more use. */
function bodyLengthOf({ status, headers }: Head, maxBytes: number): number | undefined {
  if (status === 204 || status === 304) return 0;
  const length = headers["content-length"] ?? "";
  const isKnown = /^\d+$/.test(length) && headers["transfer-encoding"] === undefined;
  if (isKnown && Number(length) === 0) return 0;
  if (status >= 300) return undefined;
  if (!isKnown) throw new UnknownLengthError("the response does not say how long it is");
  if (Number(length) > maxBytes) throw badResponse(`a body of more than ${maxBytes} bytes`);
  return Number(length);
}

function badResponse(message: string): AxiosError {
  return new AxiosError(message, AxiosError.ERR_BAD_RESPONSE);
}
