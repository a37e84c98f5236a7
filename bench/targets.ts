import type { ColdStart } from "./cold-start.ts";
import type { CaseResult } from "./messages/measure-case.ts";
import { HOSTILE, LARGE, SINGLE } from "./messages/message-cases.ts";
import { eventsPerRequest, messagesPerSecond, ratioToEmpty } from "./messages/messages-table.ts";
import { objectTargets } from "./object-targets.ts";
import type { ObjectResult } from "./objects/run-cases.ts";
import type { PeerResult } from "./peers.ts";
import { atLeast, atMost, MEGABYTE, type Target } from "./target.ts";

/** All that was measured. */
export interface Measured {
  readonly objects: readonly ObjectResult[];
  readonly messages: readonly CaseResult[];
  readonly coldStart: ColdStart;
  readonly peers: readonly PeerResult[];
}

/** The promises this bench can judge with what was measured. */
export function targetsOf(measured: Measured): readonly Target[] {
  return [
    ...objectTargets(measured.objects, measured.peers),
    ...messageTargets(measured),
    ...startTargets(measured),
  ];
}

function messageTargets({ messages }: Measured): readonly Target[] {
  const single = messages.find(({ name }) => name === SINGLE);
  const ratio = single && ratioToEmpty(messages, single);
  return [
    ...(single
      ? [
          atLeast("importMessages: speed", "messages/s", 2400, messagesPerSecond(single)),
          atLeast("importMessages: batches", "events/request", 300, eventsPerRequest(single) ?? 0),
          atMost("importMessages: refused", "messages", 0, refused(single)),
        ]
      : []),
    ...(ratio === undefined ? [] : [atMost("importMessages: CPU", "× empty handler", 1.3, ratio)]),
    ...memoryTarget(messages, LARGE, 600),
    ...memoryTarget(messages, HOSTILE, 512),
  ];
}

function memoryTarget(results: readonly CaseResult[], name: string, limit: number) {
  return results
    .filter((result) => result.name === name)
    .map(({ usage }) =>
      atMost(`importMessages, ${name}: peak memory`, "MB", limit, usage.peakMemoryBytes / MEGABYTE),
    );
}

function refused({ pushed }: CaseResult): number {
  return Object.entries(pushed.statuses)
    .filter(([status]) => status !== "204")
    .reduce((sum, [, count]) => sum + count, 0);
}

function startTargets({ coldStart: { loadMs, bundleBytes } }: Measured): readonly Target[] {
  return [
    atMost("cold start: loading the bundle", "ms", 60, loadMs),
    atMost("cold start: size of the bundle", "MB", 1, bundleBytes / MEGABYTE),
  ];
}
