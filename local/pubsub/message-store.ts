import type { Message } from "./message.ts";
import { storedBytes } from "./message.ts";
import { ServiceError } from "./service-error.ts";

/**
 * Counts what all subscriptions hold together, so that an endless backlog ends in an error, not in
 * a crash.
 */
export interface MessageStore {
  /**
   * @throws ServiceError RESOURCE_EXHAUSTED when `messages` more, with `bytes`, would be too many
   */
  checkRoom(messages: number, bytes: number): void;
  add(message: Message): void;
  remove(message: Message): void;
}

const MAX_MESSAGES = 500_000;
const MAX_BYTES = 512 * 1024 * 1024;

/** @param limits what is held at most; for tests */
export function createMessageStore(
  limits: { readonly maxMessages?: number; readonly maxBytes?: number } = {},
): MessageStore {
  const { maxMessages = MAX_MESSAGES, maxBytes = MAX_BYTES } = limits;
  let heldMessages = 0;
  let heldBytes = 0;
  return {
    checkRoom: (messages, bytes) => {
      if (heldMessages + messages <= maxMessages && heldBytes + bytes <= maxBytes) return;
      throw new ServiceError(
        "RESOURCE_EXHAUSTED",
        `The local Pub/Sub holds ${heldMessages} messages (${heldBytes} bytes), and has room for ${maxMessages} (${maxBytes} bytes). Publish more when some are acknowledged.`,
      );
    },
    add: (message) => {
      heldMessages += 1;
      heldBytes += storedBytes(message);
    },
    remove: (message) => {
      heldMessages -= 1;
      heldBytes -= storedBytes(message);
    },
  };
}
