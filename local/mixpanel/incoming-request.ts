import type { IncomingMessage } from "node:http";

import { isJsonObject } from "../json.ts";
import { type InflatedBody, inflateBody, readWireBody } from "./inflate-body.ts";
import { type Batch, parseForm } from "./parse-batch.ts";
import { idText } from "./id-check.ts";

/** A request to one of the endpoints, read completely. */
export interface IncomingRequest extends RequestContents {
  readonly authorization: string | undefined;
  readonly projectId: string | null;
  readonly userAgent: string;
  /**
   * Where it came from: the first address of `X-Forwarded-For`, so that a test can be in two
   * places, else the peer's.
   */
  readonly address: string;
  /**
   * `ip` of the query. 0 turns off that records without an address of their own are located by the
   * request's: only clients say so of /import (https://github.com/mixpanel/mixpanel-node).
   */
  readonly ipParameter: string | null;
  /** `Content-Encoding`, in lower case; "" when there is none. */
  readonly encoding: string;
  readonly wireBytes: number;
  readonly inflated: InflatedBody;
  /** Inflated; 0 when the body could not be inflated. */
  readonly bytes: number;
  readonly isForm: boolean;
  readonly isStrict: boolean;
  readonly isVerbose: boolean;
  /** The body taken apart, once. */
  readonly batch: () => Batch;
}

/** What a fault may look at; all of it is empty when the body cannot be read. */
export interface RequestContents {
  /** Names of the events in it. */
  readonly eventNames: () => ReadonlySet<string>;
  /** `$distinct_id` and `$group_id` of the updates in it. */
  readonly profileIds: () => ReadonlySet<string>;
}

/** How a request is read. */
export interface ReadingOptions {
  /** Inflated. */
  readonly maxBytes: number;
  /** Takes a body apart that is no form. */
  readonly parse: (body: Buffer, contentType: string) => Batch;
  /** Whether a body that is no form asks for `strict=1` by saying nothing about it. */
  readonly isStrictByDefault: boolean;
}

/**
 * Reads a request; its body is inflated to `maxBytes` at most, and at most about twice as many are
 * kept of the wire's.
 */
export async function receiveRequest(
  request: IncomingMessage,
  query: URLSearchParams,
  { maxBytes, parse, isStrictByDefault }: ReadingOptions,
): Promise<IncomingRequest> {
  const wire = await readWireBody(request, 2 * maxBytes + 65_536);
  // The old libraries send a single record by GET, as the same form in the query. By POST that
  // works too (observed: https://github.com/NangoHQ/integration-templates/pull/575).
  const isInQuery = request.method === "GET" || (query.has("data") && wire.wireBytes === 0);
  const encoding = (request.headers["content-encoding"] ?? "").trim().toLowerCase();
  const inflated: InflatedBody = wire.isTooLarge
    ? { kind: "too-large" }
    : await inflateBody(isInQuery ? Buffer.from(query.toString()) : wire.body, encoding, maxBytes);
  const body = inflated.kind === "ok" ? inflated.body : Buffer.alloc(0);
  const contentType = request.headers["content-type"] ?? "";
  const isForm = isInQuery || isFormBody(body, contentType);
  const form = isForm ? formFields(body) : new URLSearchParams();
  const batch = once(() => (isForm ? parseForm(body) : parse(body, contentType)));
  return {
    authorization: request.headers.authorization,
    projectId: query.get("project_id"),
    userAgent: request.headers["user-agent"] ?? "",
    address: addressOf(request),
    ipParameter: query.get("ip") ?? form.get("ip"),
    encoding,
    wireBytes: wire.wireBytes,
    inflated,
    bytes: body.length,
    isForm,
    isStrict: isStrict(query.get("strict") ?? form.get("strict"), isStrictByDefault && !isForm),
    isVerbose: isVerbose(query.get("verbose") ?? form.get("verbose")),
    batch,
    eventNames: once(() => namesOf(batch())),
    profileIds: once(() => profileIdsOf(batch())),
  };
}

/**
 * The documented default of /import is 1; libraries that send the old form never ask for it and
 * expect the old response.
 */
function isStrict(strict: string | null, byDefault: boolean): boolean {
  return strict === null ? byDefault : strict !== "0";
}

/** Mixpanel's own samples send 2 too; no difference is known. */
function isVerbose(verbose: string | null): boolean {
  return verbose === "1" || verbose === "2";
}

/** curl sends this type with any `--data`, so the body has to look like a form too. */
function isFormBody(body: Buffer, contentType: string): boolean {
  if (!contentType.includes("application/x-www-form-urlencoded")) return false;
  return /(^|&)data=/.test(body.toString("latin1", 0, 1024));
}

/** All fields but the events. */
function formFields(body: Buffer): URLSearchParams {
  const fields = body.toString("latin1").replace(/(^|&)data=[^&]*/, "");
  return new URLSearchParams(fields);
}

function addressOf(request: IncomingMessage): string {
  const forwarded =
    String(request.headers["x-forwarded-for"] ?? "")
      .split(",")[0]
      ?.trim() ?? "";
  return forwarded === "" ? (request.socket.remoteAddress ?? "") : forwarded;
}

function namesOf(batch: Batch): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { value } of batch ?? []) {
    if (isJsonObject(value) && typeof value["event"] === "string") names.add(value["event"]);
  }
  return names;
}

function profileIdsOf(batch: Batch): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { value } of batch ?? []) {
    if (!isJsonObject(value)) continue;
    for (const id of [value["$distinct_id"], value["$group_id"]])
      if (["string", "number", "bigint"].includes(typeof id)) ids.add(idText(id));
  }
  return ids;
}

function once<T>(compute: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}
