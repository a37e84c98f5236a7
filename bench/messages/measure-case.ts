import { startPubSub } from "../../local/pubsub/pubsub-server.ts";
import { startMeasuredFunction, type Usage } from "../measured-function.ts";
import { startSimulatorProcess, type SimulatorFigures } from "../simulator-process.ts";
import { LATENCY_MS, type MessageCase } from "./message-cases.ts";
import { isPoison, messageData, type PushResult } from "./push-load.ts";
import { runPushClient } from "./run-push-client.ts";

/** What a case came to. */
export interface CaseResult {
  readonly name: string;
  readonly target: MessageCase["target"];
  readonly messages: number;
  readonly eventsPerMessage: number;
  /** In the first message. */
  readonly hostileRecords: number;
  readonly pushed: PushResult;
  readonly usage: Usage;
  readonly mixpanel: SimulatorFigures;
  /**
   * What is not as it has to be; empty when every event arrived once and exactly the poison is
   * dead.
   */
  readonly faults: readonly string[];
}

export interface MeasureOptions {
  /** Folder of the function to serve. */
  readonly source: string;
  readonly cpuProfileFolder?: string | undefined;
}

const PROJECT_PATH = "projects/bench";
const DEAD_TOPIC = `${PROJECT_PATH}/topics/dead-letters`;
const DEAD_SUBSCRIPTION = `${PROJECT_PATH}/subscriptions/dead-letters`;

/** Runs one case with a function, a simulator and a Pub/Sub of its own. */
export async function measureCase(
  messageCase: MessageCase,
  { source, cpuProfileFolder }: MeasureOptions,
): Promise<CaseResult> {
  const simulator = await startSimulatorProcess("--latency", String(LATENCY_MS));
  const pubsub = await startPubSub();
  pubsub.createTopic(DEAD_TOPIC);
  pubsub.createSubscription({
    name: DEAD_SUBSCRIPTION,
    topic: DEAD_TOPIC,
    ackDeadlineSeconds: 600,
  });
  const measured = await startMeasuredFunction({
    entryPoint: "importMessages",
    source,
    environment: {
      MIXPANEL_URL: simulator.url,
      MIXPANEL_TOKEN: simulator.token,
      GOOGLE_CLOUD_PROJECT: "bench",
      DEAD_LETTER_TOPIC: DEAD_TOPIC,
      PUBSUB_EMULATOR_HOST: pubsub.host,
      LATENCY_MS: String(LATENCY_MS),
    },
    ...(cpuProfileFolder !== undefined && { cpuProfileFolder }),
  });
  try {
    const load = { url: measured.url, ...messageCase.load };
    // Start-up is not what is measured here: a little of the same comes first.
    await runPushClient({
      ...load,
      count: Math.min(load.count, 1000),
      poisonEvery: 0,
      hostileRecords: 0,
    });
    await simulator.clear();
    const { result: pushed, usage } = await measured.measure(() => runPushClient(load));
    const mixpanel = await simulator.figures();
    const dead = pubsub.pull(DEAD_SUBSCRIPTION, Infinity).map(({ message }) => message);
    const { name, target } = messageCase;
    const { count: messages, eventsPerMessage, hostileRecords } = load;
    const faults = target === "empty" ? [] : faultsOf(messageCase, mixpanel, dead);
    const measuredLoad = { messages, eventsPerMessage, hostileRecords };
    return { name, target, ...measuredLoad, pushed, usage, mixpanel, faults };
  } finally {
    await measured.stop();
    await pubsub.stop();
    await simulator.stop();
  }
}

/** Of a dead letter. */
interface DeadLetter {
  /** As base64. */
  readonly data: string;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

function faultsOf(
  { load }: MessageCase,
  { distinctEvents, eventsStored }: SimulatorFigures,
  dead: readonly DeadLetter[],
): readonly string[] {
  const { hostileRecords } = load;
  const indexes = Array.from({ length: load.count }, (_, index) => index);
  const poison = indexes.filter((index) => isPoison(index, load));
  const withEvents = load.count - poison.length - (hostileRecords > 0 ? 1 : 0);
  const expectedEvents = withEvents * load.eventsPerMessage;
  const faults: string[] = [];
  if (distinctEvents !== expectedEvents)
    faults.push(`${distinctEvents} of ${expectedEvents} events arrived`);
  if (eventsStored !== distinctEvents)
    faults.push(`${eventsStored - distinctEvents} events arrived twice`);
  if (hostileRecords > 0 && recordsIn(dead) !== hostileRecords)
    faults.push(`${recordsIn(dead)} of ${hostileRecords} hostile records are dead letters`);
  if (
    hostileRecords === 0 &&
    !isExactly(
      dead,
      poison.map((index) => messageData(index, load)),
    )
  )
    faults.push(
      `${dead.length} dead letters are not exactly the ${poison.length} poisoned messages`,
    );
  return faults;
}

/** As many as can be in one dead letter are in one. */
function recordsIn(dead: readonly DeadLetter[]): number {
  return dead.reduce((sum, { attributes }) => sum + Number(attributes?.["records"]), 0);
}

function isExactly(dead: readonly DeadLetter[], expected: readonly string[]): boolean {
  const contents = dead.map(({ data }) => Buffer.from(data, "base64").toString("utf8"));
  return JSON.stringify(contents.sort()) === JSON.stringify([...expected].sort());
}
