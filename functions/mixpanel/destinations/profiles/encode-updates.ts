import type { ProfileUpdate } from "../../../event/profile-update.ts";

/** What is put into the updates of a request before their last brace, comma first. */
export interface Additions {
  /** Into one that has an own `$ip`: the project's token. */
  readonly located: Buffer;
  /** Into every other one. */
  readonly others: Buffer;
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
 *
 * @param token the member with the token
 * @param isLocated whether the URL lets Mixpanel locate updates, for the sake of some of them
 */
export function additionsOf(token: string, isLocated: boolean): Additions {
  const located = Buffer.from(token);
  return { located, others: isLocated ? Buffer.from(`${NO_IP}${token}`) : located };
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
export function encodeUpdates(
  updates: readonly ProfileUpdate[],
  { located, others }: Additions,
): Buffer {
  const addedTo = ({ hasIp }: ProfileUpdate): Buffer => (hasIp ? located : others);
  // A bracket more than commas.
  const bytes = updates.reduce(
    (sum, update) => sum + update.end - update.start + addedTo(update).length + 1,
    updates.length === 0 ? 2 : 1,
  );
  const body = Buffer.allocUnsafe(bytes);
  let at = 0;
  body[at++] = OPEN_ARRAY;
  for (const update of updates) {
    if (at > 1) body[at++] = COMMA;
    at += update.bytes.copy(body, at, update.start, update.end - 1);
    at += addedTo(update).copy(body, at);
    body[at++] = CLOSE_OBJECT;
  }
  body[at] = CLOSE_ARRAY;
  return body;
}
