import { isObject } from "../../functions/platform/json.ts";
import type { Resource } from "./check.ts";

/** A text of a resource; "" where there is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** An object in a resource; an empty one where there is none. */
export function objectOf(value: unknown): Resource {
  return isObject(value) ? value : {};
}

/** The objects of a list in a resource. */
export function listOf(value: unknown): readonly Resource[] {
  return Array.isArray(value) ? value.filter((item: unknown) => isObject(item)) : [];
}

/** The texts of a list in a resource. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item: unknown) => typeof item === "string") : [];
}
