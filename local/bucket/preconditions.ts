import { BucketError, conditionNotMet, invalidRequest } from "./bucket-error.ts";
import type { ObjectRecord } from "./object-record.ts";

/** https://cloud.google.com/storage/docs/request-preconditions; undefined = not asked for. */
export interface Preconditions {
  /** 0 = there must be no live object. */
  readonly generationMatch?: number | undefined;
  readonly generationNotMatch?: number | undefined;
  readonly metagenerationMatch?: number | undefined;
  readonly metagenerationNotMatch?: number | undefined;
}

/**
 * Reads `ifGenerationMatch` and its relatives; with prefix `ifSource`, those of a copy's source.
 *
 * @throws BucketError 400 when one is not a whole number
 */
export function parsePreconditions(
  query: URLSearchParams,
  prefix: "if" | "ifSource" = "if",
): Preconditions {
  return {
    generationMatch: readInteger(query, `${prefix}GenerationMatch`),
    generationNotMatch: readInteger(query, `${prefix}GenerationNotMatch`),
    metagenerationMatch: readInteger(query, `${prefix}MetagenerationMatch`),
    metagenerationNotMatch: readInteger(query, `${prefix}MetagenerationNotMatch`),
  };
}

/** A whole number of the query; undefined when absent. @throws BucketError 400 */
export function readInteger(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  if (!/^\d{1,19}$/.test(text)) throw invalidRequest(`Invalid value for ${name}: "${text}"`);
  return Number(text);
}

/**
 * Holds `preconditions` against the object they are about; undefined = it does not exist, which
 * counts as generation 0.
 *
 * @throws BucketError 412; for a read whose NotMatch condition fails 304, as HTTP has it
 */
export function checkPreconditions(
  record: ObjectRecord | undefined,
  preconditions: Preconditions,
  reading = false,
): void {
  const generation = record?.generation ?? 0;
  const metageneration = record?.metageneration ?? 0;
  const differs = (wanted: number | undefined, actual: number): boolean =>
    wanted !== undefined && wanted !== actual;

  if (
    differs(preconditions.generationMatch, generation) ||
    differs(preconditions.metagenerationMatch, metageneration)
  )
    throw conditionNotMet();
  if (
    preconditions.generationNotMatch === generation ||
    preconditions.metagenerationNotMatch === metageneration
  )
    throw reading ? new BucketError(304, "notModified", "Not Modified") : conditionNotMet();
}
