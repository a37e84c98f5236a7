import path from "node:path";

import { checkTransformFile } from "../local/run/check-input.ts";
import { type ProgressStream, showProgress } from "../local/run/progress.ts";
import type { CheckSource } from "./check-source.ts";
import { findSources } from "./check-source.ts";
import type { CheckSummary } from "./check-summary.ts";
import { createExamination } from "./examination.ts";
import { formatReport } from "./format-report.ts";
import { loadTransform, OWN_TRANSFORM } from "./load-transform.ts";

export interface CheckOptions {
  /** Files, or `gs://bucket/object`. */
  readonly files: readonly string[];
  /** @default functions/transform.ts */
  readonly transform: string | undefined;
  /** Progress and the report for people. */
  readonly output: ProgressStream;
  /** Ends it early, by throwing the signal's reason. */
  readonly signal: AbortSignal;
}

/**
 * The dry run: what the transform makes of the records, what would be refused and why, and what sending would take.
 * Nothing is sent, and nothing is written.
 *
 * @throws UserError for what the person at the keyboard can mend
 */
export async function checkFiles(options: CheckOptions): Promise<CheckSummary> {
  if (options.transform !== undefined) await checkTransformFile(options.transform);
  const sources = await findSources(options.files);
  const transform = await loadTransform(
    options.transform === undefined ? OWN_TRANSFORM : path.resolve(options.transform),
  );
  const examination = createExamination(transform, Date.now);
  const tracked = sources.map((source) => trackSource(source));
  const display = showProgress(options.output, () => tracked.map(({ look }) => look()));
  try {
    for (const source of tracked) {
      source.begin();
      await examination.examine(source.source, (bytes) => {
        options.signal.throwIfAborted();
        source.add(bytes);
      });
      source.end();
    }
  } finally {
    display.stop();
  }
  const summary = examination.summary();
  options.output.write(`${formatReport(summary)}\n`);
  return summary;
}

/** How far a source is, as the progress display wants to know. */
function trackSource(source: CheckSource) {
  const { name, object, bytes } = source;
  let done = 0;
  let startedAt: number | undefined;
  let isFinished = false;
  return {
    source,
    begin: () => {
      startedAt = performance.now();
    },
    add: (more: number) => {
      done += more;
    },
    end: () => {
      isFinished = true;
    },
    look: () => ({
      file: { name: object.object, path: name, bytes },
      bytes: done,
      isFinished,
      seconds: startedAt === undefined ? 0 : (performance.now() - startedAt) / 1000,
    }),
  };
}
