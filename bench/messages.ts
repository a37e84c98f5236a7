import { parseArgs } from "node:util";

import { buildFunctionFolder, codeFolder } from "./built-function.ts";
import { measureCase, type CaseResult } from "./messages/measure-case.ts";
import { MESSAGE_CASES } from "./messages/message-cases.ts";
import { formatTable } from "./table.ts";

/** Does what every handler has to, and waits as long as Mixpanel takes. */
const EMPTY_HANDLER = `exports.importMessages = (request, response) => {
  setTimeout(() => response.status(204).send(), Number(process.env.LATENCY_MS));
};`;

/**
 * The load test of message import: `node --import tsx bench/messages.ts [--json] [--case TEXT] [--cpu-profile FOLDER]`.
 * Each case has a function process of its own. Exit 1 when an event was lost, doubled or wrongly dead-lettered.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      case: { type: "string", default: "" },
      "cpu-profile": { type: "string" },
    },
  });
  const empty = await codeFolder(EMPTY_HANDLER);
  const built = await buildFunctionFolder();
  const results: CaseResult[] = [];
  for (const messageCase of MESSAGE_CASES.filter(({ name }) => name.includes(values.case))) {
    const source = (messageCase.target === "empty" ? empty : built).folder;
    results.push(
      await measureCase(messageCase, { source, cpuProfileFolder: values["cpu-profile"] }),
    );
  }
  await Promise.all([empty.remove(), built.remove()]);
  process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : toTable(results));
  if (results.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}

const HEADINGS = [
  "case",
  "× empty",
  "CPU/message",
  "messages/s",
  "requests",
  "events/request",
  "p50 ms",
  "p99 ms",
  "peak MB",
  "answers",
];

/** Ratios first: absolute figures are of this machine and moment. */
function toTable(results: readonly CaseResult[]): string {
  const yardstick = results.find(({ target }) => target === "empty");
  const rows = results.map((result) => [
    result.name,
    ratioTo(yardstick, result),
    `${cpuMicros(result).toFixed(0)} µs`,
    (result.messages / result.pushed.seconds).toFixed(0),
    String(result.mixpanel.requests),
    perRequest(result),
    String(result.pushed.p50),
    String(result.pushed.p99),
    (result.usage.peakMemoryBytes / 1e6).toFixed(0),
    Object.entries(result.pushed.statuses)
      .map(([status, count]) => `${count} × ${status}`)
      .join(", "),
  ]);
  const faults = results.flatMap(({ name, faults: found }) =>
    found.map((fault) => `${name}: ${fault}\n`),
  );
  return `${formatTable([HEADINGS, ...rows])}${faults.join("")}`;
}

/** A message of many events is more work than the yardstick's. */
function ratioTo(yardstick: CaseResult | undefined, result: CaseResult): string {
  if (yardstick === undefined || result.eventsPerMessage > 1) return "-";
  return (cpuMicros(result) / cpuMicros(yardstick)).toFixed(2);
}

function perRequest({ mixpanel: { eventsStored, requests } }: CaseResult): string {
  return requests === 0 ? "-" : (eventsStored / requests).toFixed(0);
}

function cpuMicros({ usage, messages }: CaseResult): number {
  return (usage.cpuSeconds / messages) * 1e6;
}

await main();
