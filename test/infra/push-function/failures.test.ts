import assert from "node:assert/strict";
import { test } from "node:test";

import { codeOf, createModelEngine, emptyWorld } from "../support/model-engine.ts";
import type { Registration } from "../support/registrations.ts";
import { record, runProgram } from "../support/run-program.ts";

const { registrations } = await runProgram();
const found = registrations.find(({ name }) => name === "mixpanel-import-import-object-function");
assert.ok(found);
const first: Registration = found;
const fixed = withCode(first, "fixed");

/** The same function from another archive. */
function withCode(resource: Registration, code: string): Registration {
  const buildConfig = record(resource.inputs["buildConfig"]);
  return {
    ...resource,
    inputs: {
      ...resource.inputs,
      buildConfig: {
        ...buildConfig,
        source: { storageSource: { object: `src/${code}.zip` } },
        environmentVariables: { ARCHIVE_CODE: code },
      },
    },
  };
}

interface Step {
  readonly of: Registration;
  readonly outcome: "works" | "build fails";
  readonly refresh?: boolean;
  readonly reports: boolean;
}

const works = { outcome: "works", reports: true } as const;
const fails = { outcome: "build fails", reports: false } as const;

const SEQUENCES: readonly { name: string; steps: readonly Step[]; calls: string[] }[] = [
  {
    name: "a create that failed is repaired by the next up",
    steps: [
      { of: first, ...fails },
      { of: first, ...works },
    ],
    calls: ["POST", "DELETE", "POST"],
  },
  {
    name: "code that never starts fails every time, until it is fixed",
    steps: [
      { of: first, ...fails },
      { of: first, ...fails },
      { of: fixed, ...works },
    ],
    calls: ["POST", "DELETE", "POST", "DELETE", "POST"],
  },
  {
    name: "an update that failed is sent again by up --refresh, and the function is not deleted",
    steps: [
      { of: first, ...works },
      { of: fixed, ...fails },
      { of: fixed, ...works, refresh: true },
    ],
    calls: ["POST", "PATCH", "PATCH"],
  },
  {
    name: "an update that failed is repaired by a plain up too, by a function made anew",
    steps: [
      { of: first, ...works },
      { of: fixed, ...fails },
      { of: fixed, ...works },
    ],
    calls: ["POST", "PATCH", "DELETE", "POST"],
  },
  {
    name: "an update that failed, taken back with --refresh",
    steps: [
      { of: first, ...works },
      { of: fixed, ...fails },
      { of: first, ...works, refresh: true },
    ],
    // The state believes the new source to be deployed: the old one is sent once more, which does
    // no harm.
    calls: ["POST", "PATCH", "PATCH"],
  },
  {
    name: "nothing is done when nothing has changed",
    steps: [
      { of: first, ...works },
      { of: first, ...works },
      { of: first, ...works, refresh: true },
    ],
    calls: ["POST"],
  },
];

for (const { name, steps, calls } of SEQUENCES)
  test(name, () => {
    const world = emptyWorld();
    const engine = createModelEngine(world);
    for (const { of, outcome, refresh = false, reports } of steps)
      assert.equal(engine.up(of, outcome, { refresh }), reports);
    const last = steps.at(-1);
    assert.equal(world.running, codeOf(last?.of.inputs ?? {}), "what is deployed answers");
    assert.deepEqual(world.calls, calls);
  });

test("a failed create that a refresh has forgotten is never reported as a success", () => {
  const engine = createModelEngine(emptyWorld());
  engine.up(first, "build fails");
  assert.equal(engine.up(first, "works", { refresh: true }), false);
});

test("the model shows what goes wrong without #initerror and without the hash", () => {
  const plain = (resource: Registration) => ({ ...resource, replaceOnChanges: [] });
  const created = emptyWorld();
  const engine = createModelEngine(created);
  engine.up(plain(first), "build fails");
  engine.up(plain(first), "works");
  assert.equal(created.running, undefined);

  const updated = emptyWorld();
  const other = createModelEngine(updated);
  other.up(plain(first), "works");
  other.up(plain(fixed), "build fails");
  assert.equal(other.up(plain(fixed), "works"), true, "success is reported");
  assert.equal(updated.running, codeOf(first.inputs), "and the old code answers");
});
