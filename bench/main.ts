import { parseArgs } from "node:util";

import { ratiosOf, readBaseline, regressions, withoutBaseline, writeBaseline } from "./baseline.ts";
import { buildFunctionFolder } from "./built-function.ts";
import { makeCertificate, type Certificate } from "./certificate.ts";
import { measureColdStart } from "./cold-start.ts";
import { runMessageCases } from "./messages/run-cases.ts";
import { SMALL_EVENTS } from "./objects/object-cases.ts";
import { recordFile } from "./objects/record-file.ts";
import { runObjectCases } from "./objects/run-cases.ts";
import { measureBareRead } from "./objects/yardsticks.ts";
import {
  measurePeer,
  MIXPANEL_IMPORT,
  MIXPANEL_IMPORT_OF_USERS,
  pythonPeer,
  type PeerResult,
} from "./peers.ts";
import { report } from "./report.ts";
import { targetsOf, type Measured } from "./targets.ts";

/**
 * What the functions cost, beside yardsticks measured in the same run: `npm run bench -- [--quick]
 * [--json] [--only TEXT] [--peers] [--python COMMAND] [--cpu-profile FOLDER] [--write-baseline]`;
 * `npm run bench:check` fails when a ratio is worse than `bench/baseline.json` says by more than 25
 * %; one that is not in there is told. Linux only.
 *
 * Exit 1 when a record was lost or doubled, or the check fails.
 */
const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    /** Less data: a look, not a measurement. */
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    peers: { type: "boolean", default: false },
    python: { type: "string" },
    "cpu-profile": { type: "string" },
    check: { type: "boolean", default: false },
    "write-baseline": { type: "boolean", default: false },
  },
});

const MEGABYTES = options.quick ? 40 : 200;
const LOADS = options.quick ? 5 : 15;

const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

async function measurePeers(certificate: Certificate): Promise<readonly PeerResult[]> {
  const peers = [
    ...(options.peers ? [MIXPANEL_IMPORT, MIXPANEL_IMPORT_OF_USERS] : []),
    ...(options.python === undefined ? [] : [pythonPeer(options.python)]),
  ];
  const results: PeerResult[] = [];
  for (const peer of peers) {
    tell(peer.name);
    const { contents } = peer;
    const file = await recordFile({ ...SMALL_EVENTS, contents, megabytes: MEGABYTES });
    const result = await measurePeer(peer, file, certificate);
    if (result !== undefined) results.push(result);
  }
  return results;
}

async function measure(source: string, certificate: Certificate): Promise<Measured> {
  const common = {
    source,
    filter: options.only,
    cpuProfileFolder: options["cpu-profile"],
    onStart: tell,
  };
  tell("cold start");
  const coldStart = await measureColdStart(source, LOADS);
  const objects = await runObjectCases({ ...common, megabytes: MEGABYTES, certificate });
  const messages = await runMessageCases(common);
  return { coldStart, objects, messages, peers: await measurePeers(certificate) };
}

function tellFaults({ objects, messages }: Measured): void {
  for (const { name, faults } of [...objects, ...messages])
    for (const fault of faults) {
      tell(`${name}: ${fault}`);
      process.exitCode = 1;
    }
}

async function compare(measured: Measured): Promise<void> {
  const ratios = ratiosOf(measured);
  const baseline = await readBaseline();
  for (const line of withoutBaseline(ratios, baseline)) tell(`no baseline yet: ${line}`);
  const found = regressions(ratios, baseline);
  for (const line of found) tell(`worse than the baseline: ${line}`);
  if (found.length > 0) process.exitCode = 1;
  else tell("No ratio is worse than the baseline by more than 25 %.");
}

async function main(): Promise<void> {
  const certificate = await makeCertificate();
  const built = await buildFunctionFolder();
  try {
    const file = await recordFile({ ...SMALL_EVENTS, megabytes: MEGABYTES });
    const bareRead = await measureBareRead(file.path, file.bytes);
    const measured = await measure(built.folder, certificate);
    const text = options.json
      ? `${JSON.stringify({ targets: targetsOf(measured), ratios: ratiosOf(measured), bareRead, ...measured })}\n`
      : report(measured, bareRead.cpuSeconds);
    process.stdout.write(text);
    tellFaults(measured);
    if (options["write-baseline"]) await writeBaseline(ratiosOf(measured));
    if (options.check) await compare(measured);
  } finally {
    await built.remove();
    await certificate.remove();
  }
}

await main();
