import type { Receipt } from "../../functions/objects/receipt.ts";
import type { BucketServer } from "../bucket/bucket-server.ts";

/** Every receipt there is, oldest first. */
export async function readReceipts(
  bucket: BucketServer,
  receiptsBucket: string,
): Promise<Receipt[]> {
  const receipts: Receipt[] = [];
  for (const { name } of bucket.list(receiptsBucket)) {
    const text = (await bucket.read(receiptsBucket, name)).toString("utf8");
    // The one cast: our own functions wrote it, and what is checked of it is checked in
    // `account.ts`.
    receipts.push(JSON.parse(text) as Receipt);
  }
  return receipts.sort((one, other) => one.startedAt.localeCompare(other.startedAt));
}
