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
  readonly lastId: number;
  readonly firstLine: number;
  /** Only where blank lines lie between. */
  readonly lines: readonly number[] | undefined;
  /** Only where others published in between. */
  readonly ids: readonly number[] | undefined;
}

/**
 * Pub/Sub on one machine numbers messages one after the other, so most batches take a few numbers
 * only, and a million messages little memory.
 */
export function createMessagePlaces(): MessagePlaces {
  const batches: Batch[] = [];
  return {
    add: (file, messageIds, lines) => {
      const ids = messageIds.map(Number);
      const firstLine = lines[0] ?? 0;
      batches.push({
        file,
        firstId: ids[0] ?? NaN,
        lastId: ids.at(-1) ?? NaN,
        firstLine,
        lines: isConsecutive(lines) ? undefined : lines,
        ids: isConsecutive(ids) ? undefined : ids,
      });
    },
    find: (messageId) => {
      const id = Number(messageId);
      for (const batch of batches) {
        const index = indexIn(batch, id);
        if (index === -1) continue;
        return `${batch.file} line ${batch.lines?.[index] ?? batch.firstLine + index}`;
      }
      return undefined;
    },
  };
}

function indexIn({ firstId, lastId, ids }: Batch, id: number): number {
  if (!(id >= firstId && id <= lastId)) return -1;
  return ids === undefined ? id - firstId : ids.indexOf(id);
}

function isConsecutive(numbers: readonly number[]): boolean {
  const first = numbers[0] ?? 0;
  return numbers.every((number, index) => number === first + index);
}
