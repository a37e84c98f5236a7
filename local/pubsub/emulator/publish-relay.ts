import type { IncomingMessage, ServerResponse } from "node:http";

import { readBody } from "../../http-server.ts";
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
 */
export function createPublishRelay(host: string, announce: AnnouncePublish) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", url = "/" } = request;
    const body = await readBody(request, MAX_REQUEST_BYTES);
    const topic = /^\/v1\/(projects\/[^/]+\/topics\/[^/:]+):publish/.exec(url)?.[1];
    const published =
      topic === undefined ? undefined : announce(decodeURIComponent(topic), countMessages(body));
    try {
      const forwarded = await fetch(`http://${host}${url}`, {
        method,
        headers: { "content-type": request.headers["content-type"] ?? "application/json" },
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      });
      const text = await forwarded.text();
      published?.(forwarded.ok ? readMessageIds(JSON.parse(text)) : []);
      response.writeHead(forwarded.status, { "content-type": "application/json" }).end(text);
    } catch (error) {
      published?.([]);
      throw error;
    }
  };
}

/** 0 when it is no publish request: the emulator will refuse it. */
function countMessages(body: Buffer): number {
  try {
    const { messages } = JSON.parse(body.toString("utf8")) as { messages?: unknown };
    return Array.isArray(messages) ? messages.length : 0;
  } catch {
    return 0;
  }
}
