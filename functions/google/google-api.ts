import { Storage } from "@google-cloud/storage";

import { googleBackoffMs } from "../http/backoff.ts";
import type { Clock } from "../platform/clock.ts";
import { endSignal, type Deadline } from "../platform/deadline.ts";
import { messageOf, UnavailableError } from "../platform/errors.ts";
import { createHttpClient, type HttpClient, type ProxyEnvironment } from "../http/http-client.ts";

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
   * @throws UnavailableError when credentials cannot be obtained before the deadline
   */
  authorize(url: string, deadline: Deadline): Promise<Readonly<Record<string, string>>>;
  /**
   * What a call of the client library gives. The library's transport ignores its own `timeout`
   * where the connection hangs, so the deadline is kept here; what comes of the call afterwards is
   * ignored.
   *
   * @throws UnavailableError at the end of the deadline, and whatever the call throws before
   */
  readonly within: <T>(name: string, deadline: Deadline, call: () => Promise<T>) => Promise<T>;
}

export interface GoogleApiOptions extends Clock {
  readonly project: string;
  /** Base URL of a Pub/Sub emulator, or "". */
  readonly pubsubEmulator: string;
  /**
   * Base URL of a Cloud Storage that is not Google's, for whoever must not depend on the
   * environment. @default `STORAGE_EMULATOR_HOST`, which the library reads
   */
  readonly storageEmulator?: string;
  readonly maxSockets: number;
  /** As of `HttpClientOptions`. */
  readonly proxyEnv?: ProxyEnvironment;
  readonly random: () => number;
}

/**
 * A range of an object takes well under a second; a silence of this length means that the
 * connection is dead.
 */
const ATTEMPT_TIMEOUT_MS = 30_000;

/**
 * The whole of a client library's own retries of small requests (metadata, receipts), in seconds.
 */
const CLIENT_RETRY_SECONDS = 20;

/**
 * `@google-cloud/storage` finds the credentials, reads `STORAGE_EMULATOR_HOST`, and serves small
 * requests. Objects are not read with it: its streaming read crashes the process on Node 24 when
 * the service answers 429 or 503 (https://github.com/googleapis/google-cloud-node/issues/8670).
 */
export function createGoogleApi(options: GoogleApiOptions): GoogleApi {
  const storage = new Storage({
    projectId: options.project,
    ...(options.storageEmulator !== undefined && { apiEndpoint: options.storageEmulator }),
    timeout: ATTEMPT_TIMEOUT_MS,
    retryOptions: { autoRetry: true, maxRetries: 3, totalTimeout: CLIENT_RETRY_SECONDS },
  });
  const isEmulated = (url: string): boolean =>
    url.startsWith(options.pubsubEmulator === "" ? "\0" : options.pubsubEmulator) ||
    (storage.customEndpoint && url.startsWith(storage.baseUrl));
  const within = async <T>(
    name: string,
    deadline: Deadline,
    call: () => Promise<T>,
  ): Promise<T> => {
    const signal = endSignal(deadline, options.now());
    return await Promise.race([call(), rejectionOf(signal, `${name}: out of time`)]);
  };
  return {
    storage,
    storageUrl: storage.baseUrl.replace(/\/+$/, ""),
    pubsubUrl:
      options.pubsubEmulator === "" ? "https://pubsub.googleapis.com" : options.pubsubEmulator,
    send: createHttpClient({
      attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
      backoffMs: (attempt) => googleBackoffMs(attempt, options.random),
      maxSockets: options.maxSockets,
      ...(options.proxyEnv !== undefined && { proxyEnv: options.proxyEnv }),
      now: options.now,
      wallNow: options.wallNow,
    }),
    within,
    authorize: async (url, deadline) => {
      if (isEmulated(url)) return {};
      const name = "obtaining credentials";
      try {
        const headers = await within(name, deadline, () =>
          storage.authClient.getRequestHeaders(url),
        );
        return Object.fromEntries(headers);
      } catch (error) {
        if (error instanceof UnavailableError) throw error;
        // The metadata server that hands them out may be away for a moment, like any other service.
        throw new UnavailableError(
          `cannot obtain credentials for Google's APIs: ${messageOf(error)}`,
        );
      }
    },
  };
}

/** Rejects when `signal` is aborted. */
function rejectionOf(signal: AbortSignal, message: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = (): void => {
      reject(new UnavailableError(message));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}
