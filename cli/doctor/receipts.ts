import type { Receipt } from "../../functions/objects/receipt.ts";
import { rejectedIn, unconfirmedIn } from "../../functions/records/counters.ts";
import { listObjects, type ListedObject } from "../google/objects.ts";
import { createReceiptReader } from "../status/receipts.ts";
import { addReceipt, attentionOf, NO_TOTALS } from "../status/status-totals.ts";
import { isUnread, WHY_UNREAD } from "../stack/unread-receipt.ts";
import { shellWord } from "../terminal/shell-word.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  known,
  ok,
  type Outcome,
  warning,
} from "./check.ts";
import { connectionOf } from "./connection.ts";

/** What became of the files imported last. */
export const RECEIPTS_CHECK: Check = {
  ...{ id: "receipts", title: "last receipts", phase: "after" },
  origins: ["pulumi", "outputs", "local"],
  needs: ["deployed", "credentials"],
  run: checkReceipts,
};

const SHOWN = 5;
/** Receipts are listed by name, not by time: so many are looked at to find the newest. */
const MAX_LISTED = 20_000;

async function checkReceipts(context: CheckContext, facts: Facts): Promise<Outcome> {
  const connection = connectionOf(context, facts);
  const { receiptsBucket } = known(facts, "stack");
  const { newest, isComplete } = await findNewest(connection, receiptsBucket);
  if (newest.length === 0) return ok("none yet.");
  const readReceipt = createReceiptReader(connection);
  const receipts = await Promise.all(newest.map((listed) => readReceipt(listed)));
  const problems = receipts.flatMap((receipt, index) => {
    // Gone meanwhile.
    if (receipt === undefined) return [];
    const place = (newest[index]?.name ?? "").replace(/\/\d+\.json$/, "");
    const text = problemIn(receipt);
    return text === undefined ? [] : [{ place: `gs://${place}`, text }];
  });
  const among = isComplete ? "" : ` of the first ${MAX_LISTED.toLocaleString("en-US")} by name`;
  const [first] = problems;
  if (first === undefined) return ok(`the last ${receipts.length}${among}: ${sumOf(receipts)}.`);
  return warning(
    `of the last ${receipts.length}${among}: ${problems.map(({ place, text }) => place + text).join("; ")}.`,
    `The whole story of the first of them:\n  npx --no mixpanel-gcp status${context.stackOptions} ${shellWord(first.place)}`,
  );
}

/** What became of their records, of which none was refused. */
function sumOf(receipts: readonly (Receipt | undefined)[]): string {
  const { records } = receipts
    .filter((receipt) => receipt !== undefined)
    .reduce(addReceipt, NO_TOTALS);
  const { read, dropped } = records;
  const left = dropped === 0 ? "" : `, ${dropped} of them left out by the transform`;
  return `${read} records${left}, none refused`;
}

async function findNewest(
  connection: Parameters<typeof listObjects>[0],
  bucket: string,
): Promise<{ readonly newest: readonly ListedObject[]; readonly isComplete: boolean }> {
  let newest: readonly ListedObject[] = [];
  let listed = 0;
  for await (const page of listObjects(connection, bucket)) {
    listed += page.length;
    newest = [...newest, ...page]
      .sort((one, other) => Date.parse(other.timeCreated) - Date.parse(one.timeCreated))
      .slice(0, SHOWN);
    if (listed >= MAX_LISTED) return { newest, isComplete: false };
  }
  return { newest, isComplete: true };
}

/**
 * ` was not imported: …`, `: complete, 3 of 10 refused (invalid, properties.time)`, to be put
 * behind the file's name; undefined: it is in order.
 */
function problemIn(receipt: Receipt): string | undefined {
  const { state, records, firstError } = receipt;
  const refused = rejectedIn(receipt) + records.unusable;
  const unconfirmed = unconfirmedIn(receipt);
  const attention = isUnread(state) ? undefined : attentionOf(receipt);
  const counts = [
    ...(refused === 0 ? [] : [`${refused} of ${records.read} refused`]),
    ...(unconfirmed === 0 ? [] : [`${unconfirmed} updates of profiles not confirmed by Mixpanel`]),
  ];
  const why = firstError === null ? "" : ` (${describeFirst(firstError)})`;
  if (isUnread(state)) return ` ${WHY_UNREAD[state] ?? ""}`;
  if (attention === undefined && (counts.length === 0 || state === "superseded")) return undefined;
  const found = state === "complete" && attention !== undefined ? ` ${attention}` : `: ${state}`;
  return `${[found, ...counts].join(", ")}${why}`;
}

function describeFirst({ reason, field, error = "" }: NonNullable<Receipt["firstError"]>): string {
  const where = [reason, field].filter(Boolean).join(", ");
  return error === "" ? where : `${where}: ${error}`;
}
