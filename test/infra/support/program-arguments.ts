import type { PackageSchema, PropertySchema } from "./component-host.ts";

/** A value in a program of any language, as far as its text tells. */
export type Written =
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number" | "boolean" | "list" | "map" }
  /** A member of an enumeration of the package. */
  | { readonly kind: "choice"; readonly type: string; readonly member: string }
  /** Anything else: an expression, whose value is known when it runs. */
  | { readonly kind: "expression" };

/** Why the component would refuse what `args` sets; empty when it would not, as far as one sees. */
export function objections(
  schema: PackageSchema,
  args: ReadonlyMap<string, Written>,
): readonly string[] {
  const component = Object.values(schema.resources)[0];
  const inputs = component?.inputProperties ?? {};
  const unknown = [...args.keys()].filter((key) => !Object.hasOwn(inputs, key));
  const missing = (component?.requiredInputs ?? []).filter((key) => !args.has(key));
  const wrong = [...args].flatMap(([key, value]) => {
    const property = inputs[key];
    return property === undefined || fits(schema, property, value)
      ? []
      : [`${key} is written as a ${value.kind}`];
  });
  return [
    ...unknown.map((key) => `there is no ${key}`),
    ...missing.map((key) => `${key} is missing`),
    ...wrong,
  ];
}

function fits(schema: PackageSchema, property: PropertySchema, value: Written): boolean {
  // What has to be known may not be the output of a resource, which an expression may be.
  if (value.kind === "expression") return property.plain !== true;
  if (property.$ref !== undefined) {
    const type = property.$ref.replace("#/types/", "");
    const members = schema.types[type]?.enum.map((member) => member.value) ?? [];
    if (value.kind === "choice")
      return type.endsWith(`:${value.type}`) && members.includes(value.member.toLowerCase());
    return value.kind === "string" && members.includes(value.text);
  }
  const kinds: Readonly<Record<string, Written["kind"]>> = {
    string: "string",
    number: "number",
    boolean: "boolean",
    array: "list",
    object: "map",
  };
  return kinds[property.type ?? ""] === value.kind;
}
