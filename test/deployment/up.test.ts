import assert from "node:assert/strict";
import { test } from "node:test";

import { startDeployment } from "../../local/deployment/deployment.ts";
import { localProgram } from "../../local/deployment/program/local-config.ts";
import { LOCAL_PROJECT } from "../../local/deployment/recorded-program.ts";
import type { Resource } from "../../local/deployment/resource.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { up } from "./support/up.ts";

test("the first resource that fails is what is reported, not what follows from it", async (t) => {
  const folder = await temporaryFolder(t);
  const deployment = await startDeployment({ ...LOCAL_PROJECT, folder });
  t.after(() => deployment.stop());
  const deploy = (resource: Resource) =>
    resource.type.endsWith(":Function")
      ? Promise.reject(new Error(`planted refusal of ${resource.name}`))
      : deployment.deploy(resource);
  await assert.rejects(
    up({ ...deployment, deploy }, localProgram()),
    /^Error: planted refusal of mixpanel-import-import-(object|messages)-function$/,
  );
});
