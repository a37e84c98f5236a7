import { isObject, parseJson } from "../../functions/platform/json.ts";
import type { PushIdentity } from "./subscription-settings.ts";

/**
 * Who a push request comes from, in the form of the identity token that the service sends
 * (https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions#validate_tokens). Unsigned:
 * whoever reaches it on loopback could read the key as well.
 */
export function createPushToken(
  { serviceAccountEmail, audience }: PushIdentity,
  nowMs = Date.now(),
): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const iat = Math.floor(nowMs / 1000);
  const claims = {
    iss: ISSUERS[0],
    aud: audience,
    email: serviceAccountEmail,
    email_verified: true,
    iat,
    exp: iat + LIFETIME_SECONDS,
  };
  return `${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.`;
}

/**
 * Of an `Authorization` header; undefined when that is not of such a token, or of one that is not
 * valid now: expired, not Google's, or of an address that nobody has verified.
 */
export function readPushToken(authorization: string, nowMs = Date.now()): PushIdentity | undefined {
  const payload = /^Bearer [\w-]+\.([\w-]+)\.$/.exec(authorization)?.[1] ?? "";
  const claims = parseJson(Buffer.from(payload, "base64url").toString("utf8"));
  if (!isObject(claims)) return undefined;
  const { iss, aud, email, email_verified: isVerified, exp } = claims;
  if (typeof aud !== "string" || typeof email !== "string") return undefined;
  if (typeof exp !== "number" || exp * 1000 <= nowMs) return undefined;
  if (!ISSUERS.some((issuer) => issuer === iss) || isVerified !== true) return undefined;
  return { serviceAccountEmail: email, audience: aud };
}

/** https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload */
const ISSUERS = ["https://accounts.google.com", "accounts.google.com"] as const;
/** Tokens are "up to one hour old" (validate_tokens, above). */
const LIFETIME_SECONDS = 3600;
