/** What the messages in an instance may take together. */
export interface AdmissionLimits {
  readonly bytes: number;
  readonly messages: number;
  /** Events and dead records at once. */
  readonly records: number;
}

/** A message that was taken in. */
export interface Admitted {
  /**
   * Holds room for so many events and dead records, in the place of what it held before; false when
   * they are too many beside those of others. One message at a time may have more than there is
   * room for, or one record of very many events would never find it.
   */
  holdRecords(records: number): boolean;
  /**
   * Holds room for what its data decompress to, in the place of what it held before; false when
   * that is too much beside others. One message at a time may have more than there is room for, or
   * a large one would never find it.
   */
  holdContents(bytes: number): boolean;
  /** Whether it may be taken in slices: only one message at a time is. */
  holdSlices(): boolean;
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
 * Bounds what an instance holds. A message over a limit is refused at once, and Pub/Sub keeps it:
 * that is what it is for. A message that is alone is always taken in, however large, or it would
 * never be imported; one of more records than a slice has is taken in slices, and only one such
 * message at a time.
 */
export function createAdmission(limits: AdmissionLimits): Admission {
  const held = { bytes: 0, messages: 0, records: 0 };
  let sliced: Admitted | undefined;
  let large: Admitted | undefined;

  const admit = (bytes: number): Admitted => {
    let recordsHeld = 0;
    let contentsHeld = 0;
    held.bytes += bytes;
    held.messages++;
    const admitted: Admitted = {
      holdRecords: (records) => {
        const others = held.records - recordsHeld;
        const isMany = records > limits.records;
        if (isMany && !admitted.holdSlices()) return false;
        if (!isMany && others + records > limits.records) return false;
        // The one of many does not keep others out.
        recordsHeld = isMany ? 0 : records;
        held.records = others + recordsHeld;
        return true;
      },
      holdContents: (contents) => {
        const others = held.bytes - contentsHeld;
        const isLarge = others + contents > limits.bytes;
        if (isLarge && large !== undefined && large !== admitted) return false;
        if (isLarge) large = admitted;
        // The large one does not keep others out.
        contentsHeld = isLarge ? 0 : contents;
        held.bytes = others + contentsHeld;
        return true;
      },
      holdSlices: () => {
        if (sliced !== undefined && sliced !== admitted) return false;
        sliced = admitted;
        return true;
      },
      release: () => {
        held.bytes -= bytes + contentsHeld;
        held.messages--;
        held.records -= recordsHeld;
        if (sliced === admitted) sliced = undefined;
        if (large === admitted) large = undefined;
      },
    };
    return admitted;
  };
  return {
    admit: (bytes) => {
      const isFull = held.bytes + bytes > limits.bytes || held.messages >= limits.messages;
      return isFull && held.messages > 0 ? undefined : admit(bytes);
    },
    messages: () => held.messages,
  };
}
