import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { compileScanner, scannerModule } from "../../../archive/compile-scanner.ts";

describe("the scanner's module", () => {
  it("is compiled from the sources that are beside it", () => {
    const path = new URL("../../../functions/scan/module.ts", import.meta.url);
    const isCurrent = readFileSync(path, "utf8") === scannerModule(compileScanner());
    // Not equal(): nobody wants to read the difference.
    assert.ok(isCurrent, "functions/scan/module.ts is out of date: run `npm run build:scanner`");
  });
});
