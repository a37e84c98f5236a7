import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { format } from "prettier";

import { REPOSITORY } from "../../../archive/bundle.ts";
import { NEEDED_GRANTS } from "../../deployment/support/needed-grants.ts";
import {
  configurationTables,
  enableCommand,
  grantsTable,
  outputsTable,
} from "../../infra/support/docs-tables.ts";

/** What pages have between `<!-- begin NAME … -->` and `<!-- end NAME -->`, by page and name. */
const GENERATED: Readonly<Record<string, Readonly<Record<string, () => Promise<string>>>>> = {
  "docs/configuration.md": {
    configuration: () => Promise.resolve(configurationTables()),
    outputs: () => Promise.resolve(outputsTable()),
  },
  "docs/permissions.md": {
    grants: () => Promise.resolve(grantsTable(NEEDED_GRANTS)),
    services: () => Promise.resolve(enableCommand()),
  },
};

export const GENERATED_PAGES = Object.keys(GENERATED);

/** A page as it is, and as it has to be. Throws when it has no place for what belongs there. */
export async function generatePage(page: string): Promise<{ actual: string; expected: string }> {
  const actual = await readFile(join(REPOSITORY, page), "utf8");
  let text = actual;
  for (const [name, make] of Object.entries(GENERATED[page] ?? {})) {
    const place = new RegExp(`(<!-- begin ${name}\\b.*-->\n)[^]*?(\n<!-- end ${name} -->)`);
    if (!place.test(text)) throw new Error(`${page}: no <!-- begin ${name} … -->`);
    const made = await make();
    text = text.replace(place, (_all, begin: string, end: string) => `${begin}\n${made}\n${end}`);
  }
  const options = { printWidth: 100, parser: "markdown" } as const;
  return { actual, expected: await format(text, options) };
}
