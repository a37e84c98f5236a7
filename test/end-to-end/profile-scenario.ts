import assert from "node:assert/strict";

import type { Receipt } from "../../functions/objects/receipt.ts";
import type { LoggedRequest } from "../../local/mixpanel/request-log.ts";
import type { TestCloud } from "../support/local-cloud.ts";
import { mixpanelOf, receiptOf } from "./object-scenario.ts";

/** One JSON value a line. */
export function lines(...values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

/** `count` updates of as many users called `name`. */
export function userLines(count: number, name: string): string {
  return lines(
    ...Array.from({ length: count }, (_, index) => ({
      $distinct_id: `${name}-${index}`,
      $set: { n: index },
    })),
  );
}

/** Users of that name that Mixpanel has. */
export function usersOf(cloud: TestCloud, name: string): number {
  const profiles = [...mixpanelOf(cloud).profiles()];
  return profiles.filter(({ $distinct_id: id }) => id?.startsWith(`${name}-`)).length;
}

/** The properties of a user, or of a group. */
export function propertiesOf(
  cloud: TestCloud,
  id: string,
  kind: "user" | "group" = "user",
): unknown {
  const [profile] = [...mixpanelOf(cloud).profiles({ kind, id })];
  return profile?.$properties;
}

/** The receipt of an object. @throws AssertionError when its updates do not add up */
export async function updatesReceipt(cloud: TestCloud, object: string): Promise<Receipt> {
  const receipt = await receiptOf(cloud, object);
  for (const { produced, imported, rejected, unconfirmed } of [receipt.profiles, receipt.groups])
    assert.equal(produced, imported + rejected + unconfirmed, "updates add up");
  return receipt;
}

/** Requests to an endpoint so far. */
export function requestsTo(cloud: TestCloud, path: string): readonly LoggedRequest[] {
  return mixpanelOf(cloud)
    .requests()
    .filter((request) => JSON.stringify(request).includes(path));
}
