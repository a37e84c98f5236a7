import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { ratioToEmpty } from "./messages/messages-table.ts";
import type { Measured } from "./targets.ts";

/** Ratios to a yardstick of the same run, by name; smaller is better. */
export type Ratios = Readonly<Record<string, number>>;

const FILE = fileURLToPath(new URL("baseline.json", import.meta.url));
/** A ratio may worsen by so much: machines and moments differ. */
const TOLERANCE = 1.25;

/** The ratios of a run. */
export function ratiosOf({ objects, messages, coldStart }: Measured): Ratios {
  const ofMessages = messages.flatMap((result) => {
    const ratio = result.target === "empty" ? undefined : ratioToEmpty(messages, result);
    return ratio === undefined
      ? []
      : [[`messages, ${result.name}: × empty handler`, ratio] as const];
  });
  const ofObjects = objects.map(
    ({ name, timesGzip }) => [`objects, ${name}: × gzip -1`, timesGzip] as const,
  );
  const ofStart = [
    ["cold start: × loading the framework", coldStart.loadMs / coldStart.frameworkMs],
  ] as const;
  return Object.fromEntries(
    [...ofObjects, ...ofMessages, ...ofStart].map(([name, ratio]) => [name, round(ratio)]),
  );
}

/**
 * What is worse than the baseline by more than 25 %, or not measured any more, as lines of text.
 */
export function regressions(ratios: Ratios, baseline: Ratios): readonly string[] {
  return Object.entries(baseline).flatMap(([name, before]) => {
    const ratio = ratios[name];
    if (ratio === undefined) return [`${name}: not measured, was ${before}`];
    return ratio > before * TOLERANCE ? [`${name}: ${ratio}, was ${before}`] : [];
  });
}

/** What was measured and has no baseline yet, as lines of text: it cannot be worse. */
export function withoutBaseline(ratios: Ratios, baseline: Ratios): readonly string[] {
  return Object.entries(ratios).flatMap(([name, ratio]) =>
    baseline[name] === undefined ? [`${name}: ${ratio}`] : [],
  );
}

/** @throws SyntaxError, Error when there is no readable baseline */
export async function readBaseline(): Promise<Ratios> {
  // The one cast of this file: `writeBaseline` wrote it.
  return JSON.parse(await readFile(FILE, "utf8")) as Ratios;
}

export async function writeBaseline(ratios: Ratios): Promise<void> {
  await writeFile(FILE, `${JSON.stringify(ratios, undefined, 2)}\n`);
}

function round(ratio: number): number {
  return Math.round(ratio * 100) / 100;
}
