import type { ColdStart } from "./cold-start.ts";
import type { CaseResult } from "./messages/measure-case.ts";
import { eventsPerRequest, messagesPerSecond, ratioToEmpty } from "./messages/messages-table.ts";
import { ARRAY, PLAIN, SLOW, TRANSFORMED } from "./objects/object-cases.ts";
import type { ObjectResult } from "./objects/run-cases.ts";
import type { PeerResult } from "./peers.ts";

/** All that was measured. */
export interface Measured {
  readonly objects: readonly ObjectResult[];
  readonly messages: readonly CaseResult[];
  readonly coldStart: ColdStart;
  readonly peers: readonly PeerResult[];
}

/** A number to reach, and the one that was measured. */
export interface Target {
  readonly name: string;
  readonly unit: string;
  readonly limit: number;
  readonly isMinimum: boolean;
  readonly measured: number;
}

const MEGABYTE = 1e6;
/** What the times below are promised for. */
const PROMISED_BYTES = 200 * MEGABYTE;

/** The promises this bench can judge with what was measured. */
export function targetsOf(measured: Measured): readonly Target[] {
  return [...objectTargets(measured), ...messageTargets(measured), ...startTargets(measured)];
}

export function isReached({ isMinimum, limit, measured }: Target): boolean {
  return isMinimum ? measured >= limit : measured <= limit;
}

function objectTargets({ objects, peers }: Measured): readonly Target[] {
  const byName = new Map(objects.map((result) => [result.name, result]));
  const plain = byName.get(PLAIN);
  const transformed = byName.get(TRANSFORMED);
  const slow = byName.get(SLOW);
  const array = byName.get(ARRAY);
  return [
    ...(plain ? [atMost("importObject: CPU", "× gzip -1", 1.5, plain.timesGzip)] : []),
    ...peers.flatMap((peer) => (plain ? [peerTarget(peer, plain)] : [])),
    ...(transformed
      ? [atMost("importObject with a transform: CPU", "× gzip -1", 2.4, transformed.timesGzip)]
      : []),
    ...(array && plain
      ? [atMost("importObject, JSON array: CPU", "× lines", 2, array.timesGzip / plain.timesGzip)]
      : []),
    ...(slow ? [atMost("importObject, 300 ms: 200 MB", "s", 7, secondsFor(slow))] : []),
    ...(objects.length > 0
      ? [atMost("importObject: peak memory", "MB", 300, mostMemory(objects))]
      : []),
  ];
}

function peerTarget(peer: PeerResult, { run }: ObjectResult): Target {
  return atMost(
    `importObject: CPU beside ${peer.name}`,
    "× its",
    peer.shareToReach,
    run.usage.cpuSeconds / peer.cpuSeconds,
  );
}

function secondsFor({ run, eventBytes }: ObjectResult): number {
  return (run.usage.wallSeconds * PROMISED_BYTES) / eventBytes;
}

function mostMemory(objects: readonly ObjectResult[]): number {
  return Math.max(...objects.map(({ peakMemoryBytes }) => peakMemoryBytes)) / MEGABYTE;
}

function messageTargets({ messages }: Measured): readonly Target[] {
  const single = messages.find(({ name }) => name === "one event a message");
  const large = messages.find(({ eventsPerMessage }) => eventsPerMessage > 1);
  const ratio = single && ratioToEmpty(messages, single);
  return [
    ...(single
      ? [
          atLeast("importMessages: speed", "messages/s", 2000, messagesPerSecond(single)),
          atLeast("importMessages: batches", "events/request", 100, eventsPerRequest(single) ?? 0),
          atMost("importMessages: refused", "messages", 0, refused(single)),
        ]
      : []),
    ...(ratio === undefined ? [] : [atMost("importMessages: CPU", "× empty handler", 1.5, ratio)]),
    ...(large
      ? [
          atMost(
            "importMessages, 250 of 1 MB: peak memory",
            "MB",
            1073,
            large.usage.peakMemoryBytes / MEGABYTE,
          ),
        ]
      : []),
  ];
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

function atMost(name: string, unit: string, limit: number, measured: number): Target {
  return { name, unit, limit, isMinimum: false, measured };
}

function atLeast(name: string, unit: string, limit: number, measured: number): Target {
  return { name, unit, limit, isMinimum: true, measured };
}
