import { byId, element } from "./elements.js";
import {
  dryRunOf,
  joined,
  laterIn,
  missingIn,
  noneIn,
  whatWasDone,
  wouldBeDone,
} from "./dead-letter-texts.js";
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

/** @returns whether it did */
function look() {
  return doing("Looking", async () => {
    const report = await post("/dead-letters", {});
    byId("action").replaceChildren();
    byId("records").replaceChildren();
    const columns = [...COLUMNS, ["", "", buttonsOf]];
    fill(byId("letters"), columns, report.groups, noneIn(report));
    say(joined([laterIn(report), missingIn(report)]));
  });
}

function buttonsOf(group) {
  if (group.isMerged) return element("span", `in a terminal: ${dryRunOf(group)}`, "dim");
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
    byId("action").replaceChildren(
      element("span", `${wouldBeDone(report)} `),
      ...(report.total.replaced > 0 ? [buttonOf("Replay now", () => replay(group)), " "] : []),
      buttonOf("Cancel", () => byId("action").replaceChildren()),
    );
  });
}

/** The replay tells what is missing: the metrics of the look after it still count what it sent. */
async function replay(group) {
  byId("action").replaceChildren();
  let done = "";
  await doing("Replaying", async () => {
    done = whatWasDone(await post("/replay", { ...meant(group), dryRun: false }));
  });
  if (done === "") return;
  if (await look()) say(done);
  else byId("action").prepend(element("span", done), " ");
}

const meant = ({ reason, field, error, source }) => ({ reason, field, error, source });

function say(text, className) {
  byId("action").replaceChildren(element("span", text, className));
}

/** Shows what goes on, and what went wrong. @returns whether it was done */
async function doing(what, work) {
  const section = byId("operated");
  if (section.dataset.busy === "yes") return false;
  section.dataset.busy = "yes";
  say(`${what} …`, "dim");
  try {
    await work();
    if (byId("action").textContent === `${what} …`) byId("action").replaceChildren();
    return true;
  } catch (error) {
    say(error instanceof ResponseError ? error.message : ENDED, "bad");
    return false;
  } finally {
    section.dataset.busy = "no";
  }
}
