import { element } from "./elements.js";
import { post, ResponseError } from "./session.js";

/** What became of it, by file; the rows are made anew with every state. */
const said = new Map();
/** The file of which the button was clicked once: the second click means it. */
let armed;
let redraw = () => undefined;

/** @param callback is called when a row has something else to say */
export function onImported(callback) {
  redraw = callback;
}

/** A button that has a file imported once more, or what became of that; "" where it cannot be. */
export function againOf(file) {
  if (!file.canImportAgain) return "";
  const key = `${file.bucket}/${file.name}#${file.generation}`;
  const text = said.get(key);
  if (text !== undefined) return element("span", text, "dim");
  const what = file.state === "quarantined" ? "Import in spite of quarantine" : "Import again";
  const button = element("button", armed === key ? `Sure? ${what}` : what);
  button.type = "button";
  button.addEventListener("click", () => {
    if (armed === key) importAgain(key, file);
    else armed = key;
    redraw();
  });
  return button;
}

async function importAgain(key, { bucket, name: object, generation, state }) {
  armed = undefined;
  said.set(key, "on its way");
  try {
    await post("/import-again", {
      ...{ bucket, object, generation },
      quarantineOff: state === "quarantined",
    });
  } catch (error) {
    // What was not published may be asked for once more.
    said.set(key, error instanceof ResponseError ? error.message : "the console does not respond");
  }
  redraw();
}
