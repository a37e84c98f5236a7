import type { EventCounts, RecordCounts, UpdateCounts } from "../../functions/records/counters.ts";
import type { LogLine } from "../functions/log-lines.ts";
import { countsIn } from "./run-log.ts";

/** How the import of one generation of an object ended. */
export interface ImportEnd {
  readonly state: string;
  readonly records: RecordCounts;
  readonly events: EventCounts;
  readonly profiles: UpdateCounts;
  readonly groups: UpdateCounts;
  readonly seconds: number;
}

/** What importObject said of each object. Keeps the last 10,000. */
export interface ImportHistory {
  /** Any line that names an object; others are ignored. */
  readonly onLine: (line: LogLine) => void;
  find(object: string, generation: string): ImportEnd | undefined;
}

const KEPT_IMPORTS = 10_000;

export function createImportHistory(): ImportHistory {
  const ends = new Map<string, ImportEnd>();
  const keyOf = (object: string, generation: string): string => `${object}#${generation}`;
  return {
    onLine: (line) => {
      const state = stateIn(line);
      if (state === undefined) return;
      const { records, events, profiles, groups } = countsIn(line);
      const seconds = Number(line["seconds"] ?? 0);
      const end = { state, records, events, profiles, groups, seconds };
      ends.set(keyOf(String(line["object"]), String(line["generation"])), end);
      for (const oldest of ends.keys()) {
        if (ends.size <= KEPT_IMPORTS) break;
        ends.delete(oldest);
      }
    },
    find: (object, generation) => ends.get(keyOf(object, generation)),
  };
}

function stateIn({ message, state }: LogLine): string | undefined {
  if (message === "Object skipped") return "skipped";
  if (message !== "Import complete") return undefined;
  return typeof state === "string" ? state : "complete";
}
