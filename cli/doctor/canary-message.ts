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

/** Looks whether it has arrived; undefined: not yet. */
type Look = () => Promise<Outcome | undefined>;

async function checkMessage(context: CheckContext, facts: Facts): Promise<Outcome> {
  const connection = connectionOf(context, facts);
  const { stack, publish, signal } = connection;
  const id = canaryId();
  const { mixpanelUrl } = stack.local ?? {};
  const look =
    mixpanelUrl === undefined
      ? await lookIntoLog(context, connection)
      : () => lookIntoSimulator(context, mixpanelUrl, id);
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
  return (await waitForArrival(context, look)) ?? NEVER_ARRIVED;
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

/**
 * Makes the look at what importMessages logs from now on, by the log's own clock. No line names a
 * message: beside other traffic one that imported something is likely ours, and not more
 * (https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list).
 */
async function lookIntoLog(context: CheckContext, { stack }: Connection): Promise<Look> {
  const { rest, urls } = context;
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
    const since = textOf(latest?.["timestamp"]) || longAgo;
    return async () => judge((await find(since, 100)).map((line) => objectOf(line["jsonPayload"])));
  } catch (error) {
    if (!(error instanceof RefusedError) || error.status !== 403) throw error;
    return () => Promise.resolve(UNREADABLE);
  }
}

/** What lines `Messages settled` say together; undefined: there are none. */
function judge(lines: readonly Resource[]): Outcome | undefined {
  if (lines.length === 0) return undefined;
  const sum = (group: string, key: string): number =>
    lines.reduce((total, line) => total + Number(objectOf(line[group])[key] ?? 0), 0);
  const messages = lines.reduce((total, line) => total + Number(line["messages"] ?? 0), 0);
  const imported = sum("events", "imported");
  const others = messages > 1 ? ` The log names no message, and ${messages} were settled.` : "";
  if (imported > 0) return ok(`settled: "Messages settled", ${imported} imported.${others}`);
  if (sum("events", "rejected") + sum("records", "unusable") === 0)
    return ok(
      `settled, and left out by your transform; the way to Mixpanel is not proved.${others}`,
    );
  return failed(
    `settled, but not imported: it is a dead letter.${others}`,
    "See why:\n  npx --no mixpanel-gcp replay --dry-run",
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
