import { UserError } from "../../functions/platform/user-error.ts";
import { findSubscriptions } from "../google/subscriptions.ts";
import type { Connection } from "../stack/connect.ts";
import { readImportSettings } from "../stack/import-settings.ts";
import type { Stack } from "../stack/stack.ts";
import { copyCommand } from "./shell-commands.ts";
import { fixSelection, surveyObjects, type Selection, type Survey } from "./survey.ts";
import type { Target } from "./target.ts";

/** What a person asks for. */
export interface BackfillRequest {
  readonly target: Target;
  /** Also what has a receipt; of those, with `since` (RFC 3339), what has none from after it. */
  readonly again: boolean;
  readonly since: string | undefined;
}

/** All that has to be known before anything is announced. */
export interface BackfillPlan {
  readonly survey: Survey;
  readonly selection: Selection;
  /** As of `BackfillOptions`. */
  readonly until: string | undefined;
  readonly window: number;
  readonly subscription: string;
  /** As of `ImportSettings`. */
  readonly unknown: string | undefined;
}

/**
 * Finds out what a backfill would do.
 *
 * @param onListed told how many objects are listed
 * @throws UserError where it cannot be done, saying what to do instead; RefusedError,
 *   UnavailableError
 */
export async function planBackfill(
  connection: Connection,
  { target, again, since }: BackfillRequest,
  onListed?: (count: number) => void,
): Promise<BackfillPlan> {
  requireLandingBucket(connection.stack, target);
  const subscription = await findRunningSubscription(connection);
  const { skip, window, unknown } = await readImportSettings(connection);
  const selection = { target, skip, again, since };
  const survey = await surveyObjects(connection, selection, window, onListed);
  return {
    ...{ survey, window, subscription, unknown },
    selection: fixSelection(selection, survey),
    until: survey.newestObject,
  };
}

/** importObject's account is granted the landing bucket, and nothing else. */
function requireLandingBucket({ title, landingBucket }: Stack, target: Target): void {
  if (target.bucket === landingBucket) return;
  throw new UserError(
    `${target.given} is in another bucket: the functions of ${title} may read gs://${landingBucket} only.\n` +
      "What is copied there is imported as it arrives, without a backfill:\n" +
      `  ${copyCommand(target, landingBucket)}\n` +
      `Or deploy a stack on that bucket: pulumi config set existingBucket ${target.bucket}`,
    2,
  );
}

async function findRunningSubscription(connection: Connection): Promise<string> {
  const { objects } = await findSubscriptions(connection);
  const { title, objectsTopic } = connection.stack;
  if (objects === undefined)
    throw new UserError(
      `Nothing would be imported: ${title} has no subscription of ${objectsTopic}. Run: pulumi up`,
    );
  if (objects.pushEndpoint === "")
    throw new UserError(
      `Nothing would be imported: ${title} is paused.\n` +
        "Run: pulumi config set paused false, pulumi up",
    );
  return objects.name;
}
