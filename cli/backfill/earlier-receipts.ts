import type { ListedObject } from "../google/objects.ts";
import type { Connection } from "../stack/connect.ts";
import { readReceiptFields } from "./await-receipt.ts";
import { createReceiptTally } from "./receipt-tally.ts";

/** What receipts say that were there before. */
export interface EarlierReceipts {
  /** That were read: the first of them. */
  readonly read: number;
  /**
   * Of these: whose object is not imported as it should be, by state; `nothing imported` of one
   * that is complete.
   */
  readonly notInOrder: Readonly<Record<string, number>>;
}

/** As many as connections are kept to a service (check/google-access.ts). */
const CONCURRENT_READS = 32;
/** Each is a request: these take a minute. */
const MAX_READ = 20_000;

/** Reads receipts, up to 20,000 of them. */
export function createEarlierReceipts(connection: Connection) {
  const tally = createReceiptTally();
  let read = 0;
  return {
    /** @throws RefusedError, UnavailableError */
    add: async (receipts: readonly ListedObject[]): Promise<void> => {
      const queue = receipts.slice(0, MAX_READ - read).values();
      const work = async (): Promise<void> => {
        for (const { name } of queue) {
          const fields = await readReceiptFields(connection, name);
          if (fields === undefined) continue;
          read++;
          tally.add(name, fields);
        }
      };
      await Promise.all(Array.from({ length: CONCURRENT_READS }, work));
    },
    result: (): EarlierReceipts => ({ read, notInOrder: tally.totals().notInOrder.states }),
  };
}

/** How many there are. */
export function countNotInOrder({ notInOrder }: EarlierReceipts): number {
  return Object.values(notInOrder).reduce((sum, count) => sum + count, 0);
}
