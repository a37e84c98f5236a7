/**
 * The transform of the functions that the end-to-end tests run: their results must not depend on
 * what somebody has made of `functions/transform.ts`.
 */
export { identity as transform } from "../../functions/event/transform-contract.ts";
