import { objectUri, type ObjectGeneration } from "../../functions/reading/object-generation.ts";

/** A message of the dead-letter topic, or a line of a file of such. */
export interface DeadLetter {
  readonly messageId: string;
  /** RFC 3339: when it became a dead letter; "" when that is not known. */
  readonly publishTime: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly data: Buffer;
  /** Other messages that it was put together from. @default none */
  readonly parts?: readonly DeadLetter[];
  /** Where it is in a file of letters: `letters.ndjson line 3`. @default it is in no file */
  readonly place?: string;
}

/** Why something is a dead letter, and where it is from. */
export interface LetterProblem {
  readonly reason: string;
  readonly field: string;
  readonly error: string;
  readonly source: string;
}

/** What Pub/Sub adds to a message that it gives up
 * (https://cloud.google.com/pubsub/docs/handling-failures#dead_letter_topic). */
const FORWARDED = "CloudPubSubDeadLetter";
const SUBSCRIPTION = `${FORWARDED}SourceSubscription`;

/** The subscription that Pub/Sub could not deliver it from; undefined: a function published it. */
export function forwardedFrom({ attributes }: DeadLetter): string | undefined {
  const subscription = attributes[SUBSCRIPTION];
  const project = attributes[`${SUBSCRIPTION}Project`];
  if (subscription === undefined || project === undefined) return undefined;
  return `projects/${project}/subscriptions/${subscription}`;
}

/**
 * The attributes that a forwarded message once came with. Those that begin with `goog` are
 * Pub/Sub's own and cannot be published
 * (https://cloud.google.com/pubsub/docs/publisher#using-attributes).
 */
export function attributesBeforeForward({ attributes }: DeadLetter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).filter(([key]) => !key.startsWith(FORWARDED) && !/^goog/i.test(key)),
  );
}

/** What says something of a dead letter, whatever an original attribute of that name says. */
const OWN_ATTRIBUTES = new Set(
  (
    "version reason field error records source bucketId objectId objectGeneration lines format " +
    "positions replays messageId publishTime part parts bytes sha256 truncated offset"
  ).split(" "),
);
const ORIGINAL = "original.";

/**
 * The letter of a message, with those of the message's attributes that a filter names under their
 * own names as well: a message has room for 100
 * (https://cloud.google.com/pubsub/quotas#resource_limits).
 */
export function withOriginalAttributes(letter: DeadLetter, filter: string): DeadLetter {
  const original = Object.entries(letter.attributes)
    .filter(([key]) => key.startsWith(ORIGINAL))
    .map(([key, value]) => [key.slice(ORIGINAL.length), value] as const)
    .filter(([key]) => key !== "" && !OWN_ATTRIBUTES.has(key) && !/^goog/i.test(key))
    .filter(([key]) => filter.includes(key));
  return { ...letter, attributes: { ...Object.fromEntries(original), ...letter.attributes } };
}

/** The object that its records are from, or that it is about. */
export function objectOf({ attributes }: DeadLetter): ObjectGeneration | undefined {
  const { bucketId = "", objectId = "", objectGeneration = "" } = attributes;
  if (bucketId === "" || objectId === "" || !/^\d+$/.test(objectGeneration)) return undefined;
  return { bucket: bucketId, object: objectId, generation: objectGeneration };
}

/** By which letters are grouped. An object's generations are one source. */
export function problemOf(letter: DeadLetter): LetterProblem {
  const { reason = "", field = "", error = "" } = letter.attributes;
  const forwarded = forwardedFrom(letter);
  if (forwarded !== undefined)
    return {
      reason: "undelivered",
      field: "",
      error: "Pub/Sub gave it up after many deliveries",
      source: forwarded,
    };
  const object = objectOf(letter);
  const source = object === undefined ? sourceOf(letter) : `gs://${object.bucket}/${object.object}`;
  return { reason, field, error, source };
}

/** `gs://bucket/object#generation`, whole, or the subscription's name. */
export function sourceOf(letter: DeadLetter): string {
  const object = objectOf(letter);
  if (object !== undefined) return objectUri(object);
  return forwardedFrom(letter) ?? letter.attributes["source"] ?? "";
}

/**
 * Where its first record is: `gs://bucket/object#7 line 3`, `message 17`; of a letter in a file,
 * where that can be edited.
 */
export function placeOf(letter: DeadLetter): string {
  if (letter.place !== undefined) return letter.place;
  const object = objectOf(letter);
  const [line] = /^\d+/.exec(letter.attributes["lines"] ?? "") ?? [];
  if (object !== undefined)
    return line === undefined ? objectUri(object) : `${objectUri(object)} line ${line}`;
  return `message ${letter.attributes["messageId"] ?? letter.messageId}`;
}

/** Records that it says to hold; parts but the first one say 0. */
export function recordsSaid({ attributes }: DeadLetter): number {
  const { records = "1" } = attributes;
  return /^\d{1,9}$/.test(records) ? Number(records) : 1;
}

/** How often its records were replayed. */
export function replaysOf({ attributes }: DeadLetter): number {
  const { replays = "0" } = attributes;
  return /^\d{1,9}$/.test(replays) ? Number(replays) : 0;
}
