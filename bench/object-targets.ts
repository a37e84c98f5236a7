import {
  ARRAY,
  CSV,
  ONE_CORE,
  PARQUET,
  PLAIN,
  SLOW,
  SLOW_ONE_CORE,
  TRANSFORMED,
  UPDATES,
} from "./objects/object-cases.ts";
import type { ObjectResult } from "./objects/run-cases.ts";
import type { PeerResult } from "./peers.ts";
import { atMost, MEGABYTE, type Target } from "./target.ts";

/** What the times below are promised for. */
const PROMISED_BYTES = 200 * MEGABYTE;

/** What others may take of the CPU time that lines take, at most. */
const TIMES_LINES = [
  [ARRAY, 2],
  [CSV, 2],
  [PARQUET, 4],
  [UPDATES, 2],
] as const;
/** Of wall time. */
const SECONDS = [
  [SLOW, 7],
  [ONE_CORE, 2],
  [SLOW_ONE_CORE, 6],
] as const;

/** The promises about objects. */
export function objectTargets(
  objects: readonly ObjectResult[],
  peers: readonly PeerResult[],
): readonly Target[] {
  const byName = new Map(objects.map((result) => [result.name, result]));
  const plain = byName.get(PLAIN);
  const of = (name: string, target: (result: ObjectResult) => Target): readonly Target[] => {
    const result = byName.get(name);
    return result === undefined ? [] : [target(result)];
  };
  return [
    ...of(PLAIN, ({ timesGzip }) => atMost("importObject: CPU", "× gzip -1", 1.5, timesGzip)),
    ...peers.flatMap((peer) =>
      of(peer.contents === "events" ? PLAIN : UPDATES, (result) => peerTarget(peer, result)),
    ),
    ...SECONDS.flatMap(([name, limit]) =>
      of(name, (result) => atMost(`importObject, ${name}: 200 MB`, "s", limit, secondsFor(result))),
    ),
    ...of(TRANSFORMED, ({ timesGzip }) =>
      atMost("importObject with a transform: CPU", "× gzip -1", 2.4, timesGzip),
    ),
    ...(plain === undefined
      ? []
      : TIMES_LINES.flatMap(([name, limit]) =>
          of(name, (result) => timesLines(name, limit, result, plain)),
        )),
    ...memoryTargets(objects),
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

function secondsFor({ run, lineBytes }: ObjectResult): number {
  return (run.usage.wallSeconds * PROMISED_BYTES) / lineBytes;
}

/** By way of gzip, which was measured beside both: the machine may be busier now. */
function timesLines(name: string, limit: number, result: ObjectResult, lines: ObjectResult) {
  return atMost(`importObject, ${name}: CPU`, "× lines", limit, result.timesGzip / lines.timesGzip);
}

function memoryTargets(objects: readonly ObjectResult[]): readonly Target[] {
  const most = (name: string, limit: number, of: readonly ObjectResult[]): readonly Target[] => {
    const bytes = Math.max(...of.map(({ peakMemoryBytes }) => peakMemoryBytes));
    return of.length === 0 ? [] : [atMost(name, "MB", limit, bytes / MEGABYTE)];
  };
  const isParquet = ({ name }: ObjectResult): boolean => name === PARQUET;
  return [
    ...most(
      "importObject: peak memory",
      300,
      objects.filter((result) => !isParquet(result)),
    ),
    ...most(`importObject, ${PARQUET}: peak memory`, 500, objects.filter(isParquet)),
  ];
}
