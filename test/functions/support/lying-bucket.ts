import type { GoogleApi } from "../../../functions/google/google-api.ts";
import { createStorageApi } from "./google.ts";
import { startService } from "./http-service.ts";

/** What a response says instead of the truth; a header that is undefined is left out. */
export interface Lie {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Buffer;
}

/**
 * A request for a range of the object: its first byte, and how often that has been asked for, from
 * 1.
 */
export interface RangeRequest {
  readonly offset: number;
  readonly nth: number;
}

export interface LyingBucket {
  readonly google: GoogleApi;
  /** Replaces the lies told from now on. */
  readonly tell: (lie: (request: RangeRequest) => Lie | undefined) => void;
  /** Offsets of the ranges asked for since the lies were replaced. */
  readonly asked: () => readonly number[];
}

export const GENERATION = "1790000000000001";

/**
 * A bucket with one object, which it serves range by range as Cloud Storage does, but for the lies.
 */
export async function startLyingBucket(content: Buffer): Promise<LyingBucket> {
  let asked: number[] = [];
  let lieTo: (request: RangeRequest) => Lie | undefined = () => undefined;
  const service = await startService((_attempt, response, request) => {
    const [, first = "0", last = "0"] =
      /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const offset = Number(first);
    asked.push(offset);
    const nth = asked.filter((other) => other === offset).length;
    const truth = truthOf(content, offset, Number(last));
    const { status = truth.status, headers = {}, body = truth.body } = lieTo({ offset, nth }) ?? {};
    const all: Record<string, string | undefined> = { ...truth.headers, ...headers };
    for (const [name, value] of Object.entries(all))
      if (value !== undefined) response.setHeader(name, value);
    response.writeHead(status, { "content-length": body.length });
    response.end(body);
  });
  return {
    google: createStorageApi(service.url),
    tell: (lie) => {
      asked = [];
      lieTo = lie;
    },
    asked: () => asked,
  };
}

function truthOf(content: Buffer, first: number, last: number) {
  const end = Math.min(content.length, last + 1);
  const common = {
    "x-goog-generation": GENERATION,
    "x-goog-stored-content-length": String(content.length),
  };
  return first < content.length
    ? {
        status: 206,
        headers: { ...common, "content-range": `bytes ${first}-${end - 1}/${content.length}` },
        body: content.subarray(first, end),
      }
    : {
        status: 416,
        headers: { "content-range": `bytes */${content.length}` },
        body: Buffer.alloc(0),
      };
}
