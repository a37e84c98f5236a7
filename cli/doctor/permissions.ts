import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  known,
  ok,
  type Outcome,
} from "./check.ts";
import { permissionsFor } from "./deployer-permissions.ts";
import { textsOf } from "./resource.ts";

/** Whether whoever is logged in may deploy. */
export const PERMISSIONS_CHECK: Check = {
  ...{ id: "permissions", title: "the deployer's roles", phase: "before", origins: ["pulumi"] },
  needs: ["project"],
  run: checkPermissions,
};

async function checkPermissions({ rest, urls }: CheckContext, facts: Facts): Promise<Outcome> {
  const project = known(facts, "project");
  const needed = permissionsFor(known(facts, "settings"));
  const permissions = [...needed.values()].flat();
  // https://cloud.google.com/resource-manager/reference/rest/v3/projects/testIamPermissions: at
  // most 100, and anybody may ask.
  const url = `${urls.resourceManager}/v3/projects/${project}:testIamPermissions`;
  const response = await rest.post("testing permissions", url, { permissions });
  const held = new Set(textsOf(response["permissions"]));
  const missing = [...needed].flatMap(([role, ofRole]) => {
    const lacking = ofRole.filter((permission) => !held.has(permission));
    return lacking.length === 0 ? [] : [{ role, lacking }];
  });
  if (missing.length === 0) return ok(`all ${permissions.length} permissions asked for are there.`);
  const roles = missing.map(({ role }) => role);
  return failed(
    `missing: ${missing.flatMap(({ lacking }) => lacking).join(", ")}.`,
    [
      `An owner of ${project} has to run, with your address (docs/permissions.md#what-the-deployer-needs):`,
      ...roles.map(
        (role) =>
          `  gcloud projects add-iam-policy-binding ${project} --member "user:YOUR@ADDRESS" --role ${role}`,
      ),
    ].join("\n"),
  );
}
