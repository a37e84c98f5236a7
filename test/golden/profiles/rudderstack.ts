import { rudderstackWithProfiles } from "../../../functions/transforms/recipes/rudderstack.ts";

export const transform = rudderstackWithProfiles({
  groupKey: "company_id",
  rename: { company: "Company" },
});
