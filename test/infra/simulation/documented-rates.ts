import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { format } from "prettier";

import { REPOSITORY } from "../../../archive/bundle.ts";
import { type Rate, tableOf } from "./rates.ts";

const PAGE = join(REPOSITORY, "docs/deploy.md");
const PLACE = /(<!-- begin rates\b.*-->\n)([^]*?)(\n<!-- end rates -->)/;

/** Shares of deployments that are there within one, two and three runs, by group. */
export type DocumentedRates = ReadonlyMap<string, readonly number[]>;

/**
 * More deviations of a binomial distribution than chance makes: a change that only shifts when
 * things happen draws other delays, and so other stories.
 */
const DEVIATIONS = 5;
const RUNS = ["first", "second", "third"] as const;

/** What docs/deploy.md promises. @throws Error when it has no such table */
export function documentedRates(): DocumentedRates {
  const rows = tableIn(readFileSync(PAGE, "utf8")).split("\n").slice(2);
  return new Map(
    rows.map((row) => {
      const [, group = "", , ...cells] = row.split("|").map((cell) => cell.trim());
      return [group, cells.slice(0, RUNS.length).map((cell) => Number.parseFloat(cell) / 100)];
    }),
  );
}

/**
 * Rates that are clearly lower than documented. Where all are promised to succeed, one that does
 * not is one too many.
 */
export function clearlyLower(rates: readonly Rate[], documented: DocumentedRates): string[] {
  return rates.flatMap(({ group, stories, within }) => {
    const promised = documented.get(group);
    if (promised === undefined) return [`docs/deploy.md has no rate for: ${group}`];
    return RUNS.flatMap((run, at) => {
      const [share = 0, count = 0] = [promised[at], within[at]];
      const deviation = Math.sqrt(stories * share * (1 - share));
      if (count >= stories * share - DEVIATIONS * deviation) return [];
      const percent = (100 * share).toFixed(1);
      return [`${group}, ${run} up: ${count} of ${stories}; docs/deploy.md says ${percent} %`];
    });
  });
}

/** docs/deploy.md as it is, and with the table of `rates`. */
export async function pageWith(
  rates: readonly Rate[],
): Promise<{ readonly actual: string; readonly expected: string }> {
  const actual = readFileSync(PAGE, "utf8");
  const text = actual.replace(PLACE, (_all, begin: string, _old: string, end: string) =>
    [begin, tableOf(rates), end].join("\n"),
  );
  return { actual, expected: await format(text, { printWidth: 100, parser: "markdown" }) };
}

/** Replaces docs/deploy.md. */
export function writePage(text: string): void {
  writeFileSync(PAGE, text);
}

function tableIn(page: string): string {
  const table = PLACE.exec(page)?.[2]?.trim();
  if (table === undefined) throw new Error("docs/deploy.md: no <!-- begin rates … -->");
  return table;
}
