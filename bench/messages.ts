import { parseArgs } from "node:util";

import { buildFunctionFolder } from "./built-function.ts";
import { messagesTable } from "./messages/messages-table.ts";
import { runMessageCases } from "./messages/run-cases.ts";

/**
 * The load test of message import alone: `node --import tsx bench/messages.ts [--json] [--case
 * TEXT] [--cpu-profile FOLDER]`. Exit 1 when an event was lost, doubled or wrongly dead-lettered.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      case: { type: "string", default: "" },
      "cpu-profile": { type: "string" },
    },
  });
  const built = await buildFunctionFolder();
  const results = await runMessageCases({
    source: built.folder,
    filter: values.case,
    cpuProfileFolder: values["cpu-profile"],
  });
  await built.remove();
  process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : messagesTable(results));
  for (const { name, faults } of results)
    for (const fault of faults) {
      process.stderr.write(`${name}: ${fault}\n`);
      process.exitCode = 1;
    }
}

await main();
