/** The response to a request, as a value: only `sendReply` knows how it gets onto the wire. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Absent = no body. */
  readonly body?: ReplyBody;
}

export type ReplyBody =
  | { readonly kind: "json"; readonly value: unknown }
  /** Bytes `start` to `end` (exclusive) of a file, as they are. */
  | { readonly kind: "file"; readonly path: string; readonly start: number; readonly end: number }
  /** A whole gzip file, decompressed on the way. */
  | { readonly kind: "gunzipped"; readonly path: string };

/** 200 (or `status`) with a JSON body. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return { status, headers, body: { kind: "json", value } };
}
