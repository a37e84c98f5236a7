import type { EventCounts, RecordCounts, UpdateCounts } from "../../functions/records/counters.ts";
import type { Receipt } from "../../functions/objects/receipt.ts";
import type { RunFacts } from "./account.ts";
import { findProblems, findWarnings } from "./account.ts";

/** What `local --json` prints. */
export interface RunSummary {
  /** Everything is accounted for. */
  readonly ok: boolean;
  readonly objects: readonly Receipt[];
  readonly messages: {
    readonly published: number;
    readonly acknowledged: number;
    readonly events: EventCounts;
    readonly records: RecordCounts;
    /** Only when there were any. */
    readonly profiles?: UpdateCounts;
    readonly groups?: UpdateCounts;
  };
  readonly deadLetters: {
    readonly records: number;
    readonly byReason: Readonly<Record<string, number>>;
  };
  readonly mixpanel: {
    readonly requests: number;
    readonly distinctEvents: number;
    /** Different ones that were updated; only when there were any. */
    readonly users?: number;
    readonly groups?: number;
  };
  /** What is accounted for and yet not certain; only when there is any. */
  readonly warnings?: readonly string[];
  /** Only when something is not in order. */
  readonly problems?: readonly string[];
}

/** The machine-readable result of a run. */
export function summarize(facts: RunFacts): RunSummary {
  const { receipts, messages, deadLetters, mixpanel } = facts;
  const problems = findProblems(facts);
  const warnings = findWarnings(facts);
  return {
    ok: problems.length === 0,
    objects: receipts,
    messages: {
      published: messages.published,
      acknowledged: messages.acknowledged,
      events: messages.events,
      records: messages.records,
      ...(messages.profiles.produced > 0 && { profiles: messages.profiles }),
      ...(messages.groups.produced > 0 && { groups: messages.groups }),
    },
    deadLetters: { records: deadLetters.records, byReason: deadLetters.byReason },
    mixpanel: toSummaryFigures(mixpanel),
    ...(warnings.length > 0 && { warnings }),
    ...(problems.length > 0 && { problems }),
  };
}

function toSummaryFigures(mixpanel: RunFacts["mixpanel"]): RunSummary["mixpanel"] {
  const { requests, distinctEvents, users, groups } = mixpanel;
  return { requests, distinctEvents, ...(users > 0 && { users }), ...(groups > 0 && { groups }) };
}
