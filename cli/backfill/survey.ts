import type { SkipReason } from "../../functions/objects/skip.ts";
import type { Connection } from "../stack/connect.ts";
import { createEstimate, type Estimate } from "./estimate.ts";
import { createEarlierReceipts, type EarlierReceipts } from "./earlier-receipts.ts";
import type { Skip } from "../stack/import-settings.ts";
import { findObjects, type FoundObject } from "./find-objects.ts";
import { compareNames } from "./receipt-order.ts";
import type { Target } from "./target.ts";

/** Which objects are to be imported. */
export interface Selection {
  readonly target: Target;
  readonly skip: Skip;
  /** Also those that have a receipt. */
  readonly again: boolean;
  /**
   * RFC 3339, by Cloud Storage's clock: a receipt from after it is of this import. Undefined: there
   * is none of it yet.
   */
  readonly since: string | undefined;
}

/** Before any receipt was written. */
const LONG_AGO = "1970-01-01T00:00:00Z";

/** What becomes of an object. */
export type Choice = SkipReason | "imported" | "import" | "import again";

/** What there is to do. */
export interface Survey {
  /** Live objects that the target matches. */
  readonly matching: number;
  /** In the order of names. */
  readonly firstName: string;
  readonly lastName: string;
  /** That are to be imported, with or without a receipt. */
  readonly estimate: Estimate;
  /** Of those: that have a receipt. */
  readonly again: number;
  /** That have a receipt already, of this import with `again`. */
  readonly imported: number;
  /** What these receipts say. */
  readonly earlier: EarlierReceipts;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  /** RFC 3339, when the newest receipt was written; undefined: there is none. */
  readonly newestReceipt: string | undefined;
  /** The same of the objects. */
  readonly newestObject: string | undefined;
}

/** What becomes of one object. */
export function choose(
  { skip, receipt }: FoundObject,
  { again, since }: Pick<Selection, "again" | "since">,
): Choice {
  if (skip !== undefined) return skip;
  if (receipt === undefined) return "import";
  if (!again || (since !== undefined && isLater(receipt.timeCreated, since))) return "imported";
  return "import again";
}

/**
 * The selection for an import that is told by its receipts: whatever is written after those that
 * the survey found is of it, also when it is continued.
 */
export function fixSelection(selection: Selection, { newestReceipt }: Survey): Selection {
  if (!selection.again) return selection;
  return { ...selection, since: selection.since ?? newestReceipt ?? LONG_AGO };
}

/** Whether the one time is later than the other; both RFC 3339. */
export function isLater(one: string, other: string): boolean {
  return Date.parse(one) > Date.parse(other);
}

/**
 * Lists everything once, to tell what an import would take.
 *
 * @param window objects that would be on their way at a time
 * @param onListed told how many objects are listed
 * @throws RefusedError, UnavailableError
 */
export async function surveyObjects(
  connection: Connection,
  selection: Selection,
  window: number,
  onListed: (count: number) => void = () => undefined,
): Promise<Survey> {
  const counts = new Map<Choice, number>();
  const estimate = createEstimate();
  const earlier = createEarlierReceipts(connection);
  let matching = 0;
  let range: readonly [string, string] | undefined;
  let newestReceipt: string | undefined;
  let newestObject: string | undefined;
  for await (const page of findObjects(connection, selection.target, selection.skip)) {
    for (const found of page) {
      const { object, receipt } = found;
      const choice = choose(found, selection);
      counts.set(choice, (counts.get(choice) ?? 0) + 1);
      if (choice === "import" || choice === "import again") estimate.add(object);
      range = widen(range, object.name);
      newestReceipt = later(newestReceipt, receipt?.timeCreated);
      newestObject = later(newestObject, object.timeCreated);
    }
    const passed = page.filter((found) => choose(found, selection) === "imported");
    await earlier.add(passed.flatMap(({ receipt }) => receipt ?? []));
    matching += page.length;
    onListed(matching);
  }
  const {
    import: first = 0,
    "import again": again = 0,
    imported = 0,
    ...skipped
  } = toRecord(counts);
  return {
    ...{ matching, again, imported, skipped, newestReceipt, newestObject },
    firstName: range?.[0] ?? "",
    lastName: range?.[1] ?? "",
    earlier: earlier.result(),
    estimate: estimate.result(Math.min(window, first + again)),
  };
}

function toRecord(counts: ReadonlyMap<Choice, number>): Partial<Record<Choice, number>> {
  return Object.fromEntries(counts);
}

function widen(
  range: readonly [string, string] | undefined,
  name: string,
): readonly [string, string] {
  if (range === undefined) return [name, name];
  const [first, last] = range;
  if (compareNames(name, first) < 0) return [name, last];
  return compareNames(name, last) > 0 ? [first, name] : range;
}

function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return isLater(other, one) ? other : one;
}
