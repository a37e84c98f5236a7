/** What the messages in an instance may take together. */
export interface AdmissionLimits {
  readonly bytes: number;
  readonly messages: number;
  readonly events: number;
}

/** A message that was taken in. */
export interface Admitted {
  /** Counts its events, once they are known; false when they are too many beside those of others. */
  holdEvents(events: number): boolean;
  /** Called once, when the message is done with. */
  release(): void;
}

export interface Admission {
  /** Takes a message of so many bytes in; undefined when there is no room. */
  admit(bytes: number): Admitted | undefined;
  /** Messages that are here. */
  messages(): number;
}

/**
 * Bounds what an instance holds. A message over a limit is refused at once, and Pub/Sub keeps it: that is what it is for.
 * A message that is alone is always taken in, however large, or it would never be imported.
 */
export function createAdmission(limits: AdmissionLimits): Admission {
  const held = { bytes: 0, messages: 0, events: 0 };
  const admit = (bytes: number): Admitted => {
    let eventsHeld = 0;
    held.bytes += bytes;
    held.messages++;
    return {
      holdEvents: (events) => {
        if (held.events + events > limits.events && held.messages > 1) return false;
        eventsHeld += events;
        held.events += events;
        return true;
      },
      release: () => {
        held.bytes -= bytes;
        held.messages--;
        held.events -= eventsHeld;
      },
    };
  };
  return {
    admit: (bytes) => {
      const isFull = held.bytes + bytes > limits.bytes || held.messages >= limits.messages;
      return isFull && held.messages > 0 ? undefined : admit(bytes);
    },
    messages: () => held.messages,
  };
}
