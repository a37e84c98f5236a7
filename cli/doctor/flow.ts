import { RefusedError } from "../google/rest.ts";
import { readBacklogs, type Backlog } from "../google/backlog.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  known,
  ok,
  type Outcome,
  skipped,
  warning,
} from "./check.ts";
import { connectionOf } from "./connection.ts";
import { listOf, textOf, textsOf } from "./resource.ts";

const common = { phase: "after", origins: ["pulumi", "outputs", "local"] } as const;

/** Whether what comes in gets through. */
export const FLOW_CHECKS: readonly Check[] = [
  {
    ...{ id: "notification", title: "bucket's notification", phase: "after" },
    origins: ["pulumi", "outputs"],
    needs: ["deployed", "credentials"],
    run: checkNotification,
  },
  { ...common, id: "backlog", title: "backlog", needs: ["subscriptions"], run: checkBacklog },
  {
    ...common,
    ...{ id: "dead-letters", title: "dead letters", needs: ["subscriptions"] },
    run: checkDeadLetters,
  },
];

/** https://cloud.google.com/storage/docs/json_api/v1/notifications/list */
async function checkNotification(context: CheckContext, facts: Facts): Promise<Outcome> {
  const { rest, google } = context;
  const { landingBucket, objectsTopic } = known(facts, "stack");
  const url = `${google.storageUrl}/b/${encodeURIComponent(landingBucket)}/notificationConfigs`;
  const remedy = "Run: pulumi up --refresh";
  const found = await rest
    .get(`listing the notifications of ${landingBucket}`, url)
    .catch((error: unknown) => {
      if (error instanceof RefusedError && error.status === 404) return undefined;
      throw error;
    });
  if (found === undefined) return failed(`there is no bucket ${landingBucket}.`, remedy);
  const own = listOf(found["items"]).filter(
    ({ topic }) => textOf(topic).replace(/^\/\/pubsub\.googleapis\.com\//, "") === objectsTopic,
  );
  const finalizing = own.filter(({ event_types }) => {
    const types = textsOf(event_types);
    return types.length === 0 || types.includes("OBJECT_FINALIZE");
  });
  if (finalizing.length === 0)
    return failed(
      `${landingBucket} does not announce its objects to ${objectsTopic}: nothing of it is imported.`,
      `${remedy}\nThen, for what came meanwhile:\n  npx --no mixpanel-gcp backfill${context.stackOptions} gs://${landingBucket}/`,
    );
  return ok(`${landingBucket} announces its objects.`);
}

/** That of the alert "messages wait too long". */
const LATE_SECONDS = 3600;

async function checkBacklog(context: CheckContext, facts: Facts): Promise<Outcome> {
  const { objects, events } = known(facts, "subscriptions");
  const names = [textOf(objects["name"]), textOf(events["name"])];
  const backlogs = await readBacklogs(connectionOf(context, facts), names);
  const of = (name: string): Backlog =>
    backlogs.get(name) ?? { messages: undefined, oldestSeconds: undefined, measuredAt: "" };
  if (names.every((name) => of(name).messages === undefined))
    return skipped("could not check: there are no figures of it yet.");
  const summary = names
    .map((name) => `${shortName(name)} ${String(of(name).messages ?? "unknown")}`)
    .join(", ");
  const late = names.filter((name) => (of(name).oldestSeconds ?? 0) > LATE_SECONDS);
  if (late.length > 0)
    return failed(
      `${late.map((name) => `${shortName(name)}: the oldest message waits for ${describeAge(of(name).oldestSeconds ?? 0)}`).join("; ")}.`,
      'See "messages wait too long" in docs/operate.md.',
    );
  return ok(`messages that wait: ${summary}.`);
}

async function checkDeadLetters(context: CheckContext, facts: Facts): Promise<Outcome> {
  const name = textOf(known(facts, "subscriptions").deadLetters["name"]);
  const { messages } = (await readBacklogs(connectionOf(context, facts), [name])).get(name) ?? {};
  if (messages === undefined) return skipped("could not check: there are no figures of it yet.");
  if (messages === 0) return ok("none.");
  return warning(
    messages === 1 ? "one waits." : `${messages} wait.`,
    `See why:\n  npx --no mixpanel-gcp replay${context.stackOptions} --dry-run`,
  );
}

function shortName(name: string): string {
  return name.replace(/^.*\//, "");
}

function describeAge(seconds: number): string {
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600
    ? `${Math.round(seconds / 3600)} h`
    : `${Math.round(seconds / 86_400)} days`;
}
