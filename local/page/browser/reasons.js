import { element } from "./elements.js";
import { count } from "./format.js";

/** Names of files whose reasons are shown: the rows are made anew every second. */
const opened = new Set();

/** A file's name; with its reasons below it when it is clicked. */
export function nameOf({ name, generation, reasons = [], note = "" }) {
  if (reasons.length === 0) return note === "" ? name : withNote(name, note);
  const key = `${name}#${generation}`;
  const details = element("details");
  details.open = opened.has(key);
  details.addEventListener("toggle", () => {
    if (details.open) opened.add(key);
    else opened.delete(key);
  });
  const list = element("ul");
  for (const reason of reasons)
    list.append(
      element("li", `${count(reason.records)} × ${problemOf(reason)} (e.g. ${reason.sample})`),
    );
  details.append(element("summary", name), list);
  return details;
}

function withNote(name, note) {
  const both = element("span", name);
  both.append(element("br"), element("span", note, "dim"));
  return both;
}

const problemOf = ({ reason, field, error }) =>
  [reason, [field, error].filter((text) => text !== "").join(": ")].join(", ");
