import assert from "node:assert/strict";
import { test } from "node:test";

import { planBackfill } from "../../../cli/backfill/plan-backfill.ts";
import { parseTarget } from "../../../cli/backfill/target.ts";
import { UserError } from "../../../functions/platform/user-error.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";

const { landingBucket, objectsSubscription } = CLOUD_NAMES;
const NOBODY = "http://127.0.0.1:9";

function request(target: string) {
  return { target: parseTarget(target), again: false, since: undefined };
}

test("another bucket is refused with the command that copies it, before anything is listed", async (t) => {
  const { connection, bucket } = await startOperatorCloud(t);
  await assert.rejects(
    () => planBackfill(connection, request("gs://other/history/")),
    (error) =>
      error instanceof UserError &&
      error.exitCode === 2 &&
      error.message.includes(
        "gcloud storage rsync --recursive gs://other/history/ gs://local-landing/history/",
      ),
  );
  assert.equal(bucket.stats().requests, 0);
});

test("nothing is announced to a stack that is paused, or has no subscription", async (t) => {
  const { connection } = await startOperatorCloud(t);
  const target = request(`gs://${landingBucket}/`);
  const isUserError = (part: string) => (error: unknown) =>
    error instanceof UserError && error.exitCode === 1 && error.message.includes(part);
  await assert.rejects(() => planBackfill(connection, target), isUserError("paused"));
  const objectsTopic = "projects/local/topics/other";
  const stack = { ...connection.stack, objectsTopic };
  await assert.rejects(
    () => planBackfill({ ...connection, stack }, target),
    isUserError(`no subscription of ${objectsTopic}. Run: pulumi up`),
  );
});

test("a plan is of what was there when it was made", async (t) => {
  const { connection, bucket, pubsub } = await startOperatorCloud(t);
  pubsub.setPushEndpoint(objectsSubscription, NOBODY);
  const { timeCreated } = await bucket.put(landingBucket, "a", Buffer.from("{}"));
  const listed: number[] = [];
  const plan = await planBackfill(connection, request(`gs://${landingBucket}`), (count) => {
    listed.push(count);
  });
  assert.deepEqual(
    [plan.survey.estimate.objects, plan.until, plan.window, plan.subscription, plan.unknown],
    [1, timeCreated, 10, objectsSubscription, undefined],
  );
  assert.equal(listed.at(-1), 1);
});
