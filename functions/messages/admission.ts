/** What the messages in an instance may take together. */
export interface AdmissionLimits {
  readonly bytes: number;
  readonly messages: number;
}

export interface Admission {
  /** Takes a message in, unless there is no room; returns what to call when it is done with. */
  admit(bytes: number): (() => void) | undefined;
}

/**
 * Bounds what an instance holds. A message over the limit is refused at once, and Pub/Sub keeps it: that is what it is for.
 * A single message is always taken in, however large.
 */
export function createAdmission(limits: AdmissionLimits): Admission {
  let bytesHeld = 0;
  let messagesHeld = 0;
  return {
    admit: (bytes) => {
      const isFull = bytesHeld + bytes > limits.bytes || messagesHeld >= limits.messages;
      if (isFull && messagesHeld > 0) return undefined;
      bytesHeld += bytes;
      messagesHeld++;
      return () => {
        bytesHeld -= bytes;
        messagesHeld--;
      };
    },
  };
}
