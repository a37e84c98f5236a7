import { count } from "./format.js";

/** They may be in another reader's hands. */
export const noneIn = ({ missing, expected }) =>
  missing === 0 && expected !== null ? "There are no dead letters." : "No dead letters came.";

export const laterIn = ({ later }) =>
  later > 0 ? `${countOf(later, "dead letter")} came meanwhile.` : "";

export function missingIn({ missing, expected, full }) {
  if (full) return "These are as many as can be held at a time: there may be more.";
  if (expected === null)
    return "Whether another reader holds dead letters is not known: there are no metrics to be had.";
  if (missing === 0) return "";
  return `${countOf(missing, "dead letter")} did not come: another reader may hold them. Look again in 10 minutes.`;
}

/** Of a try. */
export function wouldBeDone(report) {
  const { replaced, sent, left } = report.total;
  const would = `Replaying would send ${countOf(sent, "record")} of ${countOf(replaced, "dead letter")}`;
  const stay = left > 0 ? `; ${count(left)} would stay: ${reasonsOf(report)}` : "";
  return joined([`${would}${stay}.`, missingIn(report)]);
}

/** Of a replay: what it did, and what it did not. */
export function whatWasDone(report) {
  const { replaced, sent, left, unrepaired } = report.total;
  const stayed = left > 0 ? `, ${count(left)} stay` : "";
  const kept = unrepaired > 0 ? `, ${countOf(unrepaired, "record")} not repaired` : "";
  const done = `Sent ${countOf(sent, "record")} of ${countOf(replaced, "dead letter")}${stayed}${kept}.`;
  return joined([done, laterIn(report), missingIn(report)]);
}

/** For a POSIX shell: a reason is a text of whoever wrote the dead letter. */
export function dryRunOf({ reason }) {
  const only = reason === "" ? "" : ` --reason '${reason.replaceAll("'", String.raw`'\''`)}'`;
  return `npx --no mixpanel-gcp replay${only} --dry-run`;
}

export const joined = (texts) => texts.filter((text) => text !== "").join(" ");

const countOf = (number, thing) => `${count(number)} ${thing}${number === 1 ? "" : "s"}`;

const reasonsOf = ({ groups }) =>
  [...new Set(groups.map(({ why }) => why).filter((why) => why !== ""))].join("; ");
