import { filterMembers, type JsonObject } from "./event-properties.ts";

/** What Mixpanel writes down of an import; it is written anew when the event is imported again. */
const OF_FIRST_IMPORT: ReadonlySet<string> = new Set([
  ...["$import", "$mp_api_endpoint", "$mp_api_timestamp_ms"],
  ...["mp_processing_time_ms", "mp_sent_by_lib_version"],
]);

/** Properties of an event that comes from Mixpanel, without what tells of its first import. */
export function withoutFirstImport(properties: JsonObject): JsonObject {
  return filterMembers(properties, (name) => !OF_FIRST_IMPORT.has(name));
}
