import { createGoogleApi, type GoogleApi } from "../functions/google/google-api.ts";
import { systemClock } from "../functions/platform/clock.ts";
import { deadlineAt } from "../functions/platform/deadline.ts";
import { messageOf } from "../functions/platform/errors.ts";
import { UserError } from "../functions/platform/user-error.ts";

/** Long enough for a token from anywhere; nobody waits longer to be told that there is none. */
const CREDENTIALS_MS = 10_000;
/** A receipt takes some 50 ms to be read: 100,000 of them a few minutes. */
const MAX_SOCKETS = 32;
const LOGIN = "Run: gcloud auth application-default login";

export interface AccessOptions {
  /** "" where nothing depends on it. */
  readonly project: string;
  /** Base URLs of services on this machine; undefined: Google's. */
  readonly local?: { readonly storageUrl: string; readonly pubsubUrl: string } | undefined;
}

/** Google's APIs for the person at the keyboard: with application default credentials. */
export function createAccess({ project, local }: AccessOptions): GoogleApi {
  return createGoogleApi({
    project,
    pubsubEmulator: local?.pubsubUrl ?? "",
    ...(local === undefined ? { proxyEnv: process.env } : { storageEmulator: local.storageUrl }),
    maxSockets: MAX_SOCKETS,
    ...systemClock,
    random: Math.random,
  });
}

/**
 * Finds out whether there are credentials: without any, the client library would send its requests
 * all the same, and retry them.
 *
 * @param what cannot be done without them: `gs://bucket/object cannot be read`
 * @throws UserError saying how to log in
 */
export async function requireCredentials(google: GoogleApi, what: string): Promise<void> {
  const problem = await findCredentialsProblem(google);
  if (problem !== undefined) throw new UserError(`${what}: ${problem}. ${LOGIN}`);
}

/** Why there are no credentials that work; undefined when there are. */
export async function findCredentialsProblem(google: GoogleApi): Promise<string | undefined> {
  // On a machine outside Google's cloud the library would look for a metadata server for many
  // seconds, and warn that there is none (https://github.com/googleapis/gcp-metadata#environment-variables).
  process.env["METADATA_SERVER_DETECTION"] ??= "bios-only";
  try {
    await google.authorize(google.storageUrl, deadlineAt(systemClock.now() + CREDENTIALS_MS));
    return undefined;
  } catch (error) {
    const text = messageOf(error);
    return text.includes("default credentials")
      ? "there are no Google Cloud credentials on this machine"
      : text;
  }
}
