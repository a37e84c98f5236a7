import { gzipSync } from "node:zlib";

import type { Simulator } from "../../../local/mixpanel/simulator.ts";

/** 2026-11-20T12:00:00Z, the simulated present of these tests. */
export const NOW_MS = Date.UTC(2026, 10, 20, 12);
export const NOW = NOW_MS / 1000;

export interface ImportResponse {
  readonly status: number;
  readonly text: string;
  /** The parsed body; undefined when it is no JSON. */
  readonly json: unknown;
  readonly headers: Headers;
}

export interface ImportRequest {
  readonly body: string | Buffer;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly gzip?: boolean;
}

export type Properties = Readonly<Record<string, unknown>>;

/** A valid event; `undefined` leaves a property out. */
export function validEvent(properties: Properties = {}, event: unknown = "e") {
  return { event, properties: { time: NOW, distinct_id: "u1", $insert_id: "id-1", ...properties } };
}

/** `count` valid events with ids of their own. */
export function validEvents(count: number, properties: Properties = {}) {
  return Array.from({ length: count }, (_, index) =>
    validEvent({ distinct_id: `u${index}`, $insert_id: `id-${index}`, ...properties }),
  );
}

export const ndjson = (events: readonly unknown[]): string =>
  events.map((event) => JSON.stringify(event)).join("\n");

export const basic = (user: string, password = ""): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

/**
 * Sends one request to /import, with the simulator's token unless `headers` has another
 * authorization.
 */
export async function sendRequest(
  { url, token }: Pick<Simulator, "url" | "token">,
  { body, query = "?strict=1", headers = {}, gzip = false }: ImportRequest,
): Promise<ImportResponse> {
  const response = await fetch(`${url}/import${query}`, {
    method: "POST",
    headers: {
      authorization: basic(token),
      "content-type": "application/x-ndjson",
      ...(gzip ? { "content-encoding": "gzip" } : {}),
      ...headers,
    },
    body: new Uint8Array(gzip ? gzipSync(body) : Buffer.from(body)),
  });
  const text = await response.text();
  return { status: response.status, text, json: parse(text), headers: response.headers };
}

/** Sends events as lines of JSON. */
export function sendEvents(
  simulator: Pick<Simulator, "url" | "token">,
  events: readonly unknown[],
  request: Omit<ImportRequest, "body"> = {},
): Promise<ImportResponse> {
  return sendRequest(simulator, { body: ndjson(events), ...request });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
