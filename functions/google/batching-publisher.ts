import { earliest, type Deadline } from "../platform/deadline.ts";
import { UnavailableError } from "../platform/errors.ts";
import {
  MAX_ENCODED_BYTES,
  MAX_MESSAGES,
  MessageTooLargeError,
  type OutgoingMessage,
  type Publish,
} from "./publisher.ts";

/** Most merged requests at once; what comes meanwhile gathers for the next one. */
const MAX_UNDER_WAY = 4;

/** Quotes, names and braces around a message's data and attributes. */
const FRAME_BYTES = 64;

/** The messages of one call. */
interface Call {
  readonly messages: readonly OutgoingMessage[];
  readonly bytes: number;
  readonly deadline: Deadline;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A `Publish` whose calls share requests: what is published in the same turn of the event loop, or
 * while other requests are under way, goes together. A request that fails fails only the calls in
 * it. One that is refused for good (400, 413) is taken apart again, so that one message that
 * Pub/Sub does not take fails only its own call.
 *
 * @throws MessageTooLargeError at once for a message that no request has room for
 */
export function createBatchingPublisher(publish: Publish): Publish {
  const queues = new Map<string, (call: Call) => void>();
  const queueOf = (topic: string): ((call: Call) => void) => {
    const queue = queues.get(topic) ?? createQueue((...call) => publish(topic, ...call));
    queues.set(topic, queue);
    return queue;
  };
  return async (topic, messages, deadline) => {
    const sizes = messages.map(encodedBytes);
    if (sizes.some((size) => size > MAX_ENCODED_BYTES))
      throw new MessageTooLargeError("A dead letter is too large for a publish request");
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    if (messages.length > MAX_MESSAGES || bytes > MAX_ENCODED_BYTES) {
      await publish(topic, messages, deadline);
      return;
    }
    await new Promise<void>((resolve, reject) => {
      queueOf(topic)({ messages, bytes, deadline, resolve, reject });
    });
  };
}

type PublishToTopic = (messages: readonly OutgoingMessage[], deadline: Deadline) => Promise<void>;

function createQueue(publish: PublishToTopic): (call: Call) => void {
  const waiting: Call[] = [];
  let underWay = 0;
  let isScheduled = false;

  const schedule = (): void => {
    if (isScheduled || waiting.length === 0 || underWay >= MAX_UNDER_WAY) return;
    isScheduled = true;
    setImmediate(sendNext);
  };
  const sendNext = (): void => {
    isScheduled = false;
    const calls = waiting.splice(0, callsThatFit(waiting));
    underWay++;
    void publishCalls(calls, publish).then(() => {
      underWay--;
      schedule();
    });
    schedule();
  };
  return (call) => {
    waiting.push(call);
    schedule();
  };
}

/** How many calls from the first on share one request. */
function callsThatFit(calls: readonly Call[]): number {
  let messages = 0;
  let bytes = 0;
  const end = calls.findIndex((call) => {
    messages += call.messages.length;
    bytes += call.bytes;
    return messages > MAX_MESSAGES || bytes > MAX_ENCODED_BYTES;
  });
  return end === -1 ? calls.length : end;
}

/** Publishes calls together and tells each how it ended. Never rejects. */
async function publishCalls(calls: readonly Call[], publish: PublishToTopic): Promise<void> {
  try {
    await publish(
      calls.flatMap(({ messages }) => messages),
      earliest(calls.map(({ deadline }) => deadline)),
    );
    for (const { resolve } of calls) resolve();
  } catch (error) {
    if (calls.length > 1 && isRefusedForGood(error))
      await Promise.all(calls.map((call) => publishCalls([call], publish)));
    else for (const { reject } of calls) reject(error);
  }
}

function isRefusedForGood(error: unknown): boolean {
  return error instanceof UnavailableError && (error.status === 400 || error.status === 413);
}

/** Bytes of a message in a request, at most. */
function encodedBytes({ data, attributes }: OutgoingMessage): number {
  const base64 = Math.ceil(data.length / 3) * 4;
  return base64 + Buffer.byteLength(JSON.stringify(attributes)) + FRAME_BYTES;
}
