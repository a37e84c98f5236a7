import { afterEach, it } from "node:test";

import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../../local/mixpanel/simulator.ts";
import { NOW_MS } from "./import-client.ts";

/** The response that so many events were imported. */
export const OK = (imported: number) => ({
  code: 200,
  num_records_imported: imported,
  status: "OK",
});

let running: Simulator | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

/** A simulator at a fixed time, stopped after the test. */
export async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  running = await startSimulator({ now: () => NOW_MS, ...options });
  return running;
}

/**
 * A test of one vector. `request-vectors.test.ts` looks for these calls, so that none of the 95
 * can be forgotten.
 *
 * @param mark how well the rule is known: documented, observed, client's code, inferred
 */
export function vector(
  number: number,
  mark: string,
  title: string,
  run: () => Promise<void>,
): void {
  it(`vector ${number} [${mark}] ${title}`, run);
}
