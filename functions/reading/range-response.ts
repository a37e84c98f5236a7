import type { HttpResponse } from "../http/http-request.ts";

/** What is known of a range before it is read. */
export interface ExpectedRange {
  readonly generation: string;
  /** Where it begins, in stored bytes of the object. */
  readonly offset: number;
  /** Longest it may be, in bytes. */
  readonly maxBytes: number;
  /** Stored bytes of the whole object, where the notification or an earlier range said. */
  readonly size: number | undefined;
}

/** What a response to the request of a range means. */
export type RangeVerdict =
  /** The bytes asked for, of an object of `size` bytes. */
  | { readonly kind: "range"; readonly bytes: Buffer; readonly size: number }
  /** The object ends where the range would begin. */
  | { readonly kind: "end"; readonly size: number }
  /** The generation is not there. */
  | { readonly kind: "gone" }
  | { readonly kind: "forbidden"; readonly status: number }
  /** A status that reading an object does not end with. */
  | { readonly kind: "unexpected"; readonly status: number }
  /** It is not about what was asked for, or was cut or changed on the way. */
  | { readonly kind: "contradiction"; readonly text: string };

/**
 * What a response means. Only a range that fits all that is known is one: whatever stands between
 * us and Cloud Storage may cut a body, leave out `Range`, decompress, or respond with a page of its
 * own, and a wrong size would end an import early without a trace.
 *
 * `x-goog-` headers: https://cloud.google.com/storage/docs/xml-api/reference-headers
 */
export function judgeRange(response: HttpResponse, expected: ExpectedRange): RangeVerdict {
  const { status, headers } = response;
  switch (status) {
    case 200:
    case 206:
      return (
        foreignHeader(headers, expected) ??
        (status === 206 ? judgePart(response, expected) : judgeWhole(response, expected))
      );
    case 416:
      return judgeUnsatisfiable(headers["content-range"], expected);
    case 404:
      return { kind: "gone" };
    case 401:
    case 403:
      return { kind: "forbidden", status };
    default:
      return { kind: "unexpected", status };
  }
}

function judgePart({ headers, body }: HttpResponse, expected: ExpectedRange): RangeVerdict {
  const { offset, maxBytes } = expected;
  const range = parseContentRange(headers["content-range"]);
  if (range === undefined) return contradiction("a range came without its place");
  const { start, end, size } = range;
  if (start !== offset) return contradiction("another range came than was asked for");
  const text = sizeContradiction(size, headers, expected);
  if (text !== undefined) return contradiction(text);
  const isWhole = end === Math.min(offset + maxBytes, size) && body.length === end - start;
  return isWhole && body.length > 0
    ? { kind: "range", bytes: body, size }
    : contradiction("a range did not come as a whole");
}

/** A server may send an object that fits into the range as a whole; so may a proxy send a page. */
function judgeWhole({ headers, body }: HttpResponse, expected: ExpectedRange): RangeVerdict {
  if (expected.offset > 0) return contradiction("the whole object came instead of a range");
  const size = body.length;
  const text = sizeContradiction(size, headers, expected);
  if (text !== undefined) return contradiction(text);
  if (expected.size === undefined && headers["x-goog-generation"] === undefined)
    return contradiction("a response that does not say what it is of");
  return size === 0 ? { kind: "end", size } : { kind: "range", bytes: body, size };
}

/** https://www.rfc-editor.org/rfc/rfc9110#status.416 */
function judgeUnsatisfiable(contentRange: unknown, expected: ExpectedRange): RangeVerdict {
  const match = typeof contentRange === "string" ? /^bytes \*\/(\d+)$/i.exec(contentRange) : null;
  const size = match === null ? expected.size : Number(match[1]);
  const isEnd = size === expected.offset && (expected.size === undefined || expected.size === size);
  return isEnd
    ? { kind: "end", size }
    : contradiction("a range within the object is said to be outside");
}

function foreignHeader(
  headers: HttpResponse["headers"],
  { generation }: ExpectedRange,
): RangeVerdict | undefined {
  const found = headers["x-goog-generation"];
  return found === undefined || found === generation
    ? undefined
    : contradiction("another generation came than was asked for");
}

/** `size` against everything else that is said about it. */
function sizeContradiction(
  size: number,
  headers: HttpResponse["headers"],
  expected: ExpectedRange,
): string | undefined {
  if (expected.size !== undefined && expected.size !== size)
    return "the object has another size than before";
  const stored = headers["x-goog-stored-content-length"];
  if (stored !== undefined && stored !== String(size))
    return "the object has another size than is stored";
  return undefined;
}

function contradiction(text: string): RangeVerdict {
  return { kind: "contradiction", text };
}

/** `bytes 0-99/1234`: half-open here. https://www.rfc-editor.org/rfc/rfc9110#field.content-range */
function parseContentRange(
  value: unknown,
): { readonly start: number; readonly end: number; readonly size: number } | undefined {
  const match = typeof value === "string" ? /^bytes (\d+)-(\d+)\/(\d+)$/i.exec(value) : null;
  if (match === null) return undefined;
  return { start: Number(match[1]), end: Number(match[2]) + 1, size: Number(match[3]) };
}
