import { isIPv6 } from "node:net";

/** A kind of value that tells who somebody is. */
export type IdentifyingKind = "email" | "phone" | "ip";

/** Begins at the character before the @, so that a long text costs one pass. */
const EMAIL = /[^\s@]@[^\s@.]+(?:\.[^\s@.]+)+/;
const OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const IPV4 = new RegExp(`(?<![\\w.])(?:${OCTET}\\.){3}${OCTET}(?!\\w|\\.\\d)`);
const IPV6_LIKE = /(?<![\w:.])[0-9a-f:.]{3,45}(?![\w:.])/gi;
const PHONE_LIKE = /(?<![\w+.,:/-])(?:\+|\(|\d)[\d ().\-/]{6,24}\d(?![\w:]|[.,/-]\d)/g;
const DATE = /^\d{4}([-/.])\d{1,2}\1\d{1,2}|^\d{1,2}([-/.])\d{1,2}\2\d{4}/;
const DECIMAL = /^\d+\.\d+$/;
const BARE_DIGITS = /^\d+$/;
/** https://www.itu.int/rec/T-REC-E.164: at most fifteen digits. */
const MAX_PHONE_DIGITS = 15;

/** Whether `text` holds, anywhere in it, what looks like one of `kinds`. */
export function isIdentifyingText(text: string, kinds: ReadonlySet<IdentifyingKind>): boolean {
  return (
    (kinds.has("email") && hasEmail(text)) ||
    (kinds.has("ip") && hasIpAddress(text)) ||
    (kinds.has("phone") && hasPhoneNumber(text))
  );
}

function hasEmail(text: string): boolean {
  if (text.includes("@")) return EMAIL.test(text);
  // As it stands in an address of a web page.
  return text.includes("%40") && EMAIL.test(text.replaceAll("%40", "@"));
}

function hasIpAddress(text: string): boolean {
  if (IPV4.test(text)) return true;
  if (!text.includes(":")) return false;
  return (text.match(IPV6_LIKE) ?? []).some((candidate) => isIPv6(candidate.replace(/\.$/, "")));
}

function hasPhoneNumber(text: string): boolean {
  return (text.match(PHONE_LIKE) ?? []).some(isPhoneNumber);
}

/**
 * An international number, or nine digits and more in groups; digits alone are more often something
 * else.
 */
function isPhoneNumber(candidate: string): boolean {
  const digits = candidate.replaceAll(/\D/g, "").length;
  if (digits > MAX_PHONE_DIGITS + 2 || DATE.test(candidate)) return false;
  if (candidate.startsWith("+")) return digits >= 7;
  if (candidate.startsWith("00")) return digits >= 9;
  if (BARE_DIGITS.test(candidate) || DECIMAL.test(candidate)) return false;
  // A version has groups of one digit; of a phone number only the first may be one (1-800-...).
  const groups = candidate.match(/\d+/g) ?? [];
  if (groups.slice(1).some((group) => group.length === 1)) return false;
  return digits >= 9 && digits <= MAX_PHONE_DIGITS;
}
