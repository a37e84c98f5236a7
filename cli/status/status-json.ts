import type { ObjectLogLine } from "../google/object-log.ts";
import { isUnread } from "../stack/unread-receipt.ts";
import type { Attempted, StackBacklog } from "./entrances.ts";
import type { ObjectRow } from "./object-row.ts";
import type { StatusReport } from "./read-status.ts";
import type { FileStory } from "./read-story.ts";

/** The report for programs: receipts as they are, with what the bucket knows beside it. */
export function statusJson(report: StatusReport, now: number): object {
  const { objects, counts, totals, backlog, logProblem, settingsProblem } = report;
  const { attention, attentionCount } = report;
  return {
    ok: attention.length === 0,
    objects: objects.map((row) => rowJson(row, now)),
    counts,
    totals,
    ...backlogJson(backlog),
    ...(logProblem !== undefined && { logProblem }),
    ...(settingsProblem !== undefined && { settingsProblem }),
    attention,
    attentionCount,
  };
}

function rowJson(row: ObjectRow, now: number): object {
  const { bucket, object, generation, state, size, at, isLive, detail, progress, receipt } = row;
  const ageSeconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
  const place = { bucket, object, generation, state, size };
  return {
    // Zeros of one that cannot be read would be taken for counts.
    ...(receipt === undefined ? { ...place, uploadedAt: at } : isUnread(state) ? place : receipt),
    ageSeconds,
    isLive,
    ...(detail !== "" && { detail }),
    ...progress,
  };
}

function backlogJson(backlog: Attempted<StackBacklog>): object {
  if ("problem" in backlog) return { backlog: null, backlogProblem: backlog.problem };
  const { objects, events, deadLetters } = backlog.value;
  return { backlog: { objects, events }, deadLetters };
}

/** The story of a file for programs. */
export function storyJson(story: FileStory, now: number): object {
  const { bucket, object, generations, deadLetters, logProblem, attention } = story;
  return {
    ok: generations.length > 0 && attention.length === 0,
    bucket,
    object,
    generations: generations.map(({ row, uploadedAt, replacedAt, receiptName, log }) => ({
      ...rowJson(row, now),
      ...{ uploadedAt: uploadedAt ?? null, replacedAt: replacedAt ?? null },
      receipt: receiptName ?? null,
      log: log.map(lineJson),
    })),
    deadLetters: "problem" in deadLetters ? null : deadLetters.value,
    ...("problem" in deadLetters && { deadLettersProblem: deadLetters.problem }),
    ...(logProblem !== undefined && { logProblem }),
    attention,
  };
}

function lineJson({ timestamp, fields }: ObjectLogLine): object {
  return { timestamp, ...fields };
}
