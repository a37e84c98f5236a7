import { hash } from "node:crypto";

import type { DeadLetter } from "./letter.ts";

/** Puts large records together. */
export interface PartsCollector {
  /** The whole record when this is its last part; undefined: others have not come yet. */
  add(letter: DeadLetter): DeadLetter | undefined;
  /** Parts that wait for others. */
  waiting(): readonly DeadLetter[];
}

/** What may wait for its last part: the largest record of a message has 64 MiB. */
const MAX_HELD_BYTES = 160 * 1024 * 1024;
/** Attributes of a part that say nothing of the whole. */
const OF_PARTS = ["part", "parts", "bytes", "sha256"];

/** The parts of one record, by their number. */
type PartSet = Map<string, DeadLetter>;

/** Whether a letter holds a part of a record, and not all of it. */
export function isPart({ attributes }: DeadLetter): boolean {
  return attributes["part"] !== undefined;
}

/**
 * Parts belong together when they have the same `sha256`, that of the whole. A record that became a
 * dead letter twice has two sets of them.
 */
export function createPartsCollector(maxHeldBytes = MAX_HELD_BYTES): PartsCollector {
  const sets = new Map<string, PartSet[]>();
  const waiting = new Set<DeadLetter>();
  let heldBytes = 0;
  const forget = (key: string, set: PartSet): void => {
    const others = (sets.get(key) ?? []).filter((other) => other !== set);
    if (others.length === 0) sets.delete(key);
    else sets.set(key, others);
    for (const { data } of set.values()) heldBytes -= data.length;
  };
  /** Too much waits: what has come first is left for another time. */
  const makeRoom = (): void => {
    for (const [key, [oldest]] of sets) {
      if (heldBytes <= maxHeldBytes || oldest === undefined) return;
      forget(key, oldest);
      for (const letter of oldest.values()) {
        waiting.delete(letter);
        waiting.add(withoutData(letter));
      }
    }
  };
  return {
    add: (letter) => {
      const { part = "", parts = "", sha256 = "" } = letter.attributes;
      const key = `${sha256} ${parts}`;
      const open = sets.get(key) ?? [];
      const set = open.find((candidate) => !candidate.has(part)) ?? new Map<string, DeadLetter>();
      if (set.size === 0) sets.set(key, [...open, set]);
      set.set(part, letter);
      heldBytes += letter.data.length;
      waiting.add(letter);
      const whole = wholeOf(set, letter);
      if (whole === undefined) {
        makeRoom();
        return undefined;
      }
      forget(key, set);
      for (const one of set.values()) waiting.delete(one);
      return whole;
    },
    waiting: () => [...waiting].map(withoutData),
  };
}

function withoutData(letter: DeadLetter): DeadLetter {
  return { ...letter, data: Buffer.alloc(0) };
}

/** @returns undefined unless the parts are all there, and are what the whole was */
function wholeOf(set: PartSet, { attributes }: DeadLetter): DeadLetter | undefined {
  const { parts = "", bytes = "", sha256 = "" } = attributes;
  if (set.size !== Number(parts)) return undefined;
  const inOrder = Array.from({ length: set.size }, (_value, index) => set.get(String(index + 1)));
  const [first] = inOrder;
  if (first === undefined || !inOrder.every((part) => part !== undefined)) return undefined;
  const data = Buffer.concat(inOrder.map((part) => part.data));
  if (String(data.length) !== bytes || hash("sha256", data, "hex") !== sha256) return undefined;
  const common = Object.entries(first.attributes).filter(([key]) => !OF_PARTS.includes(key));
  return { ...first, attributes: Object.fromEntries(common), data, parts: inOrder };
}
