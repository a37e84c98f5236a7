import { invalidRequest } from "./bucket-error.ts";

/**
 * Most bytes before the object's own: the part with its properties, and the headers of both parts.
 */
const MAX_PREAMBLE_BYTES = 1024 * 1024;

/** A `multipart/related` upload taken apart. */
export interface MultipartUpload {
  /** The first part: the object resource as JSON text. */
  readonly resource: string;
  /** Content-Type of the second part; "" when it has none. */
  readonly contentType: string;
  /** The second part, byte for byte. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Takes an upload's body apart while it arrives
 * (https://cloud.google.com/storage/docs/uploading-objects#uploading-an-object, multipart uploads).
 *
 * The first line is the delimiter, and its line ending that of the whole body: gcloud quotes the
 * boundary in its header with single quotes and ends lines with LF, the Node client does neither.
 * An object may well end with CR, so exactly that line ending is taken off its end.
 *
 * @throws BucketError 400 when it is not such a body, or its end is missing (while `content` is
 *   read)
 */
export async function parseMultipartBody(
  body: AsyncIterator<Uint8Array>,
): Promise<MultipartUpload> {
  const head = await readHead(body);
  return {
    resource: head.resource,
    contentType: /^content-type:[ \t]*(.*?)\s*$/im.exec(head.contentHeaders)?.[1] ?? "",
    content: contentUpTo(head.closing, head.rest, body),
  };
}

interface Head {
  readonly resource: string;
  readonly contentHeaders: string;
  /** What ends the second part. */
  readonly closing: Buffer;
  /** What has been read of the second part. */
  readonly rest: Buffer;
}

async function readHead(body: AsyncIterator<Uint8Array>): Promise<Head> {
  let bytes: Buffer = Buffer.alloc(0);
  for (;;) {
    const head = splitHead(bytes);
    if (head) return head;
    const next = await body.next();
    if (next.done) throw invalidRequest("The multipart body has no second part.");
    if (bytes.length > MAX_PREAMBLE_BYTES)
      throw invalidRequest(`The multipart body's first part is over ${MAX_PREAMBLE_BYTES} bytes.`);
    bytes = Buffer.concat([bytes, next.value]);
  }
}

/** Undefined as long as not everything before the second part's content has arrived. */
function splitHead(bytes: Buffer): Head | undefined {
  // Latin-1 keeps one character per byte, so that positions in the text are positions in the bytes.
  const text = bytes.toString("latin1");
  const delimiter = /^(?:\r?\n)?(--[^\r\n]+)(\r?\n)/.exec(text);
  if (!delimiter) {
    if (/^(?:\r?\n)?[^\r\n-]/.test(text)) throw invalidRequest("The body is not multipart.");
    return undefined;
  }
  const [opening, boundary = "", newline = ""] = delimiter;
  const first = endOfHeaders(text, opening.length, newline);
  const firstEnd =
    first < 0 ? -1 : text.indexOf(newline + boundary + newline, first - newline.length);
  if (firstEnd < 0) return undefined;
  const second = firstEnd + newline.length + boundary.length + newline.length;
  const content = endOfHeaders(text, second, newline);
  if (content < 0) return undefined;
  return {
    resource: bytes.toString("utf8", first, Math.max(first, firstEnd)),
    contentHeaders: text.slice(second, content),
    closing: Buffer.from(`${newline}${boundary}--`, "latin1"),
    rest: bytes.subarray(content),
  };
}

/**
 * The position behind the blank line that ends the headers starting at `start`; -1 = not there yet.
 */
function endOfHeaders(text: string, start: number, newline: string): number {
  if (text.startsWith(newline, start)) return start + newline.length;
  const blank = text.indexOf(newline + newline, start);
  return blank < 0 ? -1 : blank + 2 * newline.length;
}

/** Holds back as many bytes as the start of `closing` could have. */
async function* contentUpTo(
  closing: Buffer,
  rest: Buffer,
  body: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let held = rest;
  for (;;) {
    const end = held.indexOf(closing);
    if (end >= 0) {
      yield held.subarray(0, end);
      await drain(body);
      return;
    }
    const safe = Math.max(0, held.length - closing.length + 1);
    if (safe > 0) yield held.subarray(0, safe);
    const next = await body.next();
    if (next.done) throw invalidRequest("The multipart body ends without its closing delimiter.");
    held = Buffer.concat([held.subarray(safe), next.value]);
  }
}

async function drain(body: AsyncIterator<Uint8Array>): Promise<void> {
  while (!(await body.next()).done);
}
