import {
  PROFILE_RULES,
  type ProfileRefusal,
  type ProfileRuleName,
} from "./profiles/profile-rules.ts";
import { type Evidence, type Refusal, type RuleName, RULES } from "./rules.ts";

type AnyRefusal = Refusal | ProfileRefusal;

const ALL_RULES = { ...RULES, ...PROFILE_RULES };

/** An event, or an update of a profile, that was refused. */
export interface RejectedRecord {
  readonly rule: RuleName | ProfileRuleName;
  readonly field: string;
  readonly message: string;
  /** Number of the request, from 1. */
  readonly request: number;
  /** 0-based position in that request. */
  readonly index: number;
  /** Its text, cut to 2,048 characters. */
  readonly record: string;
}

/** How many were refused for one reason. */
export interface RejectReason {
  readonly rule: RuleName | ProfileRuleName;
  readonly field: string;
  readonly message: string;
  readonly count: number;
  readonly evidence: Evidence;
  readonly wording: Evidence;
  readonly source: string;
  readonly meaning: string;
}

/** What was refused, and why. */
export interface RejectLog {
  add(refusal: AnyRefusal, request: number, index: number, record: () => string): void;
  /** Most frequent first; at most 1,000. */
  reasons(): readonly RejectReason[];
  /** The first 10,000. */
  events(): readonly RejectedRecord[];
  readonly total: number;
  clear(): void;
}

const KEEP_EVENTS = 10_000;
const KEEP_REASONS = 1_000;
const RECORD_CHARACTERS = 2_048;

export function createRejectLog(): RejectLog {
  const events: RejectedRecord[] = [];
  const reasons = new Map<string, { refusal: AnyRefusal; count: number }>();
  let total = 0;

  const countReason = (refusal: AnyRefusal): void => {
    const key = `${refusal.rule} ${refusal.field}`;
    const known = reasons.get(key);
    if (known !== undefined) known.count += 1;
    else if (reasons.size < KEEP_REASONS) reasons.set(key, { refusal, count: 1 });
  };

  return {
    add: (refusal, request, index, record) => {
      total += 1;
      countReason(refusal);
      if (events.length >= KEEP_EVENTS) return;
      events.push({ ...refusal, request, index, record: record().slice(0, RECORD_CHARACTERS) });
    },
    reasons: () =>
      [...reasons.values()]
        .sort((a, b) => b.count - a.count)
        .map(({ refusal, count }) => ({ ...refusal, count, ...ALL_RULES[refusal.rule] })),
    events: () => events,
    get total() {
      return total;
    },
    clear: () => {
      events.length = 0;
      reasons.clear();
      total = 0;
    },
  };
}
