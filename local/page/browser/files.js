import { byId } from "./elements.js";
import { count, size } from "./format.js";
import { againOf } from "./import-again.js";
import { outcomeOf, sumOf } from "./outcome.js";
import { nameOf } from "./reasons.js";
import { fill } from "./table.js";

/** More rows than these are shown when they are asked for. */
const FOLDED_FILES = 20;

const ended = (read) => (file) => (file.records ? count(read(file)) : "");
const COLUMNS = [
  ["name", "wide", nameOf],
  ["state", "", (file) => outcomeOf(file)[0], (file) => outcomeOf(file)[1]],
  // The messages are no file.
  ["size", "number", ({ bytes, state }) => (state === "" ? "" : size(bytes))],
  ["read", "number", ended(({ records }) => records.read)],
  ["imported", "number", ended((file) => sumOf(file, "imported"))],
  ["of users", "number", ended(({ profiles }) => profiles?.imported ?? 0), undefined, "profiles"],
  ["of groups", "number", ended(({ groups }) => groups?.imported ?? 0), undefined, "groups"],
  ["rejected", "number", ended((file) => sumOf(file, "rejected"))],
  ["unusable", "number", ended(({ records }) => records.unusable)],
  ["dropped", "number", ended(({ records }) => records.dropped)],
  ["seconds", "number", ({ seconds }) => (seconds ? seconds.toFixed(2) : "")],
  ["", "", againOf, undefined, "canImportAgain"],
];

/** Those of a kind of profiles, and the buttons, only where a file has any. */
const columnsOf = (rows) =>
  COLUMNS.filter(
    ([, , , , kind]) =>
      kind === undefined || rows.some((row) => row[kind] === true || row[kind]?.produced > 0),
  );

/** The messages, and files newest first; of many, those that went wrong first. */
export function showFiles({ files, fileCount, messages }, isUnfolded) {
  const rows = messages?.published > 0 ? [rowOf(messages), ...files] : [...files];
  const hidden = isUnfolded ? 0 : Math.max(0, rows.length - FOLDED_FILES);
  // What went wrong must not be among the rows that are folded away.
  const isBad = (file) => outcomeOf(file)[1].startsWith("bad");
  if (hidden > 0) rows.sort((one, other) => Number(isBad(other)) - Number(isBad(one)));
  fill(
    byId("files"),
    columnsOf(rows),
    hidden > 0 ? rows.slice(0, FOLDED_FILES) : rows,
    messages === undefined
      ? "No file yet."
      : "No file was uploaded and no message published yet: see Import more.",
  );
  byId("file-note").textContent =
    fileCount > files.length ? `the newest ${files.length} of ${count(fileCount)}` : "";
  byId("unfold").hidden = hidden === 0;
  byId("unfold").textContent = `Show ${count(hidden)} more`;
}

const rowOf = ({ records, events, profiles, groups }) => ({
  ...{ name: "messages", state: "", bytes: 0 },
  ...{ records, events, profiles, groups },
});
