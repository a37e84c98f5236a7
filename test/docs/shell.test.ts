import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { after, before, describe, it } from "node:test";

import { REPOSITORY } from "../../archive/bundle.ts";
import { problemOf } from "./support/cloud-commands.ts";
import { makeClone, type Clone } from "./support/clone.ts";
import { fencesOf, type Fence } from "./support/fences.ts";
import { PAGES, textOf } from "./support/pages.ts";
import { runPage } from "./support/sandbox.ts";

/** That the output has every line of a block but `…`; times and rates are never the same. */
function assertShows(output: string, block: Fence | undefined): void {
  const plain = (line: string) =>
    line
      .replace(/\d+\.\d+/g, "#")
      .replace(/ +/g, " ")
      .trim();
  const printed = new Set(output.split("\n").map(plain));
  const shown = (block?.lines ?? []).filter((line) => line.trim() !== "…");
  assert.ok(shown.length > 5);
  assert.deepEqual(
    shown.filter((line) => !printed.has(plain(line))),
    [],
  );
}

/** Languages a block may have; one without is what a command prints. */
const LANGUAGES = ["", "json", "mermaid", "sh", "ts", "yaml"];

let clone: Clone;
before(async () => {
  clone = await makeClone();
});
after(() => clone.remove());

for (const page of PAGES) {
  const fences = fencesOf(textOf(page));
  if (!fences.some(({ language }) => language === "sh")) continue;
  describe(page, () => {
    it("has commands that can be typed as they stand", async (t) => {
      t.after(() => clone.restore());
      const { code, output, calls } = await runPage(clone.folder, fences);
      assert.equal(code, 0, output);
      if (page === "README.md") assertShows(output, fences[2]);
      assert.deepEqual(
        calls.map(problemOf).filter((problem) => problem !== undefined),
        [],
      );
    });
  });
}

describe("every page", () => {
  const all = PAGES.flatMap((page) => fencesOf(textOf(page)));

  it("has blocks of known languages only", () => {
    const unknown = all.filter(({ language }) => !LANGUAGES.includes(language));
    assert.deepEqual(unknown, []);
  });

  it("names log messages that there are", () => {
    const code = globSync("functions/**/*.ts", { cwd: REPOSITORY }).map(textOf).join("\n");
    const named = PAGES.flatMap((page) => [
      ...textOf(page).matchAll(/jsonPayload\.message="([^"]+)"/g),
    ]).map(([, message = ""]) => message);
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((message) => !code.includes(`"${message}"`)),
      [],
    );
  });
});
