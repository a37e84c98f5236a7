import { count } from "./format.js";

/** [what is shown, its tone]: by what became of the records, not by whether the import ended. */
export function outcomeOf({ state, bytes, bytesRead, records, events }) {
  if (bytesRead !== undefined)
    return [`importing, ${Math.floor((100 * bytesRead) / Math.max(bytes, 1))}%`, "dim"];
  if (state === "waiting" || state === "skipped") return [state, "dim"];
  const refused = (records?.unusable ?? 0) + (events?.rejected ?? 0);
  const note = refused > 0 ? `, ${count(refused)} refused` : "";
  if (state !== "complete" && state !== "") return [`${state}${note}`, "bad loud"];
  if (records?.read > 0 && !(events?.imported > 0)) return [`nothing imported${note}`, "bad loud"];
  if (records?.read === 0) return ["no record in it", "doubtful"];
  return [`complete${note}`, refused > 0 ? "doubtful" : "good"];
}
