import { ApiError } from "@google-cloud/storage";

import {
  CredentialsError,
  messageOf,
  PipelineError,
  UnavailableError,
} from "../platform/errors.ts";

/** HTTP status of an error of `@google-cloud/storage`, when it has one. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof ApiError ? error.code : undefined;
}

/**
 * An error of `@google-cloud/storage` as one of ours; one of ours stays. `what` says what was
 * tried.
 */
export function translateStorageError(what: string, error: unknown): PipelineError {
  if (error instanceof PipelineError) return error;
  const status = statusOf(error);
  if (status === 401 || status === 403)
    return new CredentialsError(`${what} is not allowed (${status})`, status);
  return new UnavailableError(`${what} failed: ${messageOf(error)}`, status);
}
