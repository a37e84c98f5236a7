import assert from "node:assert/strict";
import { test } from "node:test";

import { Command } from "commander";

import { refuseSwallowedOptions } from "../../cli/swallowed-options.ts";

const command = new Command("replay").option("--prefix <P>").option("--yes").option("--dry-run");

test("what npm run took is told, in the words of the script", () => {
  const environment = { npm_lifecycle_event: "local", npm_config_dry_run: "true" };
  assert.throws(
    () => {
      refuseSwallowedOptions(command, environment);
    },
    {
      exitCode: 2,
      message: "npm took --dry-run for itself. Put -- before it: npm run local -- --dry-run",
    },
  );
});

test("npx gives its command everything: what its environment says of yes and prefix is npx's own", () => {
  const environment = {
    npm_lifecycle_event: "npx",
    npm_config_yes: "",
    npm_config_prefix: "/usr",
  };
  refuseSwallowedOptions(command, environment);
});

test("the prefix that npm always has is not one that was typed", () => {
  refuseSwallowedOptions(command, { npm_lifecycle_event: "test", npm_config_prefix: "/usr" });
});

test("what an .npmrc says is not what was typed", () => {
  for (const set of [
    { npm_config_yes: "true" },
    { npm_config_yes: "" },
    { npm_config_dry_run: "" },
    { npm_config_dry_run: "false" },
  ])
    refuseSwallowedOptions(command, { npm_lifecycle_event: "test", ...set });
});

test("without npm nothing was taken", () => {
  refuseSwallowedOptions(command, { npm_config_yes: "true" });
});
