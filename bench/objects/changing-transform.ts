import type { Transform } from "../../functions/event/transform-contract.ts";

/** The cheapest change there is: one more property, in the record itself. */
export const transform: Transform = (record) => {
  record["properties"] = Object.assign(record["properties"] ?? {}, { source: "bench" });
  return record;
};
