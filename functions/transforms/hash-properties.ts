import { createHmac, hash } from "node:crypto";

import { stringifyExactJson } from "../event/exact-json.ts";
import type { Json, JsonRecord, Transform, TransformContext } from "../event/transform-contract.ts";
import { editNamedProperties, isJsonArray } from "./event-properties.ts";
import { isPlaceholderId } from "./placeholder-id.ts";
import { checkNames, checkSome } from "./step-arguments.ts";

const STEP = "hashProperties";

/**
 * The secret of a hash; without it anybody could try all e-mail addresses and see which one gives
 * the hash.
 */
export type HashSecret = { readonly hmacKey: string } | { readonly salt: string };

/** 128 bits cannot be guessed. */
const MIN_SECRET_BYTES = 16;

const IDS: ReadonlySet<string> = new Set(["distinct_id", "$user_id", "$device_id"]);

/**
 * Replaces the values of these properties by 64 hexadecimal digits that are the same for the same
 * value, so that users can still be told apart and counted: HMAC-SHA-256 with `hmacKey` (the better
 * choice), or SHA-256 of `salt` followed by the value. Numbers are hashed as their text, lists
 * element by element, other values as their JSON. null, "" and, in `distinct_id`, `$user_id` and
 * `$device_id`, placeholders such as `anonymous` stay: they identify nobody. Values are not
 * normalised: "A@b.c" and "a@b.c" have different hashes.
 *
 * In an update of a profile the same is done to what its operator takes, and with `distinct_id` to
 * `$distinct_id`: a user's profile stays that of the user's events.
 *
 * Without `secret` the key is `context.secret`, the stack's `transformSecret`: it comes from Secret
 * Manager and is in no archive, state or log. A secret that is written here becomes part of the
 * built code, which whoever may read the function's source archive can read. Keep a copy: with
 * another one every user becomes a new user.
 *
 * @throws Error when the secret has fewer than 16 bytes; for a missing `context.secret` at every
 *   record
 *
 * @example
 * // openssl rand -hex 32 | pulumi config set --secret transformSecret
 * hashProperties(["distinct_id", "email"])
 */
export function hashProperties(names: readonly string[], secret?: HashSecret): Transform {
  checkNames(STEP, "names", names);
  checkSome(STEP, "name", names);
  const digestOf = secret === undefined ? digestBySecret() : always(createDigest(secret));
  const withHashedId = (record: JsonRecord, context: TransformContext): JsonRecord => {
    const { $distinct_id: id } = record;
    const isKept = !names.includes("distinct_id") || isPlaceholderId(id);
    if (isKept) return record;
    return { ...record, $distinct_id: hashValue(id, digestOf(context.secret)) };
  };
  return (record, context) =>
    editNamedProperties(withHashedId(record, context), (properties) => {
      const present = names.filter((name) => Object.hasOwn(properties, name));
      if (present.length === 0) return properties;
      const hashed = present.map((name) => {
        const value = properties[name];
        const digest = digestOf(context.secret);
        const identifiesNobody = IDS.has(name) && isPlaceholderId(value);
        return [name, identifiesNobody ? value : hashValue(value, digest)] as const;
      });
      return { ...properties, ...Object.fromEntries(hashed) };
    });
}

type Digest = (text: string) => string;

function always(digest: Digest): () => Digest {
  return () => digest;
}

/** The digest with `context.secret`, which stays the same for as long as the instance lives. */
function digestBySecret(): (secret: string | undefined) => Digest {
  let known: { readonly secret: string; readonly digest: Digest } | undefined;
  return (secret) => {
    if (secret === undefined || secret === "")
      throw new Error(
        "hashProperties has no secret: pulumi config set --secret transformSecret " +
          "(TRANSFORM_SECRET where it runs locally)",
      );
    if (known?.secret !== secret) known = { secret, digest: createDigest({ hmacKey: secret }) };
    return known.digest;
  };
}

function hashValue(value: Json | undefined, digest: Digest): Json | undefined {
  if (value === undefined || value === null || value === "") return value;
  if (typeof value === "string") return digest(value);
  if (isJsonArray(value)) return value.map((element) => hashValue(element, digest) ?? null);
  return digest(typeof value === "object" ? stringifyExactJson(value) : value.toString());
}

/** What is wrong with a secret is told without it. */
function createDigest(secret: HashSecret): Digest {
  // A transform may be plain JavaScript, and its key may come from a file that lacks it.
  if (!isHashSecret(secret))
    throw new Error(`${STEP}: secret has to be { hmacKey: "..." } or { salt: "..." }.`);
  const text = "salt" in secret ? secret.salt : secret.hmacKey;
  if (typeof text !== "string" || Buffer.byteLength(text) < MIN_SECRET_BYTES)
    throw new Error(`${STEP} needs a secret of at least ${MIN_SECRET_BYTES} bytes.`);
  return "salt" in secret
    ? (value) => hash("sha256", text + value, "hex")
    : (value) => createHmac("sha256", text).update(value).digest("hex");
}

function isHashSecret(secret: unknown): secret is HashSecret {
  if (typeof secret !== "object" || secret === null) return false;
  const names = Object.keys(secret);
  return names.length === 1 && ["hmacKey", "salt"].includes(names[0] ?? "");
}
