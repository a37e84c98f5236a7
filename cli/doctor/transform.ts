import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { bundleFunction, REPOSITORY } from "../../archive/bundle.ts";
import { ENTRY_POINTS } from "../../functions/settings.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  known,
  ok,
  type Outcome,
} from "./check.ts";

/** Whether the archive that would be uploaded builds and starts. */
export const TRANSFORM_CHECK: Check = {
  ...{ id: "transform", title: "transform", phase: "before", origins: ["pulumi"] },
  needs: ["config"],
  // A slow machine bundles for seconds.
  limitMs: 60_000,
  run: checkTransform,
};

const SCRIPT = `
const loaded = require(process.argv[1]);
for (const name of ${JSON.stringify(ENTRY_POINTS)})
  if (typeof loaded[name] !== "function") throw new Error("no function " + name);
process.exit(0);`;

/** Stands in for what only Google knows: the form is what is looked at. */
const PLACEHOLDER = "not-known-before-it-is-deployed";
const TOPIC = `projects/p/topics/${PLACEHOLDER}`;
const ENVIRONMENT = {
  MIXPANEL_TOKEN: PLACEHOLDER,
  GOOGLE_CLOUD_PROJECT: PLACEHOLDER,
  DEAD_LETTER_TOPIC: TOPIC,
  OBJECTS_TOPIC: TOPIC,
  RECEIPTS_BUCKET: PLACEHOLDER,
  TRANSFORM_SECRET: PLACEHOLDER,
  FUNCTION_TARGET: "importObject",
} as const;

async function checkTransform(context: CheckContext, facts: Facts): Promise<Outcome> {
  const setting = known(facts, "settings").get("transform") ?? "";
  const name = setting === "" ? "functions/transform.ts" : setting;
  const remedy = `Correct ${name}, and try it: npx --no mixpanel-gcp check --transform ${name} FILE`;
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-doctor-"));
  try {
    const bundle = build(setting);
    if (typeof bundle === "string") return failed(bundle, remedy);
    for (const [file, text] of Object.entries(bundle.files))
      await writeFile(path.join(folder, file), text);
    const args = ["-e", SCRIPT, path.join(folder, "index.js")];
    const options = { signal: context.signal, env: ENVIRONMENT };
    const { code, stdout, stderr } = await context.runProgram(process.execPath, args, options);
    if (code === 0) return ok(`${name} builds and starts.`);
    return failed(`${name} does not start: ${reasonIn(`${stdout}\n${stderr}`)}`, remedy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The archive, or why it cannot be built. */
function build(setting: string): ReturnType<typeof bundleFunction> | string {
  try {
    // Relative to Pulumi.yaml, as in the stack.
    return bundleFunction({
      transform: setting === "" ? undefined : path.resolve(REPOSITORY, setting),
    });
  } catch (error) {
    return error instanceof Error ? error.message.replace(/\s+/g, " ") : String(error);
  }
}

const MAX_CHARACTERS = 300;

/** The line that says what was thrown, among those of a stack trace. */
function reasonIn(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  const said = lines.find((line) => /^(\w*Error\b|\{"severity")/.test(line));
  return (said ?? lines.filter(Boolean).join(" ")).slice(0, MAX_CHARACTERS);
}
