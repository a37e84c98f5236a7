import { RefusedError } from "../google/rest.ts";
import { type Check, type CheckContext, type Facts, known, type Outcome } from "./check.ts";
import type { Resource } from "./check.ts";
import { type Finding, outcomeOfFindings } from "./findings.ts";
import { listOf, objectOf, textOf, textsOf } from "./resource.ts";

/** Whether the buckets keep what is in them long enough. */
export const LIFECYCLE_CHECK: Check = {
  ...{ id: "lifecycle", title: "lifecycle of the buckets", phase: "after" },
  origins: ["pulumi", "outputs"],
  needs: ["deployed", "credentials"],
  run: checkLifecycle,
};

/** The least that `deleteObjectsAfterDays` may be: a week of waiting, and one to look after it. */
const SAFE_DAYS = 14;
const DAY_MS = 86_400_000;
const CORRECT = "Run: pulumi up --refresh (of an existingBucket, take the rule away yourself)";

/** https://cloud.google.com/storage/docs/lifecycle */
async function checkLifecycle(context: CheckContext, facts: Facts): Promise<Outcome> {
  const { landingBucket, receiptsBucket } = known(facts, "stack");
  const [landing, receipts] = await Promise.all([
    deletionsIn(context, landingBucket),
    deletionsIn(context, receiptsBucket),
  ]);
  if (landing === undefined || receipts === undefined) {
    const missing = landing === undefined ? landingBucket : receiptsBucket;
    return outcomeOfFindings([{ detail: `there is no bucket ${missing}.` }], "");
  }
  const findings = [
    ...landing
      .filter(({ days }) => days < SAFE_DAYS)
      .map(({ days, text }): Finding => {
        const end = "what is not imported by then is lost";
        return {
          isWarning: days >= 1,
          detail: `${landingBucket} has the rule ${text}: ${end}.`,
          remedy: CORRECT,
        };
      }),
    ...receipts.map(({ text }) => ({
      isWarning: true,
      detail: `${receiptsBucket} has the rule ${text}: a file without a receipt counts as not imported.`,
    })),
  ];
  return outcomeOfFindings(findings, "no rule deletes what is still needed.");
}

/** A rule that deletes live objects. */
interface Deletion {
  /** After which it does. */
  readonly days: number;
  readonly text: string;
}

async function deletionsIn(
  { rest, google }: CheckContext,
  bucket: string,
): Promise<readonly Deletion[] | undefined> {
  const url = `${google.storageUrl}/b/${encodeURIComponent(bucket)}?fields=projectNumber,lifecycle`;
  try {
    const { lifecycle } = await rest.get(`looking up ${bucket}`, url);
    return listOf(objectOf(lifecycle)["rule"]).flatMap((rule) => deletionBy(rule, rest.now()));
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    throw error;
  }
}

/** Conditions that no live object of ours fulfils: the first three are of replaced ones. */
const ELSEWHERE = [
  ...["daysSinceNoncurrentTime", "noncurrentTimeBefore", "numNewerVersions"],
  ...["customTimeBefore", "daysSinceCustomTime"],
] as const;

function deletionBy({ action, condition }: Resource, now: number): readonly Deletion[] {
  const { age, createdBefore, isLive, ...others } = objectOf(condition);
  const isOfOthers = isLive === false || ELSEWHERE.some((key) => others[key] !== undefined);
  if (objectOf(action)["type"] !== "Delete" || isOfOthers) return [];
  const before = Date.parse(textOf(createdBefore));
  // What is uploaded from now on is younger.
  if (before <= now) return [];
  const days = typeof age === "number" ? age : 0;
  const told = [
    `"delete after ${days} days"`,
    ...(before > now ? [`until ${Math.ceil((before - now) / DAY_MS)} days from now`] : []),
    ...["matchesPrefix", "matchesSuffix", "matchesStorageClass"].flatMap((key) => {
      const values = textsOf(others[key]);
      return values.length === 0 ? [] : [`(${key}: ${values.join(", ")})`];
    }),
  ];
  return [{ days, text: told.join(" ") }];
}
