import type { Problem } from "../../event/problem.ts";
import { PROFILE_KINDS, type ProfileKind, type ProfileUpdate } from "../../event/profile-update.ts";
import type { RecordBytes } from "../../event/record.ts";
import type { DeliverUpdates } from "./deliver-updates.ts";
import type { UpdateContext, UpdateDelivery } from "./update-submission.ts";

/** A record of which Mixpanel refused something. */
export interface RejectedRecord {
  readonly record: RecordBytes;
  readonly problem: Problem;
}

/** How many updates of a kind there were, and what became of them. */
export interface DeliveredCounts {
  readonly produced: number;
  readonly imported: number;
  readonly rejected: number;
  readonly unconfirmed: number;
}

/** What became of updates of both kinds. */
export interface DeliveredUpdates {
  readonly counts: Readonly<Record<ProfileKind, DeliveredCounts>>;
  readonly rejected: readonly RejectedRecord[];
  readonly retryReason: string | undefined;
  readonly requests: number;
  readonly retries: number;
}

const NO_COUNTS: DeliveredCounts = { produced: 0, imported: 0, rejected: 0, unconfirmed: 0 };

const NO_UPDATES: DeliveredUpdates = {
  counts: { profiles: NO_COUNTS, groups: NO_COUNTS },
  rejected: [],
  retryReason: undefined,
  requests: 0,
  retries: 0,
};

/** Sends updates of both kinds, each in their order; queued before this returns. */
export function deliverAllUpdates(
  updates: readonly ProfileUpdate[],
  deliver: DeliverUpdates,
  context: UpdateContext,
): Promise<DeliveredUpdates> {
  if (updates.length === 0) return Promise.resolve(NO_UPDATES);
  const sent = PROFILE_KINDS.map((kind) => {
    const own = updates.filter((update) => update.kind === kind);
    return { kind, own, delivery: own.length === 0 ? undefined : deliver(kind, own, context) };
  });
  return sumUp(sent);
}

interface SentUpdates {
  readonly kind: ProfileKind;
  readonly own: readonly ProfileUpdate[];
  readonly delivery: Promise<UpdateDelivery> | undefined;
}

async function sumUp(sent: readonly SentUpdates[]): Promise<DeliveredUpdates> {
  const deliveries = await Promise.all(
    sent.map(async ({ delivery }) => (delivery === undefined ? undefined : await delivery)),
  );
  return sent.reduce<DeliveredUpdates>((sum, { kind, own }, index) => {
    const delivery = deliveries[index];
    if (delivery === undefined) return sum;
    const { imported, rejected, unconfirmed, retryReason, requests, retries } = delivery;
    const counts = { produced: own.length, imported, rejected: rejected.length, unconfirmed };
    return {
      counts: { ...sum.counts, [kind]: counts },
      rejected: [...sum.rejected, ...rejectedRecords(own, delivery)],
      retryReason: sum.retryReason ?? retryReason,
      requests: sum.requests + requests,
      retries: sum.retries + retries,
    };
  }, NO_UPDATES);
}

function rejectedRecords(
  updates: readonly ProfileUpdate[],
  { rejected }: UpdateDelivery,
): readonly RejectedRecord[] {
  return rejected.flatMap(({ index, problem }) => {
    const update = updates[index];
    return update === undefined ? [] : [{ record: update.record, problem }];
  });
}
