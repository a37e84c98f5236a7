import { Storage } from "@google-cloud/storage";

import { googleBackoffMs } from "../http/backoff.ts";
import { messageOf, UnavailableError } from "../platform/errors.ts";
import { createHttpClient, type HttpClient } from "../http/http-client.ts";

/** Access to Google's APIs with the function's own identity. */
export interface GoogleApi {
  readonly storage: Storage;
  /** Base of the JSON API of Cloud Storage, where `/b/BUCKET/o/OBJECT` goes behind. */
  readonly storageUrl: string;
  /** Base of Pub/Sub's REST API, where `/v1/projects/...` goes behind. */
  readonly pubsubUrl: string;
  readonly send: HttpClient;
  /**
   * Headers that authorise a request to `url`; none for an emulator, which has no use for them.
   *
   * @throws UnavailableError when no credentials can be had
   */
  authorize(url: string): Promise<Readonly<Record<string, string>>>;
}

export interface GoogleApiOptions {
  readonly project: string;
  /** Base URL of a Pub/Sub emulator, or "". */
  readonly pubsubEmulator: string;
  readonly maxSockets: number;
  readonly now: () => number;
  readonly random: () => number;
}

/** A range of an object takes well under a second; a silence of this length means that the connection is dead. */
const ATTEMPT_TIMEOUT_MS = 30_000;

/** The whole of a client library's own retries of small requests (metadata, receipts), in seconds. */
const CLIENT_RETRY_SECONDS = 20;

/**
 * `@google-cloud/storage` finds the credentials, reads `STORAGE_EMULATOR_HOST`, and serves small requests. Objects are
 * not read with it: its streaming read crashes the process on Node 24 when the service answers 429 or 503
 * (https://github.com/googleapis/google-cloud-node/issues/8670).
 */
export function createGoogleApi(options: GoogleApiOptions): GoogleApi {
  const storage = new Storage({
    projectId: options.project,
    timeout: ATTEMPT_TIMEOUT_MS,
    retryOptions: { autoRetry: true, maxRetries: 3, totalTimeout: CLIENT_RETRY_SECONDS },
  });
  const isEmulated = (url: string): boolean =>
    url.startsWith(options.pubsubEmulator === "" ? "\0" : options.pubsubEmulator) ||
    (storage.customEndpoint && url.startsWith(storage.baseUrl));
  return {
    storage,
    storageUrl: storage.baseUrl.replace(/\/+$/, ""),
    pubsubUrl:
      options.pubsubEmulator === "" ? "https://pubsub.googleapis.com" : options.pubsubEmulator,
    send: createHttpClient({
      attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
      delayMs: (attempt) => googleBackoffMs(attempt, options.random),
      maxSockets: options.maxSockets,
      now: options.now,
    }),
    authorize: async (url) => {
      if (isEmulated(url)) return {};
      try {
        return Object.fromEntries(await storage.authClient.getRequestHeaders(url));
      } catch (error) {
        // The metadata server that hands them out may be away for a moment, like any other service.
        throw new UnavailableError(
          `credentials for Google's APIs cannot be had: ${messageOf(error)}`,
        );
      }
    },
  };
}
