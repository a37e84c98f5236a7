import { CredentialsError } from "../../functions/platform/errors.ts";

/** What gets credentials that work again. */
export const LOGIN = "Run: gcloud auth application-default login";

/**
 * What Google's sign-in says when a login has expired, or is to be done once more
 * (https://developers.google.com/identity/protocols/oauth2#expiration): trying again is no use.
 */
const EXPIRED = /invalid_grant|invalid_rapt|reauth/i;

/** Whether the operator's credentials could not be renewed, rather than a service was away. */
export function isLoginExpired(error: unknown): boolean {
  return error instanceof Error && EXPIRED.test(error.message);
}

/** A failure of the moment in sentences: what it was, and what a person can do about it. */
export function describeFailure(error: Error): string {
  return `${error.message.replace(/\.$/, "")}. ${remedyOf(error)}`;
}

/** By default it may be over by now. */
function remedyOf(error: Error): string {
  if (isLoginExpired(error)) return LOGIN;
  if (!(error instanceof CredentialsError)) return "Try again.";
  return error.status === 401 ? LOGIN : "docs/permissions.md lists the roles an operator needs.";
}
