import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import * as pulumi from "@pulumi/pulumi";

import { functionBundle } from "../../../infra/push-function/bundle.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const WRONG = "export const transform = (record: object): object => record.event;\n";

test("a transform with type errors is not deployed, and they are told alone", async (t) => {
  const file = path.join(await temporaryFolder(t), "transform.ts");
  await writeFile(file, WRONG);

  assert.throws(
    () => functionBundle(file),
    (error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.match(error.message, /^The transform has type errors\. \(\/\/ @ts-nocheck as its/);
      assert.match(error.message, /transform\.ts:1:61: Property 'event' does not exist on type/);
      return true;
    },
  );

  await writeFile(file, `// @ts-nocheck\n${WRONG}`);
  assert.match(functionBundle(file).code, /^[0-9a-f]{64}$/);
});
