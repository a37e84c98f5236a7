import { isObject } from "../../functions/platform/json.ts";

/** State of a receipt that is none of importObject's. */
export const CORRUPT = "corrupt";
/** State of a receipt of a version that is not known here. */
export const NEWER = "newer";

const VERSION = 1;

/** Why nothing can be said of an object with such a receipt, to be put behind its name. */
export const WHY_UNREAD: Readonly<Record<string, string>> = {
  [CORRUPT]: "has a receipt that cannot be read: something else wrote it",
  [NEWER]:
    "has a receipt of a newer version of mixpanel-gcp, which this one cannot read: update the clone (git pull, npm ci)",
};

/**
 * Whether a receipt can be read: what it counts must not be guessed. Undefined: it can.
 *
 * @param fields of its JSON; none of what is no JSON object
 */
export function unreadState(
  fields: Readonly<Record<string, unknown>>,
): typeof CORRUPT | typeof NEWER | undefined {
  const { version, state, records } = fields;
  if (typeof version === "number" && version > VERSION) return NEWER;
  const isOurs = version === VERSION && typeof state === "string" && state !== "";
  return isOurs && isObject(records) && typeof records["read"] === "number" ? undefined : CORRUPT;
}

/** Whether it is the state of a receipt that says nothing. */
export function isUnread(state: string): boolean {
  return state in WHY_UNREAD;
}
