import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import * as prettier from "prettier";

import { startDeployment } from "../../local/deployment/deployment.ts";
import { localProgram } from "../../local/deployment/program/local-config.ts";
import { recordProgram } from "../../local/deployment/program/record-program.ts";
import { DEFAULT_PROGRAM, LOCAL_PROJECT } from "../../local/deployment/recorded-program.ts";
import { DEFAULT_TOKEN } from "../../local/mixpanel/simulator.ts";
import { up } from "./support/up.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const RECORDED = fileURLToPath(
  new URL("../../local/deployment/default-program.json", import.meta.url),
);

test("what the local cloud is made of is what the program registers", async (t) => {
  const deployment = await startDeployment({
    ...LOCAL_PROJECT,
    folder: await temporaryFolder(t),
    mixpanel: { token: DEFAULT_TOKEN },
  });
  t.after(() => deployment.stop());
  const program = recordProgram(await up(deployment, localProgram()));
  if (process.argv.includes("--update")) writeFileSync(RECORDED, await formatted(program));
  else assert.deepEqual(DEFAULT_PROGRAM, program, "Run: npm run program:update");
});

/** As `npm run format` leaves it. */
async function formatted(program: unknown): Promise<string> {
  const options = await prettier.resolveConfig(RECORDED);
  return await prettier.format(JSON.stringify(program), { ...options, filepath: RECORDED });
}
