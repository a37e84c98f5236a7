import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { REPOSITORY } from "../../../archive/bundle.ts";
import { SWITCH_VALUES } from "../../../local/mixpanel/control-input.ts";
import { EFFECTS } from "../../../local/mixpanel/parse-fault.ts";
import { DEFAULT_SWITCHES } from "../../../local/mixpanel/switches.ts";

/** Rows of the table with this title in its first column, as texts without white space around. */
function tableOf(title: string): readonly (readonly string[])[] {
  const lines = readFileSync(join(REPOSITORY, "docs/local.md"), "utf8").split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${title} `));
  assert.ok(start > 0, title);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("docs/local.md", () => {
  it("names every switch, with its values, the default first", () => {
    const documented = tableOf("switch").map(([name = "", values = ""]) => [
      name.replaceAll("`", ""),
      JSON.parse(`[${values}]`) as unknown[],
    ]);
    const defaults = new Map<string, unknown>(Object.entries(DEFAULT_SWITCHES));
    const expected = Object.entries(SWITCH_VALUES).map(([name, values]) => {
      const first = defaults.get(name);
      const others = values === "positive" ? [] : values.filter((value) => value !== first);
      return [name, [first, ...others]];
    });
    assert.deepEqual(
      Object.fromEntries(documented) as unknown,
      Object.fromEntries(expected) as unknown,
    );
  });

  it("names every fault", () => {
    const documented = tableOf("fault").flatMap(([names = ""]) =>
      [...names.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
    );
    assert.deepEqual(documented.sort(), Object.keys(EFFECTS).sort());
  });
});
