/** Remembers which line of which file each message was. */
export interface MessagePlaces {
  /** Messages that were published together: their ids, and the numbers of their lines. */
  add(file: string, messageIds: readonly string[], lines: readonly number[]): void;
  /** `messages.ndjson line 3`; undefined when the message is none of these. */
  readonly find: (messageId: string) => string | undefined;
}

interface Batch {
  readonly file: string;
  readonly firstId: number;
  readonly count: number;
  readonly firstLine: number;
  /** Only where blank lines lie between. */
  readonly lines: readonly number[] | undefined;
}

/**
 * The local Pub/Sub numbers messages one after the other, so a batch of them takes a few numbers only, and a
 * million messages little memory.
 */
export function createMessagePlaces(): MessagePlaces {
  const batches: Batch[] = [];
  return {
    add: (file, messageIds, lines) => {
      const firstId = Number(messageIds[0]);
      const firstLine = lines[0] ?? 0;
      const isConsecutive = lines.at(-1) === firstLine + lines.length - 1;
      batches.push({
        file,
        firstId,
        count: messageIds.length,
        firstLine,
        lines: isConsecutive ? undefined : lines,
      });
    },
    find: (messageId) => {
      const id = Number(messageId);
      const batch = batches.find(({ firstId, count }) => id >= firstId && id < firstId + count);
      if (batch === undefined) return undefined;
      const index = id - batch.firstId;
      return `${batch.file} line ${batch.lines?.[index] ?? batch.firstLine + index}`;
    },
  };
}
