import { messagesTable } from "./messages/messages-table.ts";
import { objectsTable } from "./objects/objects-table.ts";
import { formatTable } from "../cli/terminal/table.ts";
import { isReached } from "./target.ts";
import { targetsOf, type Measured } from "./targets.ts";

/** What was measured as tables: ratios and promises first, absolute figures after them. */
export function report(measured: Measured, bareReadSeconds: number | undefined): string {
  const { objects, messages, coldStart, peers } = measured;
  const parts = [targetsTable(measured)];
  if (objects.length > 0) parts.push(objectsTable(objects));
  if (messages.length > 0) parts.push(messagesTable(messages));
  const lines = [
    `loading the bundle ${coldStart.loadMs.toFixed(0)} ms, the framework before it ${coldStart.frameworkMs.toFixed(0)} ms; bundle ${(coldStart.bundleBytes / 1e6).toFixed(2)} MB`,
    ...objects.slice(0, 1).map((result) => `gzip -1: ${result.gzipSeconds.toFixed(2)} s CPU`),
    ...(bareReadSeconds === undefined ? [] : [`a bare read: ${bareReadSeconds.toFixed(2)} s CPU`]),
    ...peers.map(
      ({ name, contents, cpuSeconds, wallSeconds, recordsArrived }) =>
        `${name}: ${cpuSeconds.toFixed(1)} s CPU, ${wallSeconds.toFixed(1)} s wall, ${recordsArrived} ${contents}`,
    ),
  ];
  return `${parts.join("\n")}\n${lines.join("\n")}\n`;
}

function targetsTable(measured: Measured): string {
  const rows = targetsOf(measured).map((target) => [
    target.name,
    format(target.measured),
    `${target.isMinimum ? "≥" : "≤"} ${format(target.limit)}`,
    target.unit,
    isReached(target) ? "" : "MISSED",
  ]);
  return formatTable([["what", "measured", "to reach", "", ""], ...rows], ["left", "right"]);
}

function format(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(value < 0.1 ? 3 : value < 10 ? 2 : 0);
}
