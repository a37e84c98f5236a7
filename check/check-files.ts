import type { Transform } from "../functions/event/transform-contract.ts";
import type { ConfiguredFormats } from "../functions/formats/configured-formats.ts";
import type { CheckSource } from "./check-source.ts";
import type { CheckSummary } from "./check-summary.ts";
import { Examination } from "./examination.ts";
import type { MixpanelRules } from "./mixpanel-rules.ts";
import type { Watchdog } from "./watchdog.ts";

export interface CheckOptions {
  readonly sources: readonly CheckSource[];
  readonly transform: Transform;
  readonly watchdog: Watchdog;
  readonly rules: MixpanelRules;
  readonly progress: CheckProgress;
  /** A record that would be refused makes the summary `ok: false`. */
  readonly strict: boolean;
  /** The setting `formats`. @default nothing is said */
  readonly formats?: ConfiguredFormats;
  /** Ends it early, by throwing the signal's reason. */
  readonly signal: AbortSignal;
}

/** Is told how far a dry run is. */
export interface CheckProgress {
  begin(source: CheckSource): void;
  /** @param bytes that were read just now */
  add(source: CheckSource, bytes: number): void;
  end(source: CheckSource): void;
}

/**
 * The dry run: what the transform makes of the records, what would be refused and why, and what
 * sending would take. Nothing is sent, and nothing is written.
 *
 * @throws UserError when a source cannot be read
 */
export async function checkFiles(options: CheckOptions): Promise<CheckSummary> {
  const { sources, progress, signal } = options;
  const examination = new Examination({ ...options, now: Date.now });
  for (const source of sources) {
    progress.begin(source);
    await examination.examine(source, (bytes) => {
      signal.throwIfAborted();
      progress.add(source, bytes);
    });
    progress.end(source);
  }
  return examination.summary();
}
