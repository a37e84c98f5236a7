import type { Registration } from "./registrations.ts";
import { record } from "./run-program.ts";

type Inputs = Readonly<Record<string, unknown>>;

/** What Google has of a function, and what the engine remembers of it. */
export interface World {
  /** Code of the revision that answers; undefined when there is no function that does. */
  running: string | undefined;
  /**
   * What GET answers of `buildConfig.environmentVariables`; undefined when there is no function.
   */
  google: { readonly code: string; readonly uri: string } | undefined;
  state: { inputs: Inputs; outputs: Inputs; initErrors: boolean } | undefined;
  readonly calls: string[];
}

export type Outcome = "works" | "build fails";

/**
 * One function on as much of the engine, the bridge and the provider as decides whether a failure
 * is repaired:
 *
 * - a create whose build fails keeps its id: the state has init errors
 *   (pulumi-terraform-bridge, pkg/tfbridge/provider.go, Create);
 * - an update that fails leaves old inputs and the *planned* outputs (https://github.com/pulumi/pulumi/issues/21458);
 * - init errors without a difference are an update that sends nothing and reads once; with
 *   `#initerror` in `replaceOnChanges` they are a replacement (pulumi, step_generator.go);
 * - a refresh forgets init errors (https://github.com/pulumi/pulumi/issues/17949), and reads
 *   everything back but the source, which the provider answers from its own state
 *   (resource_cloudfunctions2_function.go, flatten).
 */
export function createModelEngine(world: World) {
  const refresh = (): void => {
    const { state, google } = world;
    if (state === undefined) return;
    if (google === undefined) {
      world.state = undefined;
      return;
    }
    const buildConfig = {
      ...record(state.outputs["buildConfig"]),
      environmentVariables: { ARCHIVE_CODE: google.code },
    };
    const seen = { ...state.outputs, buildConfig };
    world.state = { inputs: { ...state.inputs, buildConfig }, outputs: seen, initErrors: false };
  };

  const create = (inputs: Inputs, outcome: Outcome): boolean => {
    if (world.google !== undefined) {
      world.calls.push("POST 409");
      return false;
    }
    world.calls.push("POST");
    const works = outcome === "works";
    world.google = { code: codeOf(inputs), uri: works ? "https://f.a.run.app" : "" };
    world.running = works ? codeOf(inputs) : undefined;
    world.state = { inputs, outputs: inputs, initErrors: !works };
    return works;
  };

  const update = (inputs: Inputs, outcome: Outcome): boolean => {
    const state = world.state;
    if (state === undefined) return false;
    const changed = JSON.stringify(state.outputs) !== JSON.stringify(inputs);
    world.calls.push(changed ? "PATCH" : "GET");
    const works = !changed || outcome === "works";
    if (changed && works) {
      world.running = codeOf(inputs);
      world.google = { code: codeOf(inputs), uri: "https://f.a.run.app" };
    }
    world.state = { inputs: works ? inputs : state.inputs, outputs: inputs, initErrors: !works };
    return works;
  };

  /** `pulumi up` of the program that registers `resource`. @returns whether it reports success */
  const up = (resource: Registration, outcome: Outcome, options = { refresh: false }): boolean => {
    const { inputs, replaceOnChanges, deleteBeforeReplace } = resource;
    if (options.refresh) refresh();
    if (world.state === undefined) return create(inputs, outcome);
    if (world.state.initErrors && replaceOnChanges.includes("#initerror")) {
      if (deleteBeforeReplace) {
        world.calls.push("DELETE");
        world.google = undefined;
        world.running = undefined;
      }
      return create(inputs, outcome);
    }
    const same = JSON.stringify(world.state.inputs) === JSON.stringify(inputs);
    const done = same && !world.state.initErrors ? true : update(inputs, outcome);
    // The push subscription refuses a function without an address.
    return done && world.google?.uri !== "";
  };

  return { up };
}

export function emptyWorld(): World {
  return { running: undefined, google: undefined, state: undefined, calls: [] };
}

/** The hash of the archive that a registration of a function carries. */
export function codeOf(inputs: Inputs): string {
  return String(record(record(inputs["buildConfig"])["environmentVariables"])["ARCHIVE_CODE"]);
}
