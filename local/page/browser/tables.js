import { byId } from "./elements.js";
import { count, size } from "./format.js";
import { fill } from "./table.js";

const REJECTS = [
  ["records", "number", ({ records }) => count(records)],
  ["reason", "", ({ reason }) => reason],
  [
    "problem",
    "wide",
    ({ field, error }) => [field, error].filter((text) => text !== "").join(": "),
  ],
  ["for example", "wide", ({ sample }) => sample],
];
const REQUESTS = [
  ["at", "", ({ atMs }) => new Date(atMs).toLocaleTimeString()],
  ["number", "number", ({ number }) => count(number)],
  ["response", "", ({ status }) => status, ({ status }) => (status === "200" ? "good" : "bad")],
  ["events", "number", ({ events }) => count(events)],
  ["imported", "number", ({ imported }) => count(imported)],
  ["rejected", "number", ({ rejected }) => count(rejected)],
  ["size", "number", ({ bytes }) => size(bytes)],
  ["sent", "number", ({ wireBytes }) => size(wireBytes)],
  ["took", "number", ({ durationMs }) => `${count(durationMs)} ms`],
  ["from", "wide", ({ userAgent }) => userAgent],
];
/** Only where there are updates of profiles. */
const UPDATES = [
  ["to", "", ({ endpoint }) => endpoint],
  ["updates", "number", ({ updates }) => count(updates)],
];

/** Why records were not imported. */
export function showRejects({ deadLetters, files, messages }) {
  const isEmpty = files.length + messages.published === 0;
  fill(
    byId("rejects"),
    REJECTS,
    deadLetters.groups,
    isEmpty ? "Nothing yet." : "No record was refused.",
  );
}

/** The latest requests to Mixpanel. */
export function showRequests({ requests }) {
  const hasUpdates = requests.some(({ updates }) => updates > 0);
  const columns = hasUpdates ? REQUESTS.toSpliced(4, 0, ...UPDATES) : REQUESTS;
  fill(byId("requests"), columns, requests, "There was no request yet.");
}
