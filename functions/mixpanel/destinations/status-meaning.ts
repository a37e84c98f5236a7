import type { HttpResponse } from "../../http/http-request.ts";
import type { Meaning } from "../meaning.ts";

/** What a response says by its status, whatever was sent: any status but 200 and 400. */
export function meaningOfStatus({ status, body }: HttpResponse): Meaning {
  if (status === 401 || status === 403) return { kind: "credentials", status };
  if (status === 413) return { kind: "too-large", limit: limitIn(body) };
  return { kind: status >= 400 && status < 500 ? "refused" : "unknown", status };
}

/**
 * The limit that the body of a 413 names: `request exceeds max limit of 2097152 bytes`,
 * https://docs.mixpanel.com/troubleshooting/errors/413-payload-too-large
 */
function limitIn(body: Buffer): number | undefined {
  const limit = /max limit of (\d+) bytes/.exec(body.toString("utf8"))?.[1];
  return limit === undefined ? undefined : Number(limit);
}
