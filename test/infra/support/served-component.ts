import { tmpdir } from "node:os";
import { after } from "node:test";

import { startComponentHost } from "./component-host.ts";
import { startEngine } from "../../../local/deployment/program/engine.ts";
import { providerAnswer, record, STORAGE_AGENT } from "./run-program.ts";

/** What the component registers with. */
export const engine = await startEngine({
  newResource: ({ type, name, inputs, custom }) => {
    // Mocks cannot answer with a secret that is unknown.
    const { secretData: _, ...known } = record(inputs);
    return providerAnswer(type, name, known, custom === false);
  },
  call: () => ({ emailAddress: STORAGE_AGENT, number: "42" }),
});
/** Stopped after the tests of the file. */
export const host = await startComponentHost(engine.address, tmpdir());
after(async () => {
  await host.stop();
  engine.stop();
});

export const schema = await host.schema();
