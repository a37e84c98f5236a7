import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";

import { REPOSITORY } from "../../archive/bundle.ts";
import { proseOf } from "./support/fences.ts";
import { anchorsOf, linksOf } from "./support/links.ts";
import { PAGES, textOf } from "./support/pages.ts";

/**
 * Whether the repository has it, `npm ci` or a build makes it, or NAME stands for what the reader
 * makes. Google's roles, constraints and topics, and media types, look like paths.
 */
function isThere(path: string): boolean {
  const others = /^(dist|node_modules|roles|constraints|projects|text)\/|\bNAME\b/;
  return others.test(path) || existsSync(join(REPOSITORY, path));
}

/** Paths from the repository's root that a page has in backticks. */
function pathsIn(page: string): string[] {
  const codes = [...textOf(page).matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  return codes.filter((code) => /^[a-z][\w.-]*\/[\w./-]*$/.test(code));
}

/** `path`: `name`, `name`; as the tables have them. */
function placesIn(page: string): { path: string; name: string }[] {
  return [...textOf(page).matchAll(/`([\w./-]+\.ts)`: ((?:`\w+`(?:, )?)+)/g)].flatMap(
    ([, path = "", names = ""]) => [...names.matchAll(/\w+/g)].map(([name]) => ({ path, name })),
  );
}

for (const page of PAGES)
  describe(page, () => {
    it("names only paths that are there", () => {
      assert.deepEqual(
        pathsIn(page).filter((path) => !isThere(path)),
        [],
      );
    });

    it("names functions where they are", () => {
      const missing = placesIn(page).filter(({ path, name }) => {
        const declaration = `\\b(?:function\\*?|const|class|interface|type) ${name}\\b`;
        return !new RegExp(declaration).test(textOf(path));
      });
      assert.deepEqual(missing, []);
    });

    it("links only to pages and headings that are there", () => {
      const broken = linksOf(proseOf(textOf(page))).filter((link) => {
        if (/^(https|mailto):/.test(link)) return !URL.canParse(link);
        const [path = "", anchor] = link.split("#");
        const target = path === "" ? page : normalize(join(dirname(page), path));
        if (!existsSync(join(REPOSITORY, target))) return true;
        return anchor !== undefined && !anchorsOf(proseOf(textOf(target))).has(anchor);
      });
      assert.deepEqual(broken, []);
    });

    it("names only scripts that there are", () => {
      const { scripts } = JSON.parse(textOf("package.json")) as {
        scripts: Readonly<Record<string, string>>;
      };
      const named = [...textOf(page).matchAll(/npm run ([a-z][\w:-]*)/g)].map(
        ([, name = ""]) => name,
      );
      assert.deepEqual(
        named.filter((name) => !Object.hasOwn(scripts, name)),
        [],
      );
    });
  });

describe("docs/architecture.md", () => {
  const page = textOf("docs/architecture.md");

  it("says where more than a few things are", () => {
    assert.ok(pathsIn("docs/architecture.md").length > 50);
    assert.ok(placesIn("docs/architecture.md").length > 30);
  });

  it("has the arrows that the lint rule checks", async () => {
    const rule = new URL("../../eslint-arrows.js", import.meta.url).href;
    // The rule is plain JavaScript: ESLint loads it without our loader.
    const { MAY_IMPORT } = (await import(rule)) as {
      MAY_IMPORT: Readonly<Record<string, readonly string[]>>;
    };
    for (const [folder, targets] of Object.entries(MAY_IMPORT)) {
      // Files at the root of functions/ connect everything in it.
      const name = folder === "functions" ? "functions/*.ts" : `${folder}/`;
      const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\``)) ?? "";
      for (const target of targets) {
        const short = target.replace(/^functions\//, "");
        assert.match(row, new RegExp(`\`${short}/?\``), `${folder} may import ${target}`);
      }
      if (targets.length === 0) assert.match(row, /\| nothing +\|/, `${folder} imports nothing`);
    }
  });
});
