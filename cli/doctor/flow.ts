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
import { LIFECYCLE_CHECK } from "./lifecycle.ts";
import { NOTIFICATION_CHECK } from "./notification.ts";
import { textOf } from "./resource.ts";
import { shortName } from "./subscription-names.ts";

const common = { phase: "after", origins: ["pulumi", "outputs", "local"] } as const;

/** Whether what comes in gets through. */
export const FLOW_CHECKS: readonly Check[] = [
  NOTIFICATION_CHECK,
  LIFECYCLE_CHECK,
  { ...common, id: "backlog", title: "backlog", needs: ["subscriptions"], run: checkBacklog },
  {
    ...common,
    ...{ id: "dead-letters", title: "dead letters", needs: ["subscriptions"] },
    run: checkDeadLetters,
  },
];

/** That of the alert "messages wait too long". */
const LATE_SECONDS = 3600;

async function checkBacklog(context: CheckContext, facts: Facts): Promise<Outcome> {
  const { objects, events } = known(facts, "subscriptions");
  const names = [textOf(objects["name"]), textOf(events["name"])];
  const backlogs = await readBacklogs(connectionOf(context, facts), names);
  const of = (name: string): Backlog =>
    backlogs.get(name) ?? { messages: undefined, oldestSeconds: undefined, measuredAt: "" };
  const late = names.filter((name) => (of(name).oldestSeconds ?? 0) > LATE_SECONDS);
  if (late.length > 0)
    return failed(
      `${late.map((name) => `${shortName(name)}: the oldest message waits for ${describeAge(of(name).oldestSeconds ?? 0)}`).join("; ")}.`,
      'See "messages wait too long" in docs/operate.md.',
    );
  const untold = names.filter((name) => of(name).messages === undefined);
  if (untold.length > 0)
    return skipped(
      `could not check: there are no figures yet of ${untold.map(shortName).join(", ")}.`,
    );
  const summary = names
    .map((name) => `${shortName(name)} ${String(of(name).messages ?? "unknown")}`)
    .join(", ");
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

function describeAge(seconds: number): string {
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600
    ? `${Math.round(seconds / 3600)} h`
    : `${Math.round(seconds / 86_400)} days`;
}
