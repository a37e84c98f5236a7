import { setTimeout as sleep } from "node:timers/promises";

import { readBacklogs } from "../google/backlog.ts";
import { createRest } from "../google/rest.ts";
import { createSubscriber, type PulledMessage } from "../google/subscriber.ts";
import { createPullSize } from "../replay/pull-size.ts";
import type { Connection } from "../stack/connect.ts";
import { attempt } from "./entrances.ts";

/** How much was looked at. */
export interface Visited {
  /** Dead letters, of any object. */
  readonly messages: number;
  /** Whether there may be more than were looked at. */
  readonly isPartial: boolean;
  /** Otherwise they come back by themselves, when the subscription's deadline has passed. */
  readonly isPutBack: boolean;
}

/** A look is no more than a look: it must not keep the messages from anybody for long. */
const MAX_MESSAGES = 5000;
/** Each may have ten million: nobody waits for all of them to see a few. */
const MAX_BYTES = 100_000_000;
/** A pull may bring nothing although something is there: then it is tried again, so often. */
const MAX_EMPTY_PULLS = 3;
const PAUSE_MS = 300;
/** What is not given back in time comes back by itself; Ctrl-C ends at once. */
const RELEASE_MS = 10_000;
const RELEASE_INTERRUPTED_MS = 2000;

/**
 * Shows each dead letter, up to 5,000 or 100 MB of them, and puts all back at once, also when it is
 * interrupted: they are pulled and not acknowledged. What is pulled cannot be pulled by anybody
 * else meanwhile. Nothing but their ids is kept.
 *
 * @throws RefusedError, UnavailableError
 */
export async function visitDeadLetters(
  connection: Connection,
  visit: (message: PulledMessage) => void,
): Promise<Visited> {
  const expected = await countExpected(connection);
  const held = new Map<string, string>();
  let isFull = false;
  let isPutBack = false;
  try {
    isFull = await pullAll(connection, { expected, held, visit });
  } finally {
    isPutBack = await putBack(connection, [...held.values()]);
  }
  return {
    messages: held.size,
    isPartial: isFull || held.size < (expected ?? Infinity),
    isPutBack,
  };
}

interface Visit {
  /** Undefined: nobody knows. */
  readonly expected: number | undefined;
  /** Ids of messages, and what gives them back. */
  readonly held: Map<string, string>;
  readonly visit: (message: PulledMessage) => void;
}

/** @returns whether it ended at a limit */
async function pullAll(connection: Connection, { expected, held, visit }: Visit): Promise<boolean> {
  const subscriber = createSubscriber(connection, connection.stack.deadLetterSubscription);
  const pullSize = createPullSize();
  let bytes = 0;
  let emptyPulls = 0;
  while (emptyPulls < MAX_EMPTY_PULLS) {
    if (held.size >= MAX_MESSAGES || bytes >= MAX_BYTES) return true;
    const before = held.size;
    const pulled = await subscriber.pull(pullSize.next(), "at once");
    pullSize.received(pulled);
    bytes += pulled.reduce((sum, { data }) => sum + data.length, 0);
    // One that came before may come again, when its deadline has passed.
    const fresh = pulled.filter(({ messageId }) => !held.has(messageId));
    for (const { messageId, ackId } of pulled) held.set(messageId, ackId);
    fresh.forEach(visit);
    if (held.size > before) continue;
    if (expected !== undefined && held.size >= expected) return false;
    emptyPulls++;
    await sleep(PAUSE_MS, undefined, { signal: connection.signal });
  }
  return false;
}

/** Never throws: what was seen is worth more. Ctrl-C has ended the requests of the connection. */
async function putBack({ google, stack, signal }: Connection, ackIds: readonly string[]) {
  const ms = signal.aborted ? RELEASE_INTERRUPTED_MS : RELEASE_MS;
  const rest = createRest({
    google,
    isLocal: stack.local !== undefined,
    signal: AbortSignal.timeout(ms),
  });
  const subscriber = createSubscriber({ google, rest }, stack.deadLetterSubscription);
  return await subscriber.modifyAckDeadline(ackIds, 0).then(
    () => true,
    () => false,
  );
}

/** As far as is known: an empty pull is not taken for the end before as many have come. */
async function countExpected(connection: Connection): Promise<number | undefined> {
  const { deadLetterSubscription: name } = connection.stack;
  const backlog = await attempt(() => readBacklogs(connection, [name]));
  return "value" in backlog ? backlog.value.get(name)?.messages : undefined;
}
