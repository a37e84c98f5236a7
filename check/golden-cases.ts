import { access, glob, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import type { Problem } from "../functions/event/problem.ts";
import { objectRecordSource } from "../functions/objects/object-origin.ts";
import { TEST_TRANSFORM_SECRET } from "../functions/transforms/test-secret.ts";
import { createRecordPreparer, type PreparedRecord } from "../functions/records/prepare-record.ts";
import type { Transform } from "../functions/event/transform-contract.ts";
import { loadTransform, OWN_TRANSFORM, REPOSITORY } from "./load-transform.ts";
import { isUnusable } from "../functions/formats/record-block.ts";
import { bufferedFile, readRecords } from "./read-records.ts";
import { createWatchdog, runWatched, type Watchdog } from "./watchdog.ts";

/** Records, and what a transform has to make of them. */
export interface GoldenCase {
  /** Its path in the folder, without `.in.ndjson`. */
  readonly name: string;
  readonly input: string;
  readonly output: string;
  /** The file beside it of the same name, with `.ts` or `.js`; else functions/transform.ts. */
  readonly transform: string;
}

const INPUT = ".in.ndjson";
const OUTPUT = ".out.ndjson";

/**
 * Later than any event: whether a time lies in the future must not depend on when the test runs.
 */
const END_OF_TIME_MS = Number.MAX_SAFE_INTEGER;

/** The cases of a folder and all folders in it, by name; none when there is no such folder. */
export async function findGoldenCases(folder: string): Promise<readonly GoldenCase[]> {
  const found: string[] = [];
  for await (const file of glob(`**/*${INPUT}`, { cwd: folder })) found.push(file);
  return Promise.all(
    found.sort().map(async (file) => {
      const base = path.join(folder, file.slice(0, -INPUT.length));
      const name = file.slice(0, -INPUT.length).split(path.sep).join("/");
      const transform = await firstFile([`${base}.ts`, `${base}.js`]);
      const files = { input: `${base}${INPUT}`, output: `${base}${OUTPUT}` };
      return { name, ...files, transform: transform ?? OWN_TRANSFORM };
    }),
  );
}

/**
 * What a case's transform makes of its records, as lines of JSON: every event, and `{"refused":
 * {reason, field, error}}` for a record that would be refused; nothing for one that is left out.
 * What the import adds by itself (`ip`, `$insert_id`) is not in it. The object's name is that of
 * the case: `segment/a.in.ndjson` is `segment/a.ndjson`.
 *
 * @throws UserError when the transform cannot be loaded, or does not return
 */
export async function runGoldenCase(golden: GoldenCase): Promise<string> {
  const input = await readFile(golden.input);
  const watchdog = createWatchdog({ file: golden.transform, repository: REPOSITORY });
  const transform = await loadTransform(golden.transform, watchdog);
  return transformLines(input, `${golden.name}.ndjson`, transform, watchdog);
}

/** What the case expects; undefined when nobody has written it yet. */
export async function readExpected(golden: GoldenCase): Promise<string | undefined> {
  try {
    return await readFile(golden.output, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Makes `text` what the case expects from now on. */
export async function writeExpected(golden: GoldenCase, text: string): Promise<void> {
  await writeFile(golden.output, text);
}

async function transformLines(
  input: Buffer,
  object: string,
  transform: Transform,
  watchdog: Watchdog,
): Promise<string> {
  const preparer = createRecordPreparer({
    transform,
    locateByRequest: true,
    syntheticId: "record",
    // Not the environment's: what is committed must not depend on who runs it.
    transformSecret: TEST_TRANSFORM_SECRET,
  });
  const source = objectRecordSource({ bucket: "local", object, generation: "0" });
  const lines: string[] = [];
  for await (const block of readRecords(bufferedFile(input), { name: object })) {
    const { isKnownUtf8, areRows } = block;
    const group = { source, nowMs: END_OF_TIME_MS, isKnownUtf8, areRows };
    runWatched(
      watchdog,
      block.records,
      (record) => {
        const result = isUnusable(record)
          ? [refused(record.problem)]
          : resultOf(preparer.prepare(record, group));
        lines.push(...result);
      },
      ({ line }) => `${object} line ${line}`,
    );
  }
  return lines.map((line) => `${line}\n`).join("");
}

function resultOf(prepared: PreparedRecord): string[] {
  if (prepared.kind === "dropped") return [];
  if (prepared.kind === "unusable") return [refused(prepared.problem)];
  return [...prepared.events, ...prepared.updates].map(({ bytes, start, end }) =>
    bytes.toString("utf8", start, end),
  );
}

function refused({ reason, field, error }: Problem): string {
  return JSON.stringify({ refused: { reason, field, error } });
}

async function firstFile(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    if (exists) return file;
  }
  return undefined;
}
