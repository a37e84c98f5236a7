import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";

import {
  compileScanner,
  scannerModule,
  type CompiledScanner,
} from "../../../archive/compile-scanner.ts";

function committed(name: string): string {
  return readFileSync(new URL(`../../../functions/scan/${name}`, import.meta.url), "utf8");
}

describe("the compiled scanner", () => {
  let compiled: CompiledScanner;
  before(() => {
    compiled = compileScanner();
  });

  // Not equal(): nobody wants to read the difference.
  it("is what runs: the module of the sources that are beside it", () => {
    const isCurrent = committed("module.ts") === scannerModule(compiled);
    assert.ok(isCurrent, "functions/scan/module.ts is out of date: run `npm run build:scanner`");
  });

  it("is what can be read", () => {
    const isCurrent = committed("scanner.wat") === compiled.text;
    assert.ok(isCurrent, "functions/scan/scanner.wat is out of date: run `npm run build:scanner`");
  });
});
