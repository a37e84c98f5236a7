import { readFileSync } from "node:fs";

import type { Receipt } from "../../functions/objects/receipt.ts";

/** An object that is imported under kills, and what has to come of it. */
export interface KilledForm {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Name of its events. */
  readonly events: string;
  /** Its dead letters' records. */
  readonly dead: readonly string[];
  readonly counts: Pick<Receipt, "records" | "events">;
}

/** 6,000 rows by pyarrow, in several row groups; every copy has the same events. */
const PARQUET = readFileSync(
  new URL("../functions/formats/parquet/files/events.parquet", import.meta.url),
);
const GOOD = 1500;
const COLUMNS = ["event", "time", "distinct_id", "$insert_id", "note"];

/** A JSON array, CSV and Parquet in turn, with something refused by Mixpanel and by us. */
export function killedForm(index: number): KilledForm {
  const events = `killed-form-${index}`;
  if (index % 3 === 2)
    return {
      name: `${events}.parquet`,
      content: PARQUET,
      events: "Rows",
      dead: [],
      counts: countsOf(6000, 0, 0),
    };
  const counts = countsOf(GOOD, 1, 1);
  return index % 3 === 0
    ? { name: events, events, counts, ...arrayOf(events) }
    : { name: `${events}.csv`, events, counts, ...csvOf(events) };
}

/** How many events of each name Mixpanel shows in the end. */
export function shownIn(forms: readonly KilledForm[]): Readonly<Record<string, number>> {
  return Object.fromEntries(forms.map(({ events, counts }) => [events, counts.events.imported]));
}

type Contents = Pick<KilledForm, "content" | "dead">;

/** Pretty-printed, so that no element is a line. */
function arrayOf(name: string): Contents {
  const elements = rowsOf(name).map(([event, time, distinct_id, $insert_id, note]) =>
    JSON.stringify({ event, properties: { time: Number(time), distinct_id, $insert_id, note } }),
  );
  const [old = "", ...good] = elements;
  const broken = `{"event": ${name}}`;
  good.splice(1200, 0, old);
  good.splice(400, 0, broken);
  return { content: `[\n  ${good.join(",\n  ")}\n]\n`, dead: [old, broken] };
}

/** With line feeds in cells. */
function csvOf(name: string): Contents {
  const rows = rowsOf(name).map((cells) => cells.map((cell) => `"${cell}"`).join(","));
  const [old = "", ...good] = rows;
  const broken = `${name},no more cells`;
  good.splice(1200, 0, old);
  good.splice(400, 0, broken);
  const [cells = []] = rowsOf(name);
  const row = Object.fromEntries(COLUMNS.map((column, at) => [column, cells[at]]));
  return {
    content: `${COLUMNS.join(",")}\r\n${good.join("\r\n")}\r\n`,
    dead: [JSON.stringify(row), broken],
  };
}

/** The first is too old for Mixpanel. */
function rowsOf(name: string): readonly (readonly string[])[] {
  return Array.from({ length: GOOD + 1 }, (_, at) => [
    at === 0 ? "Poison" : name,
    at === 0 ? "1" : String(1_760_000_000 + at),
    `user-${at % 100}`,
    `${name}-${at}`,
    `some\ntext ${at}`,
  ]);
}

function countsOf(imported: number, unusable: number, rejected: number): KilledForm["counts"] {
  const produced = imported + rejected;
  return {
    records: { read: produced + unusable, dropped: 0, unusable, used: produced },
    events: { produced, imported, rejected, idsAdded: 0 },
  };
}
