import { CredentialsError } from "../../functions/platform/errors.ts";
import { operatorDeadline, RefusedError } from "../google/rest.ts";
import type { Connection } from "../stack/connect.ts";
import { ARRIVAL_MS, waitForArrival } from "./arrival.ts";
import { CANARY_EVENT, CANARY_LIMIT_MS, canaryEvent, canaryId } from "./canary.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  ok,
  type Outcome,
  type Resource,
  unknown,
  warning,
} from "./check.ts";
import { connectionOf } from "./connection.ts";
import { listOf, objectOf, textOf } from "./resource.ts";

/** One event through the topic, and what there is of proof that it arrived. */
export const CANARY_MESSAGE_CHECK: Check = {
  ...{ id: "canary-message", title: "canary through the topic", phase: "canary" },
  origins: ["pulumi", "outputs", "local"],
  needs: ["subscriptions", "push"],
  limitMs: CANARY_LIMIT_MS,
  run: checkMessage,
};

/**
 * Looks whether it has arrived; undefined: not yet.
 *
 * @param publishedAt not after it was published, in milliseconds since 1970, by Google's clock
 */
type Look = (publishedAt: number) => Promise<Outcome | undefined>;

async function checkMessage(context: CheckContext, facts: Facts): Promise<Outcome> {
  const connection = connectionOf(context, facts);
  const { stack, publish, signal } = connection;
  const id = canaryId();
  const { mixpanelUrl } = stack.local ?? {};
  const look =
    mixpanelUrl === undefined
      ? await lookIntoLog(context, connection)
      : () => lookIntoSimulator(context, mixpanelUrl, id);
  const publishedAt = context.rest.now() - CLOCK_RESOLUTION_MS;
  const message = { data: Buffer.from(canaryEvent("message", id)), attributes: { canary: id } };
  try {
    await publish(stack.eventsTopic, [message], operatorDeadline(signal, context.requestMs));
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    return unknown(
      `could not check: publishing to ${stack.eventsTopic} is not allowed.`,
      "It takes pubsub.topics.publish (roles/pubsub.publisher).",
    );
  }
  return (await waitForArrival(context, () => look(publishedAt))) ?? NEVER_ARRIVED;
}

const NEVER_ARRIVED = failed(
  `published, but nothing was settled within ${ARRIVAL_MS / 1000} s.`,
  "Does messageFilter leave it out (it has the attribute canary)? Is there much before it (backlog)? Otherwise read the log of importMessages at severity WARNING.",
);

const UNREADABLE = unknown(
  "could not check: it is published, but you may not read the functions' log (403).",
  "It takes logging.logEntries.list (roles/logging.viewer). Or look in Mixpanel for its event.",
);

/** By the clock of whoever asks, which may be wrong by hours. */
const LOOK_BACK_MS = 86_400_000;
/** Google's clock is known by the dates of its responses, in whole seconds. */
const CLOCK_RESOLUTION_MS = 1000;
/** Lines come into the log within seconds: by then the canary's stands beside a stranger's. */
const LATE_LINES_MS = 5000;

/**
 * Makes the look at what importMessages logs from now on. No line names a message: only if one
 * alone was settled since the canary was published, it was the canary
 * (https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list).
 */
async function lookIntoLog(context: CheckContext, { stack }: Connection): Promise<Look> {
  const { rest, urls, time, signal, stackOptions } = context;
  const find = async (since: string, pageSize: number): Promise<readonly Resource[]> => {
    const filter = [
      'resource.type="cloud_run_revision"',
      `resource.labels.service_name=${JSON.stringify(stack.importMessagesFunction)}`,
      'jsonPayload.message="Messages settled"',
      `timestamp>${JSON.stringify(since)}`,
    ].join(" AND ");
    const query = { resourceNames: [`projects/${stack.project}`], filter, pageSize };
    const body = { ...query, orderBy: "timestamp desc" };
    const { entries } = await rest.post("reading the log", `${urls.logging}/v2/entries:list`, body);
    return listOf(entries);
  };
  try {
    const longAgo = new Date(Date.now() - LOOK_BACK_MS).toISOString();
    const [latest] = await find(longAgo, 1);
    const before = textOf(latest?.["timestamp"]) || longAgo;
    return async (publishedAt) => {
      const since = later(before, new Date(publishedAt).toISOString());
      if ((await find(since, 1)).length === 0) return undefined;
      await time.sleep(LATE_LINES_MS, signal);
      const lines = await find(since, MAX_LINES);
      return judge(
        lines.map((line) => objectOf(line["jsonPayload"])),
        stackOptions,
      );
    };
  } catch (error) {
    if (!(error instanceof RefusedError) || error.status !== 403) throw error;
    return () => Promise.resolve(UNREADABLE);
  }
}

const MAX_LINES = 100;

/** Both RFC 3339, in UTC. */
function later(one: string, other: string): string {
  return Date.parse(one) > Date.parse(other) ? one : other;
}

/** What lines `Messages settled` say together. */
function judge(lines: readonly Resource[], stackOptions: string): Outcome {
  const sum = (group: string, key: string): number =>
    lines.reduce((total, line) => total + Number(objectOf(line[group])[key] ?? 0), 0);
  const messages = lines.reduce((total, line) => total + Number(line["messages"] ?? 0), 0);
  const imported = sum("events", "imported");
  const refused = sum("events", "rejected") + sum("records", "unusable");
  if (messages !== 1)
    return warning(
      `likely ${imported > 0 ? "imported" : "settled"}, not proven: the log names no message, and ${messages} were settled since, with ${imported} imported and ${refused} refused.`,
      `Look in Mixpanel for the event ${CANARY_EVENT}, or run it again when less comes in:\n  npx --no mixpanel-gcp doctor${stackOptions} canary-message`,
    );
  const note = "The log names no message; this one alone was settled since.";
  if (imported > 0) return ok(`settled: "Messages settled", ${imported} imported. ${note}`);
  if (refused === 0)
    return ok(
      `settled, and left out by your transform; the way to Mixpanel is not proved. ${note}`,
    );
  return failed(
    `settled, but not imported: it is a dead letter. ${note}`,
    `See why:\n  npx --no mixpanel-gcp replay${stackOptions} --dry-run`,
  );
}

/** The events that the simulator keeps, the first 100,000. */
async function lookIntoSimulator(
  { google, signal, requestMs }: CheckContext,
  url: string,
  id: string,
): Promise<Outcome | undefined> {
  const { body } = await google.send({
    name: "the simulator",
    method: "GET",
    url: `${url}/local/export`,
    headers: {},
    maxResponseBytes: 500_000_000,
    deadline: operatorDeadline(signal, requestMs),
  });
  return body.includes(id) ? ok(`imported: the simulator has it, as ${CANARY_EVENT}.`) : undefined;
}
