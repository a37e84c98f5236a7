import { FIRST_MILLISECONDS, IDENTITY_EVENTS } from "../../event/limits.ts";
import type { Json, JsonRecord, Transform } from "../../event/transform-contract.ts";
import { isJsonObject, type JsonObject } from "../event-properties.ts";
import { withoutFirstImport } from "../first-import.ts";
import { notA, requiredText } from "../recipe-properties.ts";
import { checkIsCalledWithRecord, checkName } from "../step-arguments.ts";
import { named, toMixpanelTime } from "../time-reader.ts";
import { createZoneClock } from "../time-zone.ts";
import { idOf } from "../user-ids.ts";

const AN_EVENT = "an event of Mixpanel's raw export";

/**
 * Events as Mixpanel's raw export (`/api/2.0/export`) and its raw pipelines write them, to be
 * imported into another project.
 *
 * - Events, times, ids and properties stay, `$insert_id` too: what was imported twice is shown once
 *   again. https://docs.mixpanel.com/reference/event-deduplication
 * - `$identify`, `$create_alias` and `$merge` are left out: projects with Simplified ID Merge
 *   refuse them. An event with `$user_id` gets that as `distinct_id`, as in Mixpanel's own guide.
 * - Properties that tell of the first import, such as `mp_processing_time_ms`, are left out.
 *
 * Projects from before 2023 hold times in the project's time zone: `mixpanelExportIn`.
 *
 * https://docs.mixpanel.com/reference/raw-event-export and
 * https://docs.mixpanel.com/guides/strategic-playbooks/project-migration
 *
 * @throws Error for a record without `event` or `properties`
 *
 * @example
 * export { mixpanelExport as transform } from "./functions/transforms/recipes/mixpanel-export.ts";
 */
export const mixpanelExport: Transform = (record) => {
  checkIsCalledWithRecord("mixpanelExport", record);
  return reimported(record, undefined);
};

/**
 * The same for a project that was created before 1 January 2023. Its times are what clocks in the
 * project's time zone showed, counted as if they were UTC, and become UTC. Of an hour that clocks
 * showed twice, the first is meant. The zone is the one that the project had when the events
 * arrived. https://docs.mixpanel.com/docs/orgs-and-projects/managing-projects
 *
 * @param zone an IANA name, as in the project's settings
 * @throws Error for a zone that does not exist
 *
 * @example export const transform = mixpanelExportIn("America/Los_Angeles");
 */
export function mixpanelExportIn(zone: string): Transform {
  checkName("mixpanelExportIn", "zone", zone);
  const toUtc = named("mixpanelExportIn", () => createZoneClock(zone));
  return (record) => reimported(record, toUtc);
}

/**
 * So that the file is a transform by itself: `pulumi config set transform
 * functions/transforms/recipes/mixpanel-export.ts`.
 */
export const transform: Transform = mixpanelExport;

type Clock = (wallMs: number) => number;

function reimported(record: JsonRecord, toUtc: Clock | undefined): JsonRecord | null {
  const event = requiredText(record, "event", AN_EVENT);
  if (IDENTITY_EVENTS.has(event)) return null;
  const { properties } = record;
  if (!isJsonObject(properties)) throw notA(AN_EVENT, record, "properties");
  const edited = inUtc(withUser(withoutFirstImport(properties)), toUtc);
  return edited === properties ? record : { event, properties: edited };
}

function withUser(properties: JsonObject): JsonObject {
  const user = idOf(properties["$user_id"]);
  const isKnown = user === undefined || user === properties["distinct_id"];
  return isKnown ? properties : { ...properties, distinct_id: user };
}

/** A time that is none stays, and is refused as such. */
function inUtc(properties: JsonObject, toUtc: Clock | undefined): JsonObject {
  const { time } = properties;
  if (toUtc === undefined || time === undefined || !isCount(time)) return properties;
  const count = Number(time);
  const wallMs = count < FIRST_MILLISECONDS ? count * 1000 : count;
  return { ...properties, time: toMixpanelTime(toUtc(wallMs)) };
}

function isCount(time: Json): boolean {
  return (typeof time === "number" || typeof time === "string") && Number(time) > 0;
}
