import { mayStart, type Deadline } from "../platform/deadline.ts";
import { UnavailableError } from "../platform/errors.ts";
import type { StoredBytes } from "./object-ranges.ts";
import { isOutOfReach } from "./skip-limit.ts";

/** The place to go on lies so deep in one gzip member that no run gets there in its time. */
export class MemberTooLargeError extends Error {
  override readonly name = "MemberTooLargeError";
}

export interface SkipOptions {
  readonly deadline: Deadline;
  /** Longest a run may go on, in milliseconds. */
  readonly budgetMs: number;
  readonly now: () => number;
  /** When reading began, and the CPU time taken until then. */
  readonly since: { readonly at: number; readonly cpu: NodeJS.CpuUsage };
}

/**
 * The chunks without their first `bytes` bytes.
 *
 * @throws MemberTooLargeError when a run cannot get there; UnavailableError when this one did not,
 *   in its time; what the chunks throw
 */
export async function* skipTo(
  chunks: AsyncIterable<Buffer>,
  bytes: number,
  { deadline, budgetMs, now, since }: SkipOptions,
  stored: Pick<StoredBytes, "wasHindered" | "waitedMs">,
): AsyncGenerator<Buffer> {
  let skipped = 0;
  for await (const chunk of chunks) {
    if (skipped === bytes) {
      yield chunk;
      continue;
    }
    const length = Math.min(bytes - skipped, chunk.length);
    skipped += length;
    if (length < chunk.length) {
      yield chunk.subarray(length);
      continue;
    }
    const { user, system } = process.cpuUsage(since.cpu);
    const progress = {
      toSkip: bytes,
      skipped,
      elapsedMs: now() - since.at,
      waitedMs: stored.waitedMs(),
      cpuMs: (user + system) / 1000,
      wasHindered: stored.wasHindered(),
      budgetMs,
    };
    if (isOutOfReach(progress)) throw new MemberTooLargeError("no run gets there in its time");
    if (deadline.signal.aborted || !mayStart(deadline, now()))
      throw new UnavailableError("getting to the place in the object took too long");
  }
  if (skipped < bytes) throw new UnavailableError("the object ends before the place to go on");
}
