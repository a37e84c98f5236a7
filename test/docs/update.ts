import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { REPOSITORY } from "../../archive/bundle.ts";
import { GENERATED_PAGES, generatePage } from "./support/generated.ts";

/** `npm run docs:update`: writes the tables that are made from the code into the pages. */
if (process.argv.includes("--help"))
  process.stdout.write("npm run docs:update writes the generated tables of docs/.\n");
else
  for (const page of GENERATED_PAGES) {
    const { actual, expected } = await generatePage(page);
    if (actual === expected) continue;
    await writeFile(join(REPOSITORY, page), expected);
    process.stdout.write(`${page}: written\n`);
  }
