import { createHmac, hash } from "node:crypto";

import { stringifyExactJson } from "../event/exact-json.ts";
import type { Json, Transform } from "../event/transform-contract.ts";
import { editProperties, isJsonArray } from "./event-properties.ts";
import { isPlaceholderId } from "./placeholder-id.ts";

/** The secret of a hash; without it anybody could try all e-mail addresses and see which one gives the hash. */
export type HashSecret = { readonly hmacKey: string } | { readonly salt: string };

/** 128 bits cannot be guessed. */
const MIN_SECRET_BYTES = 16;

const IDS: ReadonlySet<string> = new Set(["distinct_id", "$user_id", "$device_id"]);

/**
 * Replaces the values of these properties by 64 hexadecimal digits that are the same for the same value, so that users
 * can still be told apart and counted: HMAC-SHA-256 with `hmacKey` (the better choice), or SHA-256 of `salt` followed by
 * the value. Numbers are hashed as their text, lists element by element, other values as their JSON. null, "" and, in
 * `distinct_id`, `$user_id` and `$device_id`, placeholders such as `anonymous` stay: they identify nobody. Values are
 * not normalised: "A@b.c" and "a@b.c" have different hashes.
 *
 * The secret becomes part of the built code, which whoever may read the function's source archive can read. Keep it in a
 * file of its own outside git, and keep a copy: with another one every user becomes a new user.
 *
 * @throws Error when the secret has fewer than 16 bytes
 *
 * @example
 * import { HMAC_KEY } from "./transform-key.ts"; // in .gitignore; made with: openssl rand -hex 32
 * hashProperties(["distinct_id", "email"], { hmacKey: HMAC_KEY })
 */
export function hashProperties(names: readonly string[], secret: HashSecret): Transform {
  const digest = createDigest(secret);
  return (record) =>
    editProperties(record, (properties) => {
      const present = names.filter((name) => Object.hasOwn(properties, name));
      if (present.length === 0) return properties;
      const hashed = present.map((name) => {
        const value = properties[name];
        const identifiesNobody = IDS.has(name) && isPlaceholderId(value);
        return [name, identifiesNobody ? value : hashValue(value, digest)] as const;
      });
      return { ...properties, ...Object.fromEntries(hashed) };
    });
}

function hashValue(value: Json | undefined, digest: (text: string) => string): Json | undefined {
  if (value === undefined || value === null || value === "") return value;
  if (typeof value === "string") return digest(value);
  if (isJsonArray(value)) return value.map((element) => hashValue(element, digest) ?? null);
  return digest(typeof value === "object" ? stringifyExactJson(value) : value.toString());
}

function createDigest(secret: HashSecret): (text: string) => string {
  const text = "salt" in secret ? secret.salt : secret.hmacKey;
  // A transform may be plain JavaScript, and its key may come from a file that lacks it.
  if (typeof text !== "string" || Buffer.byteLength(text) < MIN_SECRET_BYTES)
    throw new Error(`hashProperties needs a secret of at least ${MIN_SECRET_BYTES} bytes.`);
  return "salt" in secret
    ? (value) => hash("sha256", text + value, "hex")
    : (value) => createHmac("sha256", text).update(value).digest("hex");
}
