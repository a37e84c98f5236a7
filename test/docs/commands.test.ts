import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { REPOSITORY } from "../../archive/bundle.ts";
import { configKeys } from "../../infra/configuration/schema.ts";

const KEYS = new Set<string>([
  ...configKeys(),
  "mixpanelToken",
  "transformSecret",
  "labels",
  "formats",
  "gcp:project",
  "gcp:region",
]);

/** What pages set by `pulumi config set`; what is in capitals stands for a key. */
function keysSetIn(text: string): string[] {
  const commands = text.matchAll(/pulumi config set ((?:--[\w-]+ )*)'?([\w:]+)/g);
  return [...commands].map(([, , key = ""]) => key).filter((key) => !/^[A-Z]+$/.test(key));
}

const pages = ["README.md", ...globSync("docs/**/*.md", { cwd: REPOSITORY })];

for (const page of pages)
  test(`${page} sets only keys that there are`, () => {
    const keys = keysSetIn(readFileSync(join(REPOSITORY, page), "utf8"));
    assert.deepEqual(
      keys.filter((key) => !KEYS.has(key)),
      [],
    );
  });

test("pages do set keys", () => {
  const all = pages.flatMap((page) => keysSetIn(readFileSync(join(REPOSITORY, page), "utf8")));
  assert.ok(new Set(all).size > 8, [...new Set(all)].join(" "));
});
