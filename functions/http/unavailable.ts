import axios, { AxiosError } from "axios";

import { UnavailableError } from "../platform/errors.ts";
import { isRetryableStatus } from "./http-request.ts";

/**
 * What a failed request throws instead of axios' error, which holds the request with its
 * credentials. An error that is not axios' own (a bug, an UnavailableError) stays what it is.
 *
 * @param name of the request, for the message
 */
export function toUnavailableError(name: string, error: unknown): unknown {
  if (isAbort(error)) return new UnavailableError(`${name}: out of time`);
  if (!axios.isAxiosError(error)) return error;
  const status = error.response?.status;
  if (status !== undefined && isRetryableStatus(status))
    return new UnavailableError(`${name} responded with ${status}`, status);
  switch (error.code) {
    case AxiosError.ERR_CANCELED:
    case AxiosError.ECONNABORTED:
      return new UnavailableError(`${name} did not respond in time`);
    case AxiosError.ERR_BAD_RESPONSE:
      return new UnavailableError(`${name}: ${error.message}`);
    case undefined:
    default:
      return new UnavailableError(`${name} cannot be reached: ${error.code ?? error.message}`);
  }
}

/** What a signal makes of a wait that is not axios' own. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}
