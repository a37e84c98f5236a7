import type { Problem } from "../event/problem.ts";
import { trimStart } from "../event/record.ts";
import { foreignFormatOf } from "../formats/foreign-formats.ts";
import { OPEN_ARRAY, OPEN_OBJECT } from "../formats/json/bytes.ts";
import { isParquet } from "../formats/parquet/parquet-format.ts";
import { isZstd } from "../reading/zstd-frame.ts";
import { isGzip } from "../reading/gzip-header.ts";

/** What Pub/Sub says of messages that it checked against the schema of their topic. */
const SCHEMA_ENCODING = "googclient_schemaencoding";

const ADVICE = "publish JSON, UTF-8, plain or compressed with gzip or zstd";

/**
 * What is wrong with data that are something else than JSON, and known to be: a file, or what
 * Pub/Sub says is binary Avro or protobuf. All of it is one record then, with what it is and what
 * to do; undefined of nearly all data, by their first two bytes.
 * https://cloud.google.com/pubsub/docs/schemas#format
 */
export function foreignData(
  data: Buffer,
  attributes: Readonly<Record<string, string>>,
): Problem | undefined {
  const start = trimStart(data, 0, data.length);
  const first = data[start];
  // Behind a brace is a zero in UTF-16 only.
  const looksLikeJson = first === OPEN_OBJECT || first === OPEN_ARRAY;
  if ((looksLikeJson && data[start + 1] !== 0) || first === undefined) return undefined;
  const what = whatItIs(data, attributes);
  return what === undefined
    ? undefined
    : { reason: "malformed", field: "", error: `${what}: ${ADVICE}` };
}

function whatItIs(data: Buffer, attributes: Readonly<Record<string, string>>): string | undefined {
  const foreign = foreignFormatOf(data);
  if (foreign !== undefined) return foreign.what;
  if (isParquet(data)) return "a Parquet file";
  if (isGzip(data) || isZstd(data)) return "compressed twice";
  const isBinary = attributes[SCHEMA_ENCODING] === "BINARY";
  return isBinary ? "Avro or protobuf, binary by the topic's schema settings" : undefined;
}
