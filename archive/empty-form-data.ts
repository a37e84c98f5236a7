/**
 * Takes the place of the npm package `form-data` in the bundle. axios needs it for multipart bodies
 * only, which the functions never send; it is a fifth of the bundle and of its load time (it
 * carries a copy of mime-db).
 */
function FormData(): never {
  throw new Error("multipart bodies are not part of this bundle (archive/empty-form-data.ts)");
}

// axios imports the default export of the package this replaces.
export { FormData as default };
