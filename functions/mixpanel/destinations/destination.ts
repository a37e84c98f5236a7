import type { HttpResponse } from "../../http/http-request.ts";
import type { Deadline } from "../../platform/deadline.ts";
import type { Meaning } from "../meaning.ts";

/**
 * One endpoint of Mixpanel: how records are put into a request, and what its response means. What
 * follows from that is the same for all of them (`../verdict.ts`). A folder beside this file each.
 */
export interface Destination<Batch> {
  /** Records of a batch. */
  readonly lengthOf: (batch: Batch) => number;
  /** Bytes of a batch as limits count them: uncompressed. */
  readonly bytesOf: (batch: Batch) => number;
  /** The batch of those records of `batch`, in that order. */
  readonly pick: (batch: Batch, indexes: readonly number[]) => Batch;
  /** What tells a batch from others: equal for the same records, and nothing that is a secret. */
  readonly fingerprintOf: (batch: Batch) => Buffer;
  /** Sends a request of a batch; its response, whatever it means. @throws UnavailableError */
  readonly post: (batch: Batch, deadline: Deadline) => Promise<HttpResponse>;
  /**
   * What a response says of the batch. Statuses worth another attempt never get here
   * (`isRetryableStatus`).
   */
  readonly interpret: (response: HttpResponse, batch: Batch) => Meaning;
}
