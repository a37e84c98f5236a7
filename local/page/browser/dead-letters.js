import { byId, element } from "./elements.js";
import { count } from "./format.js";
import { post, ResponseError } from "./session.js";
import { fill } from "./table.js";

const problemOf = ({ field, error }) => [field, error].filter((text) => text !== "").join(": ");
const COLUMNS = [
  ["records", "number", ({ records }) => count(records)],
  ["reason", "", ({ reason }) => reason],
  ["problem", "wide", problemOf],
  ["from", "wide", ({ source, isMerged }) => (isMerged ? MERGED : source)],
  ["goes", "wide", ({ action, why }) => DESTINATIONS[action] ?? why],
];
const MERGED = "more files, fields or errors than are kept apart";
const ENDED =
  "The console does not respond any more: what it was doing ends with it, and loses nothing.";
const DESTINATIONS = {
  records: "to the events topic",
  object: "as a file again",
  forward: "to where it came from",
};

/** Makes the buttons work: nothing is looked at before somebody asks for it. */
export function followDeadLetters() {
  byId("look").addEventListener("click", look);
}

async function look() {
  await doing("Looking", async () => {
    const report = await post("/dead-letters", {});
    byId("action").replaceChildren();
    byId("records").replaceChildren();
    const columns = [...COLUMNS, ["", "", buttonsOf]];
    fill(byId("letters"), columns, report.groups, noneIn(report));
    say([laterIn(report), missingIn(report)].filter((text) => text !== "").join(" "));
  });
}

/** They may be in another reader's hands. */
const noneIn = ({ missing, expected }) =>
  missing === 0 && expected !== null ? "There are no dead letters." : "No dead letters came.";

const laterIn = ({ later }) =>
  later > 0 ? `${countOf(later, "dead letter")} came meanwhile.` : "";

function missingIn({ missing, expected, full }) {
  if (full) return "These are as many as can be held at a time: there may be more.";
  if (expected === null)
    return "Whether another reader holds dead letters is not known: there are no metrics to be had.";
  if (missing === 0) return "";
  return `${countOf(missing, "dead letter")} did not come: another reader may hold them. Look again in 10 minutes.`;
}

function buttonsOf(group) {
  if (group.isMerged)
    return element("span", `in a terminal: replay --reason ${group.reason} --dry-run`, "dim");
  const buttons = element("span");
  buttons.append(
    buttonOf("Show records", () => showRecords(group)),
    " ",
    buttonOf("Replay…", () => tryReplay(group)),
  );
  return buttons;
}

function buttonOf(text, onClick) {
  const button = element("button", text);
  button.type = "button";
  button.addEventListener("click", onClick);
  return button;
}

async function showRecords(group) {
  await doing("Looking for records", async () => {
    const { records, isPartial } = await post("/records", meant(group));
    const lines = records.map(({ place, text }) => {
      const line = element("li");
      line.append(element("span", `${place} `, "dim"), element("code", text));
      return line;
    });
    if (lines.length === 0) lines.push(element("li", "None is there any more."));
    if (isPartial) lines.push(element("li", "There are more.", "dim"));
    byId("records").replaceChildren(...lines);
  });
}

/** What it would do comes first. */
async function tryReplay(group) {
  await doing("Trying", async () => {
    const report = await post("/replay", { ...meant(group), dryRun: true });
    const { replaced, sent, left } = report.total;
    const would = `Replaying would send ${countOf(sent, "record")} of ${countOf(replaced, "dead letter")}`;
    const stay = left > 0 ? `; ${count(left)} would stay: ${reasonsOf(report)}` : "";
    byId("action").replaceChildren(
      element("span", `${would}${stay}. `),
      ...(replaced > 0 ? [buttonOf("Replay now", () => replay(group)), " "] : []),
      buttonOf("Cancel", () => byId("action").replaceChildren()),
    );
  });
}

async function replay(group) {
  byId("action").replaceChildren();
  let done = "";
  await doing("Replaying", async () => {
    const { sent, replaced, left } = (await post("/replay", { ...meant(group), dryRun: false }))
      .total;
    const stayed = left > 0 ? `, ${count(left)} stay` : "";
    done = `Sent ${countOf(sent, "record")} of ${countOf(replaced, "dead letter")}${stayed}.`;
  });
  if (done === "") return;
  await look();
  say(done);
}

const countOf = (number, thing) => `${count(number)} ${thing}${number === 1 ? "" : "s"}`;

const reasonsOf = ({ groups }) =>
  [...new Set(groups.map(({ why }) => why).filter((why) => why !== ""))].join("; ");

const meant = ({ reason, field, error, source }) => ({ reason, field, error, source });

function say(text, className) {
  byId("action").replaceChildren(element("span", text, className));
}

/** Shows what goes on, and what went wrong. */
async function doing(what, work) {
  const section = byId("operated");
  if (section.dataset.busy === "yes") return;
  section.dataset.busy = "yes";
  say(`${what} …`, "dim");
  try {
    await work();
    if (byId("action").textContent === `${what} …`) byId("action").replaceChildren();
  } catch (error) {
    say(error instanceof ResponseError ? error.message : ENDED, "bad");
  } finally {
    section.dataset.busy = "no";
  }
}
