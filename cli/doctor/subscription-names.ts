import type { Stack } from "../stack/stack.ts";
import type { Resource } from "./check.ts";
import { textOf } from "./resource.ts";

/**
 * What the stack calls something beside the subscription of its dead letters (`infra/names.ts`).
 * Names that are too long end with a hash instead, which cannot be told from here.
 */
export function siblingOf({ deadLetterSubscription }: Stack, suffix: string): string {
  return deadLetterSubscription.replace(/dead-letters(-[0-9a-f]{6})?$/, suffix);
}

/** Names without what they are in, for people. */
export function listNames(resources: readonly Resource[]): string {
  return resources.map(({ name }) => shortName(textOf(name))).join(", ");
}

/** `projects/P/subscriptions/S` without what it is in. */
export function shortName(name: string): string {
  return name.replace(/^.*\//, "");
}
