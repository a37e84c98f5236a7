/** Runs the steps of an npm script: `node cli/npm-script.js STEP... -- ARGUMENT...`. */
import { fileURLToPath } from "node:url";

import { start } from "./start.js";

await start(fileURLToPath(import.meta.url), () => import("./npm-scripts/run-script.ts"));
