import { byId } from "./elements.js";
import { showEntrances } from "./entrances.js";
import { showFigures } from "./figures.js";
import { showFiles } from "./files.js";
import { showPlot } from "./plot.js";
import { showRejects, showRequests } from "./tables.js";

const POLL_MS = 1000;
let last;
let isUnfolded = false;

function show(state) {
  last = state;
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

async function poll() {
  try {
    const response = await fetch("/state");
    if (!response.ok) throw new Error(String(response.status));
    show(await response.json());
    byId("connection").textContent = `as of ${new Date().toLocaleTimeString()}`;
  } catch {
    byId("connection").textContent = "The local run has ended; this is its last state.";
  }
  setTimeout(poll, POLL_MS);
}
poll();
