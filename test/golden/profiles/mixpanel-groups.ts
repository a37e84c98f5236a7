import { mixpanelGroups } from "../../../functions/transforms/recipes/mixpanel-profiles.ts";

export const transform = mixpanelGroups("company_id");
