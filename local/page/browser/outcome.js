import { count } from "./format.js";

/** The sum over all kinds of what became of them so; a file that waits has no counts. */
export const sumOf = (file, outcome) =>
  [file.events, file.profiles, file.groups].reduce(
    (sum, counts) => sum + (counts?.[outcome] ?? 0),
    0,
  );

/** [what is shown, its tone]: by what became of the records, not by whether the import ended. */
export function outcomeOf(file) {
  const { state, bytes, bytesRead, records } = file;
  if (bytesRead !== undefined)
    return [`importing, ${Math.floor((100 * bytesRead) / Math.max(bytes, 1))}%`, "dim"];
  if (["waiting", "skipped", "importing"].includes(state)) return [state, "dim"];
  const refused = (records?.unusable ?? 0) + sumOf(file, "rejected");
  const unconfirmed = sumOf(file, "unconfirmed");
  const note = [
    refused > 0 ? `, ${count(refused)} refused` : "",
    unconfirmed > 0 ? `, ${count(unconfirmed)} unconfirmed` : "",
  ].join("");
  if (state !== "complete" && state !== "") return [`${state}${note}`, "bad loud"];
  if (records?.read > 0 && sumOf(file, "imported") + unconfirmed === 0)
    return [`nothing imported${note}`, "bad loud"];
  if (records?.read === 0) return ["no record in it", "doubtful"];
  return [`complete${note}`, refused + unconfirmed > 0 ? "doubtful" : "good"];
}
