import { isObject } from "../../functions/platform/json.ts";
import { refusal, type Resource } from "./resource.ts";

const MOST = 64;
const KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

/**
 * Labels have no meaning here, but with Google a wrong one fails the deployment
 * (https://cloud.google.com/resource-manager/docs/labels-overview#requirements).
 *
 * @throws UserError that names the label
 */
export function checkLabels(resource: Resource): void {
  const labels = resource.inputs["labels"] ?? {};
  if (!isObject(labels)) throw refusal(resource, "its input labels has to be a block of texts.");
  const entries = Object.entries(labels);
  if (entries.length > MOST)
    throw refusal(resource, `its input labels has ${entries.length}, and may have ${MOST}.`);
  for (const [key, value] of entries) {
    if (!KEY.test(key))
      throw refusal(
        resource,
        `its input labels.${key} has to begin with a lower-case letter, followed by at most 62 ` +
          "lower-case letters, digits, _ and -.",
      );
    if (typeof value !== "string" || !VALUE.test(value))
      throw refusal(
        resource,
        `its input labels.${key} has to be at most 63 lower-case letters, digits, _ and -.`,
      );
  }
}
