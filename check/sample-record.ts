import type { PreparedRecord } from "../functions/records/prepare-record.ts";
import type { RecordBytes } from "../functions/event/record.ts";
import type { Sample } from "./check-summary.ts";
import { textsOf } from "./outgoing-event.ts";

/** A record before and after. */
export function toSample(file: string, record: RecordBytes, prepared: PreparedRecord): Sample {
  const before = record.bytes.toString("utf8", record.start, record.end);
  const place = { file, line: record.line, before };
  if (prepared.kind === "used") return { ...place, after: textsOf(prepared) };
  if (prepared.kind === "dropped") return { ...place, after: [], note: "left out" };
  const { reason, field, error } = prepared.problem;
  const note = [reason, field, error].filter((text) => text !== "").join(", ");
  return { ...place, after: [], note };
}
