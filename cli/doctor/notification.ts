import { RefusedError } from "../google/rest.ts";
import { type Check, type CheckContext, type Facts, failed, known, type Outcome } from "./check.ts";
import type { Resource } from "./check.ts";
import { type Finding, outcomeOfFindings, REPAIR } from "./findings.ts";
import { listOf, textOf, textsOf } from "./resource.ts";

/** Whether every new object of the bucket is announced, once. */
export const NOTIFICATION_CHECK: Check = {
  ...{ id: "notification", title: "bucket's notification", phase: "after" },
  origins: ["pulumi", "outputs"],
  needs: ["deployed", "credentials"],
  run: checkNotification,
};

/** https://cloud.google.com/storage/docs/json_api/v1/notifications/list */
async function checkNotification(context: CheckContext, facts: Facts): Promise<Outcome> {
  const { rest, google } = context;
  const { landingBucket, objectsTopic } = known(facts, "stack");
  const url = `${google.storageUrl}/b/${encodeURIComponent(landingBucket)}/notificationConfigs`;
  const found = await rest
    .get(`listing the notifications of ${landingBucket}`, url)
    .catch((error: unknown) => {
      if (error instanceof RefusedError && error.status === 404) return undefined;
      throw error;
    });
  if (found === undefined) return failed(`there is no bucket ${landingBucket}.`, REPAIR);
  const own = listOf(found["items"]).filter(
    ({ topic }) => textOf(topic).replace(/^\/\/pubsub\.googleapis\.com\//, "") === objectsTopic,
  );
  const finalizing = own.filter(({ event_types }) => {
    const types = textsOf(event_types);
    return types.length === 0 || types.includes("OBJECT_FINALIZE");
  });
  const whole = finalizing.filter(({ object_name_prefix }) => textOf(object_name_prefix) === "");
  if (whole.length === 0) {
    const prefixes = finalizing.map(({ object_name_prefix }) => textOf(object_name_prefix));
    const [what, rest] =
      prefixes.length === 0
        ? ["its objects", "nothing of it"]
        : [`any objects but those that begin with ${prefixes.join(" or ")}`, "nothing else"];
    return failed(
      `${landingBucket} does not announce ${what} to ${objectsTopic}: ${rest} is imported.`,
      `${REPAIR}\nThen, for what came meanwhile:\n  npx --no mixpanel-gcp backfill${context.stackOptions} gs://${landingBucket}/`,
    );
  }
  const findings = [
    ...duplicates(finalizing, landingBucket),
    ...own.flatMap((one) => changesIn(one, landingBucket)),
  ];
  return outcomeOfFindings(findings, `${landingBucket} announces its objects.`);
}

/** Each file would be announced by all of them; the second delivery only finds the receipt. */
function duplicates(finalizing: readonly Resource[], bucket: string): readonly Finding[] {
  if (finalizing.length < 2) return [];
  return [
    {
      isWarning: true,
      detail: `${bucket} has ${finalizing.length} notifications for the objects topic: files are announced, and looked at, more than once.`,
      remedy: `List them, delete all but one, then pulumi up --refresh:\n  gcloud storage buckets notifications list gs://${bucket}`,
    },
  ];
}

/** What the stack sets otherwise; what is not told is not compared. */
function changesIn(notification: Resource, bucket: string): readonly Finding[] {
  const { event_types, payload_format = "JSON_API_V1" } = notification;
  const types = textsOf(event_types).filter((type) => type !== "OBJECT_FINALIZE");
  const others = textsOf(event_types).length === 0 ? ["all kinds of events"] : types;
  return [
    ...(others.length === 0
      ? []
      : [
          {
            isWarning: true,
            detail: `${bucket} announces ${others.join(", ")}, too, for which the function is called in vain.`,
          },
        ]),
    ...(payload_format === "JSON_API_V1"
      ? []
      : [
          {
            isWarning: true,
            detail: `${bucket}: the notification's payload is ${textOf(payload_format)}, not JSON_API_V1.`,
          },
        ]),
  ];
}
