import { recordsOf } from "../../../cli/replay/letter-records.ts";
import type { Repair } from "../../../cli/replay/repair.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";

/** A dead letter of a message, as it is published. */
export function deadLetter(
  data: string | Buffer,
  attributes: Readonly<Record<string, string>> = {},
): { readonly data: string; readonly attributes: Readonly<Record<string, string>> } {
  return {
    data: Buffer.from(data).toString("base64"),
    attributes: {
      version: "1",
      reason: "invalid",
      field: "",
      error: "missing",
      records: "1",
      source: CLOUD_NAMES.eventsSubscription,
      messageId: "1",
      publishTime: "2026-11-20T10:00:00Z",
      replays: "0",
      ...attributes,
    },
  };
}

/** Those of a dead letter of an object. */
export function ofObject(
  object: string,
  lines: string,
  generation = "1",
): Readonly<Record<string, string>> {
  const bucketId = "landing";
  return {
    source: `gs://${bucketId}/${object}#${generation}`,
    bucketId,
    objectId: object,
    objectGeneration: generation,
    ...(lines !== "" && { lines }),
  };
}

/** Repairs every record but those with `{}`. */
export const HALF: Repair = {
  repair: (letters) =>
    letters.map((letter) =>
      recordsOf(letter).map((record) =>
        record.bytes.toString() === "{}"
          ? { kind: "unrepaired", record, error: "cannot" }
          : { kind: "sent", record, results: [{ ...record, isRow: false }], isChanged: true },
      ),
    ),
};
