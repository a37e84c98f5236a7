import type { MixpanelClient } from "../../mixpanel-client.ts";
import type { Destination } from "../destination.ts";
import { createCompress } from "./compress.ts";
import { lengthOf, pickEvents, type EventBatch } from "./event-batch.ts";
import { interpretResponse, isJsonExpectedButMissing } from "./response.ts";

export interface ImportOptions {
  readonly client: MixpanelClient;
  readonly token: string;
  readonly maxInFlight: number;
}

/** Sends a request of events. */
export type PostEvents = Destination<EventBatch>["post"];

/** What a request of events is, but for sending it. */
export const EVENT_REQUESTS: Omit<Destination<EventBatch>, "post"> = {
  lengthOf,
  bytesOf: ({ bytes }) => bytes.length,
  pick: pickEvents,
  fingerprintOf: ({ bytes }) => bytes,
  interpret: interpretResponse,
};

/**
 * Events: Mixpanel's Import API (https://docs.mixpanel.com/reference/import-events) with strict
 * validation, gzip, and the token as basic authentication. Every attempt sends the same bytes, so
 * that Mixpanel recognises what it has already stored.
 */
export function createImportDestination(options: ImportOptions): Destination<EventBatch> {
  const compress = createCompress(options.maxInFlight);
  return {
    ...EVENT_REQUESTS,
    post: async ({ bytes }, deadline) =>
      await options.client({
        path: "/import?strict=1",
        headers: { "Content-Type": "application/x-ndjson", "Content-Encoding": "gzip" },
        auth: { username: options.token, password: "" },
        body: await compress(bytes),
        // Mixpanel's rate limit counts uncompressed bytes.
        weight: bytes.length,
        deadline,
        contradiction: (response) =>
          isJsonExpectedButMissing(response) ? "the response is not JSON" : undefined,
      }),
  };
}
