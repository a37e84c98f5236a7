import { segmentWithProfiles } from "../../../functions/transforms/recipes/segment.ts";

export const transform = segmentWithProfiles({
  groupKey: "company_id",
  rename: { company: "Company" },
});
