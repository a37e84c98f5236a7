import type { Json, JsonRecord } from "../event/transform-contract.ts";
import { toJson } from "./cell-types.ts";
import { isJsonArray, type JsonObject } from "./event-properties.ts";
import { objectOf, withoutEmpty } from "./recipe-properties.ts";
import { named } from "./time-reader.ts";

/** `iglu:VENDOR/NAME/FORMAT/MODEL-REVISION-ADDITION`, of which the model counts. */
const SCHEMA = /^iglu:([\w.-]+)\/([\w-]+)\/[\w-]+\/(\d+)-\d+-\d+$/;

/**
 * What an event says of itself: the members of `unstruct_event_*`, or of `unstruct_event` where
 * that is the self-describing JSON of the TSV.
 * https://docs.snowplow.io/docs/fundamentals/canonical-event/
 */
export function selfDescribing(record: JsonRecord): JsonObject {
  const column = Object.keys(record).find((name) => name.startsWith("unstruct_event_"));
  if (column !== undefined) return objectOf(record[column]);
  return objectOf(objectOf(dataIn(record, "unstruct_event"))["data"]);
}

/**
 * The entities around an event, a list of each kind: `contexts_com_acme_product_1` as the Analytics
 * SDKs name them, whether they come so or in the self-describing JSON of the TSV.
 */
export function entities(record: JsonRecord): JsonObject {
  const found = new Map<string, Json>();
  for (const [name, value] of Object.entries(record))
    if (name.startsWith("contexts_") && value !== undefined) found.set(name, value);
  for (const column of ["contexts", "derived_contexts"]) {
    const list = dataIn(record, column);
    for (const entity of isJsonArray(list) ? list : []) {
      const { schema, data } = objectOf(entity);
      const name = nameOfSchema(schema);
      const others = found.get(name);
      found.set(name, [...(isJsonArray(others) ? others : []), data ?? null]);
    }
  }
  return withoutEmpty([...found]);
}

/** What is in a column of self-describing JSON. */
function dataIn(record: JsonRecord, column: string): Json | undefined {
  return objectOf(named(column, () => toJson(record[column] ?? null)))["data"];
}

function nameOfSchema(schema: Json | undefined): string {
  const match = typeof schema === "string" ? SCHEMA.exec(schema) : null;
  if (match === null) throw new Error("contexts: an entity without an Iglu schema");
  const [, vendor = "", name = "", model = ""] = match;
  const words = name.replace(/([^A-Z_])([A-Z])/g, "$1_$2");
  return `contexts_${vendor}_${words}_${model}`.replaceAll(/[.-]/g, "_").toLowerCase();
}
