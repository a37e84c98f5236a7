import type { Declaration } from "../../../infra/configuration/schema.ts";

/** Settings that may name what the same program makes. */
const NAMES = [
  "existingBucket",
  "existingTopic",
  "objectsServiceAccount",
  "messagesServiceAccount",
];

/** What the schema says of a setting: its type, and that it has to be known. */
export function expectedProperty(key: string, declaration: Declaration): Record<string, unknown> {
  const plain = NAMES.includes(key) ? {} : { plain: true };
  switch (declaration.type) {
    case "string": {
      const enumType = `#/types/mixpanel-gcp:index:${key[0]?.toUpperCase()}${key.slice(1)}`;
      const type = declaration.oneOf === undefined ? { type: "string" } : { $ref: enumType };
      return { ...type, ...plain, optional: true };
    }
    case "integer":
      return { type: "number", ...plain, optional: true };
    case "boolean":
      return { type: "boolean", ...plain, optional: true };
    case "array": {
      const item = key === "notificationChannels" ? {} : { plain: true };
      return { type: "array", items: { type: "string", ...item }, ...plain, optional: true };
    }
  }
}

/** The setting's text and what other languages cannot see in its type. */
export function expectedDescription(declaration: Declaration): string {
  const { description, default: value } = declaration;
  const text = typeof value === "object" ? value.join(", ") : String(value);
  const range =
    declaration.type === "integer" ? `; from ${declaration.min} to ${declaration.max}` : "";
  return `${description}.${text === "" ? "" : ` Default: ${text}${range}.`}`;
}
