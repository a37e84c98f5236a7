import { hash } from "node:crypto";

import { stringifyExactJson } from "../event/exact-json.ts";
import type { JsonRecord, Transform } from "../event/transform-contract.ts";
import { propertiesOf, textOf } from "./event-properties.ts";
import { refuseArgument } from "./step-arguments.ts";

const STEP = "sampleUsers";

/**
 * Keeps `percent` of the users with all their events and leaves the others out. Who is kept depends
 * on the id alone (`distinct_id`, else `$user_id`, else `$device_id`), so it is the same in every
 * file, message and redelivery, and whoever is kept at 10 is kept at 20. Events without an id are
 * sampled one by one.
 *
 * @param percent more than 0 and at most 100
 * @param seed another seed keeps other users
 * @throws Error when `percent` is out of range
 *
 * @example sampleUsers(10)
 */
export function sampleUsers(percent: number, seed = ""): Transform {
  if (typeof percent !== "number" || !(percent > 0 && percent <= 100))
    refuseArgument(
      STEP,
      "percent",
      percent,
      "a percentage: a number of more than 0 and at most 100",
    );
  if (typeof seed !== "string") refuseArgument(STEP, "seed", seed, "a text");
  return (record) => (shareOf(`${seed}\0${identityOf(record)}`) < percent / 100 ? record : null);
}

/** A number from 0 up to 1, evenly spread over texts. */
function shareOf(text: string): number {
  return hash("sha256", text, "buffer").readUInt32BE(0) / 2 ** 32;
}

function identityOf(record: JsonRecord): string {
  const properties = propertiesOf(record) ?? {};
  const id = ["distinct_id", "$user_id", "$device_id"]
    .map((name) => textOf(properties[name]))
    .find((text) => text !== undefined);
  return id ?? stringifyExactJson(record);
}
