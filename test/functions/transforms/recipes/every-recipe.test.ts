import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";

import { REPOSITORY } from "../../../../archive/bundle.ts";
import type { CheckSource } from "../../../../check/check-source.ts";
import type { CheckSummary } from "../../../../check/check-summary.ts";
import { Examination } from "../../../../check/examination.ts";
import { SIMULATED_RULES } from "../../../../cli/check/mixpanel-rules.ts";
import type { JsonRecord, Transform } from "../../../../functions/event/transform-contract.ts";
import { type Checkout, copyCheckout } from "../../../support/checkout.ts";
import { UNWATCHED } from "../../../support/unwatched.ts";
import { inObject } from "../contexts.ts";

const FOLDER = "functions/transforms/recipes";
const RECIPES = globSync("*.ts", { cwd: path.join(REPOSITORY, FOLDER) }).map((file) =>
  path.basename(file, ".ts"),
);
const NOW = Date.UTC(2026, 2, 1);

type RecipeFile = Readonly<Record<string, unknown>> & { readonly transform: Transform };

async function fileOf(recipe: string): Promise<RecipeFile> {
  const file = path.join(REPOSITORY, FOLDER, `${recipe}.ts`);
  return (await import(pathToFileURL(file).href)) as RecipeFile;
}

function golden(recipe: string, end: "in" | "out"): string {
  return readFileSync(path.join(REPOSITORY, FOLDER, `${recipe}.${end}.ndjson`), "utf8");
}

/** The recipe's own export, which has the name of its file. */
function ownName(recipe: string): string {
  return recipe.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

async function examine(recipe: string): Promise<CheckSummary> {
  const { transform } = await fileOf(recipe);
  const rules = SIMULATED_RULES;
  const examination = new Examination({
    transform,
    watchdog: UNWATCHED,
    rules,
    strict: false,
    now: () => NOW,
  });
  const bytes = Buffer.from(golden(recipe, "in"));
  const name = `${recipe}.in.ndjson`;
  const source: CheckSource = {
    name,
    object: { bucket: "local", object: name, generation: "0" },
    bytes: bytes.length,
    open: async function* () {
      await Promise.resolve();
      yield bytes;
    },
  };
  await examination.examine(source, () => undefined);
  return examination.summary();
}

interface Expected {
  readonly events: number;
  /** Of users and groups. */
  readonly updates: number;
  readonly refused: number;
}

/** How many lines of the golden output are what. */
function expected(recipe: string): Expected {
  const lines = golden(recipe, "out").trimEnd().split("\n");
  const begin = (text: string) => lines.filter((line) => line.startsWith(text)).length;
  const refused = begin('{"refused":');
  const events = begin('{"event":');
  return { events, updates: lines.length - refused - events, refused };
}

test("the folder of recipes is found", () => {
  assert.ok(RECIPES.length >= 12);
});

const page = readFileSync(path.join(REPOSITORY, "docs/transform.md"), "utf8");

for (const recipe of RECIPES)
  describe(recipe, () => {
    test("is a transform under its own name, and the file's", async () => {
      const file = await fileOf(recipe);
      const name = ownName(recipe);
      assert.equal(file[name], file.transform);
      assert.throws(() => (file.transform as (record?: object) => unknown)(undefined), {
        message: `${name}: it is a transform itself; write ${name}, not ${name}().`,
      });
    });

    test("is on its page with its golden files", () => {
      assert.match(
        page,
        new RegExp(`^\\| \\[?\`${recipe}\`.*\\(.*${recipe}\\.out\\.ndjson\\)`, "m"),
      );
    });

    test("makes what Mixpanel's rules accept, and refuses what it does not know", async () => {
      const { events, profiles, groups, records } = await examine(recipe);
      const { events: produced, updates, refused } = expected(recipe);
      assert.ok(produced + updates >= 3 && refused >= 2);
      assert.equal(profiles + groups, updates);
      assert.deepEqual(
        { ...events, idsAdded: 0 },
        { produced, accepted: produced, rejected: 0, idsAdded: 0 },
      );
      assert.equal(records.unusable, refused);
    });

    test("makes the same of a record that comes again", async () => {
      const { transform } = await fileOf(recipe);
      for (const line of golden(recipe, "in").trimEnd().split("\n").slice(0, 2)) {
        const make = () => transform(JSON.parse(line) as JsonRecord, inObject("o"));
        assert.deepEqual(make(), make());
      }
    });
  });

describe("all of them together", () => {
  let checkout: Checkout;
  before(async () => {
    checkout = await copyCheckout();
  });
  after(() => checkout.remove());

  test("type-check, compose, and run through the command check", async () => {
    const routes = RECIPES.map(
      (recipe) => `"**/${recipe}.in.ndjson": compose(r${RECIPES.indexOf(recipe)})`,
    );
    const imports = RECIPES.map(
      (recipe, index) => `import { transform as r${index} } from "./${FOLDER}/${recipe}.ts";`,
    );
    await writeFile(
      path.join(checkout.folder, "all.ts"),
      `import { byObject, compose } from "./functions/transforms/steps.ts";
       ${imports.join("\n")}
       export const transform = byObject({ ${routes.join(", ")} });`,
    );
    const files = RECIPES.map((recipe) => `${FOLDER}/${recipe}.in.ndjson`);
    const args = ["check", "--json", "--transform", "all.ts", ...files];
    const { code, stdout, stderr } = await checkout.run(args);
    assert.equal(code, 0, stderr);
    const { events, records } = JSON.parse(stdout) as CheckSummary;
    const sums = RECIPES.map(expected);
    const produced = sums.reduce((sum, { events: count }) => sum + count, 0);
    assert.equal(events.produced, produced);
    assert.equal(events.accepted, produced);
    assert.equal(
      records.unusable,
      sums.reduce((sum, { refused }) => sum + refused, 0),
    );
  });
});
