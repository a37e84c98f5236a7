import { followDeadLetters } from "./dead-letters.js";
import { byId } from "./elements.js";
import { showEntrances } from "./entrances.js";
import { showFigureList, showFigures } from "./figures.js";
import { showFiles } from "./files.js";
import { showPlot } from "./plot.js";
import { onImported } from "./import-again.js";
import { get, isConsole, ResponseError } from "./session.js";
import { showRejects, showRequests } from "./tables.js";

const POLL_MS = 1000;
/** A stack is asked over the network. */
const POLL_STACK_MS = 5000;
let last;
let lastAt = "";
let isUnfolded = false;

function show(state) {
  last = state;
  if (state.stack !== undefined) showStack(state);
  else showRun(state);
}

/** What the console knows of a stack that is deployed. */
function showStack(state) {
  document.title = `Console: ${state.stack}`;
  byId("title").textContent = state.stack;
  byId("files-title").textContent = "Files";
  for (const id of ["throughput", "not-imported", "entrances", "recent-requests"])
    byId(id).hidden = true;
  byId("operated").hidden = false;
  byId("letters-note").textContent = state.activity;
  showFigureList(state.figures);
  showFiles(state, isUnfolded);
}

function showRun(state) {
  showFigures(state);
  showPlot(state);
  showRejects(state);
  showFiles(state, isUnfolded);
  showRequests(state);
  showEntrances(state.entrances);
}

function unfold() {
  isUnfolded = true;
  if (last !== undefined) show(last);
}

byId("unfold").addEventListener("click", unfold);
// Nobody can click on paper.
addEventListener("beforeprint", () => {
  unfold();
  for (const details of document.querySelectorAll("details")) details.open = true;
});

followDeadLetters();
onImported(() => {
  if (last !== undefined) show(last);
});

/** A server that responds has not ended: it says what is wrong. */
function describeSilence(error) {
  if (error instanceof ResponseError) return `The state is not known: ${error.message}`;
  return `The ${isConsole ? "console" : "local run"} has ended.`;
}

function describeLast() {
  return lastAt === "" ? "" : `This is the state as of ${lastAt}.`;
}

async function poll() {
  try {
    show(await get("/state"));
    const problem = last.problem ? `, ${last.problem}` : "";
    byId("connection").textContent = `as of ${new Date().toLocaleTimeString()}${problem}`;
    lastAt = new Date().toLocaleTimeString();
  } catch (error) {
    byId("connection").textContent = `${describeSilence(error)} ${describeLast()}`.trim();
  }
  setTimeout(poll, last?.stack === undefined ? POLL_MS : POLL_STACK_MS);
}
poll();
