"use strict";

/**
 * The thread of busy-watch.ts: sees what the main thread cannot, being busy, that it is within the
 * same work for longer than the limit; finds the place of the user's code it is at, through the
 * inspector (https://nodejs.org/api/inspector.html#sessionconnecttomainthread); and tells it, in
 * the shared memory or as a line of the log. Plain JavaScript: a worker has no loader.
 */
const { writeSync } = require("node:fs");
const { Session } = require("node:inspector");
const { SourceMap } = require("node:module");
const { relative, sep } = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { workerData } = require("node:worker_threads");

const { memory, textStart, limitMs, file, foreign, log, PLACE } = workerData;
/**
 * Of the work (odd while there is some), line of the record in work, length of the text, and
 * whether this thread has started.
 */
const state = new Int32Array(memory, 0, 4);
const text = Buffer.from(memory, textStart);
const foreignFiles = new RegExp(foreign);

/** Also what lets responses of the inspector in: they come only while this thread runs code. */
const LOOK_EVERY_MS = 50;
/** The place is looked for before the limit, so that it is known then also on a busy machine. */
const PLACE_AFTER_MS = limitMs / 2;
/** A source map in a file of its own is none of ours. */
const INLINE_MAP = /^data:application\/json[^,]*;base64,/;

let work = idle(0);

function idle(number) {
  return { number, since: performance.now(), isSearched: false, isTold: false, place: "" };
}

setInterval(() => {
  const number = Atomics.load(state, 0);
  if (number !== work.number) work = idle(number);
  const busyMs = number % 2 === 1 ? performance.now() - work.since : 0;
  if (busyMs >= PLACE_AFTER_MS && !work.isSearched) search(work);
  if (busyMs >= limitMs && !work.isTold) tell(work);
}, LOOK_EVERY_MS);
Atomics.store(state, 3, 1);
Atomics.notify(state, 3);

function search(current) {
  current.isSearched = true;
  findPlace((place) => {
    current.place = place;
    // Whoever ends the work by itself reads it there.
    if (log === undefined && current === work) Atomics.store(state, 2, text.write(place));
  });
}

/** Pauses the main thread for a moment, and calls `found` with `/a/file.ts:12`, or "". */
function findPlace(found) {
  const session = new Session();
  const scripts = new Map();
  session.connectToMainThread();
  session.on("Debugger.scriptParsed", ({ params }) => scripts.set(params.scriptId, params));
  session.on("Debugger.paused", ({ params: { callFrames } }) => {
    session.post("Debugger.resume");
    session.disconnect();
    found(innermost(callFrames.map(({ location }) => placeOf(location, scripts))));
  });
  session.post("Debugger.enable");
  session.post("Debugger.pause");
}

/** Of the user's files; from our own on it is those who called the transform. */
function innermost(places) {
  for (const { path, line } of places) {
    if (path.startsWith(`${__dirname}${sep}`)) return "";
    if (path === file || (path !== "" && !foreignFiles.test(path))) return `${path}:${line}`;
  }
  return "";
}

/** A path of "" for what is not known. */
function placeOf({ scriptId, lineNumber, columnNumber = 0 }, scripts) {
  const { sourceMapURL = "" } = scripts.get(scriptId) ?? {};
  if (!INLINE_MAP.test(sourceMapURL)) return { path: "", line: 0 };
  const payload = JSON.parse(Buffer.from(sourceMapURL.replace(INLINE_MAP, ""), "base64"));
  const { originalSource, originalLine } = new SourceMap(payload).findEntry(
    lineNumber,
    columnNumber,
  );
  if (originalSource === undefined) return { path: "", line: 0 };
  const path = pathOf(originalSource, payload.sourceRoot, scripts.get(scriptId).url);
  return { path, line: originalLine + 1 };
}

/** @param url of the script, which its source map starts from */
function pathOf(source, root = "", url) {
  try {
    const base = url.startsWith("file:") ? url : pathToFileURL(url).href;
    return fileURLToPath(new URL(source, new URL(root, base)));
  } catch {
    return "";
  }
}

function tell(current) {
  current.isTold = true;
  if (log === undefined) return;
  const [kind, name] = text.toString("utf8", 0, state[2]).split("\n");
  const place = current.place || file;
  const shortPlace = relative(process.cwd(), place);
  const shown = shortPlace.startsWith("..") ? place : shortPlace;
  const error = log.error.replace(PLACE, () => shown);
  const line = { ...log, error, [kind]: name, line: state[1] };
  // A pipe that is full takes nothing; nobody reads it then.
  try {
    writeSync(1, `${JSON.stringify(line)}\n`);
  } catch {
    return;
  }
}
