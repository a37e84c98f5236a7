import { setTimeout as delay } from "node:timers/promises";

import { isRetryable } from "../../functions/platform/errors.ts";
import { askTime } from "../google/ask-time.ts";
import { readBacklogs } from "../google/backlog.ts";
import { createRest } from "../google/rest.ts";
import { createSubscriber, type PulledMessage, type Subscriber } from "../google/subscriber.ts";
import type { Connection } from "../stack/connect.ts";
import { createLeases, type Leases } from "./leases.ts";
import type { DeadLetter } from "./letter.ts";
import type { LetterSource } from "./letter-source.ts";
import type { ReplayListeners, ReplayPlan } from "./plan.ts";
import { missingOf, type MeasuredBacklog } from "./missing-letters.ts";
import { createPullSize, type PullSize } from "./pull-size.ts";
import { createQuiet, type Quiet } from "./quiet.ts";

const LEASE_SECONDS = 60;
const POLL_MS = 200;
/** What is not given back in time comes back by itself; Ctrl-C ends at once. */
const RELEASE_MS = 60_000;
const RELEASE_INTERRUPTED_MS = 2000;

type SourceOptions = Pick<ReplayPlan, "expected" | "leaseSeconds" | "startedAt">;

/** The parts of an open subscription. */
interface Opened {
  /** Ends when nothing comes any more. */
  readonly pulling: Subscriber;
  /** For what has to be done all the same. */
  readonly settling: Subscriber;
  readonly leases: Leases;
  readonly quiet: Quiet;
  readonly pullSize: PullSize;
  readonly startedAt: number;
  readonly leaseSeconds: number;
  /** When each of those that came after the start was published, in milliseconds. */
  readonly laterTimes: number[];
  acknowledged: number;
  /** The last of those whose replacement is accepted: they may be delivered once more. */
  readonly settled: Set<string>;
}

/**
 * The dead letters that were in the stack's subscription at the start. When nothing has come for
 * some seconds there are no more: Pub/Sub does not say. Letters that another reader holds, a replay
 * that was killed perhaps, are waited for when the metrics say that there are more.
 */
export async function openSubscription(
  connection: Connection,
  options: SourceOptions,
  listeners: Pick<ReplayListeners, "onWaiting">,
): Promise<LetterSource> {
  const { stack, signal } = connection;
  const { leaseSeconds = LEASE_SECONDS } = options;
  // Before anything is pulled: what comes from now on is later.
  const startedAt = options.startedAt ?? (await askTime(connection));
  const before = await backlogOf(connection);
  const expected = options.expected ?? before?.messages;
  const isLocal = stack.local !== undefined;
  const quiet = createQuiet({ expected, leaseSeconds, isLocal, listeners });
  const open = (until: AbortSignal): Subscriber => {
    const rest = createRest({ google: connection.google, isLocal, signal: until });
    return createSubscriber({ ...connection, rest }, stack.deadLetterSubscription);
  };
  const settling = open(signal);
  const opened: Opened = {
    pulling: open(AbortSignal.any([signal, quiet.signal])),
    settling,
    leases: createLeases(settling, { seconds: leaseSeconds }),
    quiet,
    pullSize: createPullSize(),
    ...{ startedAt, leaseSeconds, laterTimes: [], acknowledged: 0, settled: new Set() },
  };
  let isStopped = false;
  let isFull = false;
  const next = async (): Promise<readonly DeadLetter[] | undefined> => {
    isFull ||= opened.leases.isFull();
    return isStopped || isFull ? undefined : await nextLetters(opened, signal);
  };
  return {
    next,
    settle: async (letters) => {
      const ids = letters.flatMap(({ messageId, parts }) =>
        parts === undefined ? [messageId] : parts.map((part) => part.messageId),
      );
      remember(opened.settled, ids);
      // Held until it is done: when it fails they are given back at once.
      await settling.acknowledge(opened.leases.ackIdsOf(ids));
      opened.leases.drop(ids);
      opened.acknowledged += ids.length;
    },
    takesRest: true,
    progress: () => ({ done: quiet.seen(), total: expected }),
    later: () => opened.laterTimes.length,
    isFull: () => isFull,
    missing: async () => {
      const { laterTimes, acknowledged } = opened;
      const counts = { seen: quiet.seen(), laterTimes, acknowledged };
      const known = { ...counts, surveyed: options.expected, before, startedAt };
      const found = missingOf(known);
      return found.missing === 0
        ? found
        : missingOf({ ...known, after: await backlogOf(connection) });
    },
    stop: () => {
      isStopped = true;
      quiet.stop();
    },
    close: async () => {
      quiet.stop();
      const ms = signal.aborted ? RELEASE_INTERRUPTED_MS : RELEASE_MS;
      await opened.leases.release(open(AbortSignal.timeout(ms)));
    },
  };
}

/** Pulls until something comes, or nothing does for so long that there is nothing. */
async function nextLetters(
  opened: Opened,
  signal: AbortSignal,
): Promise<readonly DeadLetter[] | undefined> {
  const { pulling, settling, quiet, pullSize } = opened;
  while (!quiet.signal.aborted) {
    const letters = await quiet.watch(pullFrom(pulling, opened));
    if (letters.length > 0) return letters;
    signal.throwIfAborted();
  }
  // A pull that does not wait has to respond: silence may also be that of a service that is away.
  const last = settling.pull(pullSize.next(), "at once").then((pulled) => take(pulled, opened));
  const letters = await quiet.watch(last);
  return letters.length > 0 ? letters : undefined;
}

/** Pulls once. Nothing, too, when that fails for now: then the next one is smaller. */
async function pullFrom(subscriber: Subscriber, opened: Opened): Promise<readonly DeadLetter[]> {
  const { quiet, pullSize } = opened;
  try {
    // One that waits would be given up in the end, and might take letters with it for a minute.
    const pulled = await subscriber.pull(pullSize.next(), "at once");
    if (pulled.length === 0) await delay(POLL_MS);
    return take(pulled, opened);
  } catch (error) {
    if (!quiet.signal.aborted && !isRetryable(error)) throw error;
    pullSize.shrink();
    return [];
  }
}

/** Holds what was pulled; those that are new and were there at the start are meant. */
function take(pulled: readonly PulledMessage[], opened: Opened): readonly DeadLetter[] {
  const { settling, leases, pullSize, startedAt, leaseSeconds } = opened;
  if (pulled.length === 0) return [];
  pullSize.received(pulled);
  // Their first deadline is the subscription's, which may be ten seconds, or ten minutes.
  const ackIds = pulled.map(({ ackId }) => ackId);
  void settling.modifyAckDeadline(ackIds, leaseSeconds).catch(() => undefined);
  const isSettled = ({ messageId }: PulledMessage): boolean => opened.settled.has(messageId);
  // It came too late, or got lost: what comes again is not sent again.
  const again = pulled.filter(isSettled).map(({ ackId }) => ackId);
  if (again.length > 0) void settling.acknowledge(again).catch(() => undefined);
  const fresh = pulled.filter((one) => !isSettled(one) && leases.add(one.messageId, one.ackId));
  const meant = fresh.filter(({ publishTime }) => {
    const time = Date.parse(publishTime);
    const isLater = time >= startedAt;
    if (isLater) opened.laterTimes.push(time);
    return !isLater;
  });
  return meant.map(({ messageId, publishTime, attributes, data }) => ({
    ...{ messageId, publishTime, attributes, data },
  }));
}

/** As many as a few minutes can settle, in some megabytes. */
const MAX_SETTLED = 100_000;

function remember(settled: Set<string>, ids: readonly string[]): void {
  for (const id of ids) settled.add(id);
  for (const id of settled) {
    if (settled.size <= MAX_SETTLED) return;
    settled.delete(id);
  }
}

/** Undefined where there are no metrics. */
async function backlogOf(connection: Connection): Promise<MeasuredBacklog | undefined> {
  const { deadLetterSubscription } = connection.stack;
  try {
    const backlogs = await readBacklogs(connection, [deadLetterSubscription]);
    const { messages, measuredAt = "" } = backlogs.get(deadLetterSubscription) ?? {};
    return messages === undefined ? undefined : { messages, measuredAt };
  } catch {
    // Letters are replayed without; the report says that nobody knows of others.
    return undefined;
  }
}
