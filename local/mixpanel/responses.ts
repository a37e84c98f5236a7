import type { Refusal } from "./rules.ts";

/** An HTTP response, ready to be sent. */
export interface HttpResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A row of `failed_records`, or, as observed for identity events, a mere text. */
export type FailedRecord = Readonly<Record<string, string | number>> | string;

const json = (status: number, body: unknown): HttpResponse => ({
  status,
  contentType: "application/json",
  body: JSON.stringify(body),
});

const failure = (code: number, status: string, error: string): HttpResponse =>
  json(code, { code, error, status });

/** https://docs.mixpanel.com/reference/import-events, response 200. */
export const imported = (count: number): HttpResponse =>
  json(200, { code: 200, num_records_imported: count, status: "OK" });

/**
 * Response 400: partial success. Documented, and observed at
 * https://github.com/mixpanel/mixpanel-utils/issues/40.
 *
 * @param failed left out of the body when undefined.
 */
export const partlyImported = (
  count: number,
  failed: readonly FailedRecord[] | undefined,
): HttpResponse =>
  json(400, {
    code: 400,
    error: "some data points in the request failed validation",
    status: "Bad Request",
    num_records_imported: count,
    ...(failed === undefined ? {} : { failed_records: failed }),
  });

/** A 400 about the request as a whole; its wording is inferred. */
export const badRequest = (error: string): HttpResponse => failure(400, "Bad Request", error);

/** https://docs.mixpanel.com/troubleshooting/errors/401-unauthorized */
export const unauthorized = (): HttpResponse => failure(401, "Unauthorized", "Invalid credentials");

/** https://docs.mixpanel.com/troubleshooting/errors/403-forbidden: what causes it is not told. */
export const forbidden = (): HttpResponse => json(403, { error: "Forbidden", status: "error" });

/** https://docs.mixpanel.com/troubleshooting/errors/413-payload-too-large */
export const tooLarge = (maxBytes: number): HttpResponse =>
  failure(413, "Request Entity Too Large", `request exceeds max limit of ${maxBytes} bytes`);

/** The limit is documented, this response is inferred. */
export const tooMany = (
  status: 413 | 400,
  limit: number,
  things: "events" | "updates",
): HttpResponse =>
  failure(
    status,
    status === 413 ? "Request Entity Too Large" : "Bad Request",
    `request exceeds max limit of ${limit} ${things}`,
  );

/** An encoding other than gzip; status and wording are inferred. */
export const unsupportedEncoding = (encoding: string): HttpResponse =>
  failure(415, "Unsupported Media Type", `unsupported content encoding "${encoding}"`);

const RATE_EXCEEDED =
  "Project exceeded rate limits. Please retry the request with exponential backoff.";

/**
 * https://docs.mixpanel.com/troubleshooting/errors/429-rate-limit-exceeded: without Retry-After.
 */
export const rateExceeded = (): HttpResponse => failure(429, "Too Many Requests", RATE_EXCEEDED);

/**
 * The same without `strict=1`, observed at https://github.com/mixpanel/mixpanel-node/issues/231.
 */
export const rateExceededLenient = (): HttpResponse =>
  json(429, { error: RATE_EXCEEDED, status: 0 });

/**
 * `strict=0` says 1 whatever became of the events (https://github.com/mixpanel/mixpanel-java);
 * `verbose=1` makes it JSON with a number for its status (https://github.com/mixpanel/mixpanel-go,
 * tests).
 */
export const leniently = (count: number, verbose: boolean): HttpResponse =>
  verbose
    ? json(200, { code: 200, num_records_imported: count, status: 1 })
    : { status: 200, contentType: "text/plain", body: "1" };

/**
 * What /track, /engage and /groups say, and /import to the old form: always 200, with a digit, or
 * with JSON (https://docs.mixpanel.com/reference/track-event, "verbose"; its form was observed at
 * https://github.com/NangoHQ/integration-templates/pull/575).
 *
 * @param error null when something of it is valid
 */
export const received = (error: string | null, verbose: boolean): HttpResponse => {
  const status = error === null ? 1 : 0;
  return verbose
    ? json(200, { error, status })
    : { status: 200, contentType: "text/plain", body: String(status) };
};

/** A response about lookup tables: https://docs.mixpanel.com/reference/replace-lookup-table. */
export const ok = (fields: Readonly<Record<string, unknown>>): HttpResponse =>
  json(200, { code: 200, status: "OK", ...fields });

export const tableRefused = (failed: readonly object[]): HttpResponse =>
  json(400, {
    code: 400,
    error: "some rows failed validation",
    status: "Bad Request",
    failed_records: failed,
  });

export const tableNotFound = (id: string): HttpResponse =>
  failure(404, "Not Found", `Lookup table with id '${id}' was not found.`);

export const notFound = (method: string, path: string): HttpResponse =>
  failure(404, "Not Found", `no such endpoint: ${method} ${path}`);

export const methodNotAllowed = (): HttpResponse => ({
  ...failure(405, "Method Not Allowed", "use POST"),
  headers: { allow: "POST" },
});

const STATUS_TEXT: Readonly<Record<number, string>> = {
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** The response of a load balancer in front of Mixpanel: no JSON. */
export const htmlPage = (status: number): HttpResponse => {
  const title = `${status} ${STATUS_TEXT[status] ?? (status < 400 ? "OK" : "Error")}`;
  return {
    status,
    contentType: "text/html; charset=UTF-8",
    body: `<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center></body></html>`,
  };
};

/** One row for an event that was refused. `insert_id` is empty where the event has none. */
export function failedRecord(
  index: number,
  insertId: string,
  refusal: Refusal,
  key: "insert_id" | "$insert_id",
): FailedRecord {
  return { index, [key]: insertId, field: refusal.field, message: refusal.message };
}
