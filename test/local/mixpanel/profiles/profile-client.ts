import { gzipSync } from "node:zlib";

import type { Simulator } from "../../../../local/mixpanel/simulator.ts";

/** The token of the simulators of these tests. */
export const TOKEN = "local-project-token";

export type Update = Readonly<Record<string, unknown>>;

export interface ProfileResponse {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** The parsed body; undefined when it is no JSON. */
  readonly json: unknown;
}

export interface ProfileRequest {
  /** @default "engage" */
  readonly endpoint?: "engage" | "groups";
  /** With `?`. @default "?verbose=1&ip=0" */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly gzip?: boolean;
}

/** An update of the user `u1`; `undefined` leaves a key out. */
export function userUpdate(keys: Update = { $set: { a: 1 } }): Update {
  return { $token: TOKEN, $distinct_id: "u1", ...keys };
}

/** An update of the group `g` with the key `k`. */
export function groupUpdate(keys: Update = { $set: { a: 1 } }): Update {
  return { $token: TOKEN, $group_key: "k", $group_id: "g", ...keys };
}

/** The body of a verbose response to good updates. */
export const OK_VERBOSE = { error: null, status: 1 };

/** The body of a strict response to so many good updates. */
export const OK_STRICT = (count: number) => ({
  error: null,
  errors: {},
  num_good_events: count,
  status: 1,
});

/** Sends updates as a JSON array. */
export function sendUpdates(
  simulator: Pick<Simulator, "url">,
  updates: readonly unknown[],
  request: ProfileRequest = {},
): Promise<ProfileResponse> {
  return sendBody(simulator, JSON.stringify(updates), request);
}

export async function sendBody(
  { url }: Pick<Simulator, "url">,
  body: string | Buffer,
  { endpoint = "engage", query = "?verbose=1&ip=0", headers = {}, gzip = false }: ProfileRequest,
): Promise<ProfileResponse> {
  const response = await fetch(`${url}/${endpoint}${query}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(gzip ? { "content-encoding": "gzip" } : {}),
      ...headers,
    },
    body: new Uint8Array(gzip ? gzipSync(body) : Buffer.from(body)),
  });
  const text = await response.text();
  const contentType = response.headers.get("content-type") ?? "";
  return { status: response.status, contentType, text, json: parse(text) };
}

/** Properties of a user; undefined when there is no such profile. */
export function userOf(simulator: Simulator, id = "u1"): unknown {
  return [...simulator.profiles({ id })][0]?.$properties;
}

export function groupOf(simulator: Simulator, id = "g"): unknown {
  return [...simulator.profiles({ kind: "group", id })][0]?.$properties;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
