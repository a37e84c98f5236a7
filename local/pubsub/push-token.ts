import { isObject, parseJson } from "../../functions/platform/json.ts";
import type { PushIdentity } from "./subscription-settings.ts";

/**
 * Who a push request comes from, in the form of the identity token that the service sends
 * (https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions#validate_tokens). Unsigned:
 * whoever reaches it on loopback could read the key as well.
 */
export function createPushToken({ serviceAccountEmail, audience }: PushIdentity): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const claims = { aud: audience, email: serviceAccountEmail, email_verified: true };
  return `${encode({ alg: "none", typ: "JWT" })}.${encode(claims)}.`;
}

/** Of an `Authorization` header; undefined when that is not of such a token. */
export function readPushToken(authorization: string): PushIdentity | undefined {
  const payload = /^Bearer [\w-]+\.([\w-]+)\.$/.exec(authorization)?.[1] ?? "";
  const claims = parseJson(Buffer.from(payload, "base64url").toString("utf8"));
  if (!isObject(claims)) return undefined;
  const { aud, email } = claims;
  if (typeof aud !== "string" || typeof email !== "string") return undefined;
  return { serviceAccountEmail: email, audience: aud };
}
