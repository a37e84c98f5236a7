#!/usr/bin/env node
/** Starts the command line: `mixpanel-gcp <command>`. */
import { fileURLToPath } from "node:url";

import { start } from "./start.js";

await start(fileURLToPath(import.meta.url), () => import("./main.ts"));
