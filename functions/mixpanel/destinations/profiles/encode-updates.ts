import type { ProfileUpdate } from "../../../event/profile-update.ts";

/** What is put into every update of a request. */
export interface Additions {
  /** The member with the project's token, comma first. */
  readonly token: string;
  /** Left out of an update that has an own `$ip`; "" when none has. */
  readonly ip: string;
}

const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const CLOSE_OBJECT = 0x7d;

/** The member with the token. */
export function tokenMember(token: string): string {
  return `,"$token":${JSON.stringify(token)}`;
}

/** An update that does not say where it comes from is located nowhere. */
const NO_IP = ',"$ip":"0"';

/**
 * What the updates of a request get: next to one that says where it comes from the others have to
 * say that they do not, since `ip=0` in the URL would be for all of them
 * (https://docs.mixpanel.com/docs/tracking-best-practices/geolocation).
 */
export function additionsTo(updates: readonly ProfileUpdate[], token: string): Additions {
  return { token, ip: updates.some(({ hasIp }) => hasIp) ? NO_IP : "" };
}

/** Most bytes of an update in a request, with the comma behind it. */
export function encodedBytes({ start, end }: ProfileUpdate, token: string): number {
  return end - start + token.length + NO_IP.length + 1;
}

/**
 * A JSON array of updates, in their order
 * (https://docs.mixpanel.com/reference/profile-batch-update). Their bytes stay what they were; what
 * is added goes before the last brace.
 */
export function encodeUpdates(updates: readonly ProfileUpdate[], { token, ip }: Additions): Buffer {
  const parts = updates.map((update) => ({
    update,
    addition: Buffer.from(update.hasIp ? token : `${ip}${token}`),
  }));
  const bytes = parts.reduce(
    (sum, { update, addition }) => sum + update.end - update.start + addition.length + 1,
    updates.length === 0 ? 2 : 1,
  );
  const body = Buffer.allocUnsafe(bytes);
  let at = 0;
  body[at++] = OPEN_ARRAY;
  for (const { update, addition } of parts) {
    if (at > 1) body[at++] = COMMA;
    at += update.bytes.copy(body, at, update.start, update.end - 1);
    at += addition.copy(body, at);
    body[at++] = CLOSE_OBJECT;
  }
  body[at] = CLOSE_ARRAY;
  return body;
}
