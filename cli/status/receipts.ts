import type { FirstError, Receipt } from "../../functions/objects/receipt.ts";
import { isObject } from "../../functions/platform/json.ts";
import { countsIn } from "../../local/run/run-log.ts";
import { readJsonObject, type ListedObject } from "../google/objects.ts";
import { NotJsonError, RefusedError } from "../google/rest.ts";
import type { Connection } from "../stack/connect.ts";
import { unreadState } from "../stack/unread-receipt.ts";

/** Reads a receipt; undefined when it is gone meanwhile. Throws RefusedError, UnavailableError. */
export type ReadReceipt = (listed: ListedObject) => Promise<Receipt | undefined>;

/** What is looked at again and again is read once; a receipt is only ever replaced as a whole. */
const KEPT_RECEIPTS = 5000;

/** @param connection to the stack whose receipts are read */
export function createReceiptReader(connection: Connection): ReadReceipt {
  const known = new Map<string, Receipt>();
  return async (listed) => {
    const key = `${listed.name}#${listed.generation}`;
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const receipt = await read(connection, listed.name);
    if (receipt !== undefined && known.size < KEPT_RECEIPTS) known.set(key, receipt);
    return receipt;
  };
}

async function read(connection: Connection, name: string): Promise<Receipt | undefined> {
  try {
    return toReceipt(await readJsonObject(connection, connection.stack.receiptsBucket, name));
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    // One that somebody else wrote there must not hide all others.
    if (error instanceof NotJsonError) return toReceipt({});
    throw error;
  }
}

/** What is missing in it is 0, or ""; so is all of one that cannot be read. */
function toReceipt(written: Readonly<Record<string, unknown>>): Receipt {
  const unread = unreadState(written);
  const fields = unread === undefined ? written : { state: unread };
  const { records, events, profiles, groups } = countsIn(fields);
  const text = (key: string): string => (typeof fields[key] === "string" ? fields[key] : "");
  const count = (key: string): number => countOf(fields[key]);
  const idsAdded = isObject(fields["events"]) ? countOf(fields["events"]["idsAdded"]) : 0;
  return {
    version: 1,
    ...{ bucket: text("bucket"), object: text("object"), generation: text("generation") },
    size: count("size"),
    // One that is not known is shown as it is, and taken for one that needs attention.
    state: text("state") as Receipt["state"],
    records,
    events: { ...events, idsAdded },
    ...{ profiles, groups },
    ...{ bytes: count("bytes"), requests: count("requests"), retries: count("retries") },
    ...{ runs: count("runs"), code: text("code") },
    firstError: isObject(fields["firstError"]) ? toFirstError(fields["firstError"]) : null,
    ...{ startedAt: text("startedAt"), finishedAt: text("finishedAt") },
  };
}

function countOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

function toFirstError({
  reason,
  field,
  error,
  line,
}: Readonly<Record<string, unknown>>): FirstError {
  return {
    reason: String(reason) as FirstError["reason"],
    field: typeof field === "string" ? field : "",
    ...(typeof error === "string" && { error }),
    line: countOf(line),
  };
}

/** Seconds from the first run's start to the receipt; NaN when it does not say. */
export function secondsOf({ startedAt, finishedAt }: Receipt): number {
  return (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

/** Uncompressed MB a second; undefined when it took no time. */
export function rateOf(receipt: Receipt): number | undefined {
  const seconds = secondsOf(receipt);
  return seconds > 0 ? receipt.bytes / 1e6 / seconds : undefined;
}
