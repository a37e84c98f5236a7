import type { IncomingMessage } from "node:http";

import { isObject, parseJson } from "../../../functions/platform/json.ts";
import { type Caller, OWNER } from "../../caller.ts";
import { readBody, type RequestHandler, sendJson } from "../../http-server.ts";
import { readFields } from "../json-fields.ts";
import { checkPermissions } from "../rest-permissions.ts";
import { restTarget } from "../rest-target.ts";
import { errorBody, ServiceError } from "../service-error.ts";
import { readMessageIds } from "./emulator-client.ts";

/** 10 MiB of data as base64 in JSON. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/**
 * Told that messages are about to be published to a topic; what it returns is told their ids, none
 * when it failed.
 */
export type AnnouncePublish = (
  topic: string,
  count: number,
) => (messageIds: readonly string[]) => void;

/**
 * Passes requests to the emulator's REST interface on as they are, and tells what they publish: a
 * message must be counted before the one it came from is acknowledged, or it would look as if
 * nothing were left to do.
 *
 * @param host the emulator's `127.0.0.1:PORT`
 * @param caller who asks: the emulator itself lets everybody do everything
 */
export function createPublishRelay(
  host: string,
  announce: AnnouncePublish,
  caller: Caller = OWNER,
): RequestHandler {
  return async (request, response) => {
    const text = (await readBody(request, MAX_REQUEST_BYTES)).toString("utf8");
    const refused = refusalOf(request, text, caller);
    if (refused !== undefined) {
      sendJson(response, refused.status, errorBody(refused));
      return;
    }
    const { method, name } = restTarget(request);
    const published =
      method === "POST topics publish" ? announce(name, countMessages(text)) : undefined;
    try {
      const forwarded = await forward(host, request, text);
      const answer = await forwarded.text();
      published?.(forwarded.ok ? readMessageIds(JSON.parse(answer)) : []);
      response.writeHead(forwarded.status, { "content-type": "application/json" }).end(answer);
    } catch (error) {
      published?.([]);
      throw error;
    }
  };
}

/** Undefined when the caller may do what is asked for. */
function refusalOf(request: IncomingMessage, text: string, caller: Caller) {
  const { method, name } = restTarget(request);
  const body = parseJson(text);
  try {
    checkPermissions(caller, method, name, readFields(isObject(body) ? body : {}));
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

function forward(host: string, request: IncomingMessage, text: string): Promise<Response> {
  const { method = "GET", url = "/", headers } = request;
  return fetch(`http://${host}${url}`, {
    method,
    headers: { "content-type": headers["content-type"] ?? "application/json" },
    ...(text !== "" && { body: text }),
  });
}

/** 0 when it is no publish request: the emulator will refuse it. */
function countMessages(text: string): number {
  const body = parseJson(text);
  const messages = isObject(body) ? body["messages"] : undefined;
  return Array.isArray(messages) ? messages.length : 0;
}
