import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import type { Plan } from "../configuration/arguments.ts";
import type { StoredBundle } from "./bundle.ts";
import { functionEnvironment } from "./environment.ts";

const TIMEOUT_MS = 30_000;
const ENTRY_POINTS = ["importObject", "importMessages"];

/** Stands in for secrets and for names that only Google knows: their form is what is checked. */
const PLACEHOLDER = "not-known-before-it-is-deployed";

/**
 * Loads the archive's code in a process of its own, with the environment this stack will give it:
 * code that cannot start is refused before anything is registered, and not after minutes of
 * building. Once for each code and environment: `pulumi up` runs the program twice.
 *
 * @throws pulumi.RunError with what the code says
 */
export function checkThatItStarts(bundle: StoredBundle, plan: Plan): void {
  const environment = environmentOf(plan);
  const mark = markOf(bundle, environment);
  if (existsSync(mark)) return;
  const script = `
    const loaded = require(process.argv[1]);
    for (const name of ${JSON.stringify(ENTRY_POINTS)})
      if (typeof loaded[name] !== "function") throw new Error("no function " + name);
    process.exit(0);`;
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    ["-e", script, join(bundle.folder, "index.js")],
    { env: environment, encoding: "utf8", timeout: TIMEOUT_MS },
  );
  if (status !== 0)
    throw new pulumi.RunError(
      `The functions do not start:\n${(error?.message ?? `${stdout}${stderr}`).trim()}`,
    );
  mkdirSync(dirname(mark), { recursive: true });
  writeFileSync(mark, "");
}

/** A file that is there once this code has started with this environment, beside the bundles. */
function markOf({ code, folder }: StoredBundle, environment: Record<string, string>): string {
  const facts = JSON.stringify([code, environment, process.version]);
  return join(dirname(folder), "started", createHash("sha256").update(facts).digest("hex"));
}

function environmentOf({ project, settings }: Plan): Record<string, string> {
  const topic = `projects/${project}/topics/${PLACEHOLDER}`;
  const environment = functionEnvironment({
    project,
    settings,
    deadLetterTopic: topic,
    objectsTopic: topic,
    receiptsBucket: PLACEHOLDER,
  });
  return {
    ...Object.fromEntries(Object.entries(environment).filter(isText)),
    MIXPANEL_TOKEN: PLACEHOLDER,
    TRANSFORM_SECRET: PLACEHOLDER,
    FUNCTION_TARGET: "importObject",
  };
}

function isText(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === "string";
}
