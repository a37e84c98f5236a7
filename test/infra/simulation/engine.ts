import { deleteFunction, updateFunction } from "./function-provider.ts";
import { type Google, Refusal } from "./google.ts";
import { create } from "./provider.ts";
import type { RecordedResource } from "./recorded-stack.ts";
import type { Made, Session } from "./session.ts";

/** What the engine remembers of a resource. */
export interface StateOf {
  /** Its inputs. */
  text: string;
  uri: string | undefined;
  /** Why it does not work, though it is there. */
  initError: string | undefined;
}

/** A stack's state, which is written after every step. */
export interface State {
  readonly resources: Map<string, StateOf>;
  /**
   * Creations of which it is not known whether they happened. Those of a run before stay until a
   * refresh asks what became of them (pulumi, pkg/backend/snapshot.go).
   */
  readonly pending: Set<string>;
  /** Creations of the run that goes on. */
  readonly begun: Set<string>;
}

export interface Step {
  readonly google: Google;
  readonly session: Session;
  readonly state: State;
  /** Says what happens, for the trace. */
  readonly tell: (resource: string, what: string) => void;
}

const FUNCTION = "gcp:cloudfunctionsv2/function:Function";
/** https://github.com/pulumi/pulumi, pkg/resource/deploy/retries.go */
const MAX_RETRIES = 100;

/**
 * One step of a deployment, as the engine decides it from the state (pulumi, pkg/resource/deploy/
 * step_generator.go, step.go, at v3.259.0).
 *
 * @returns what went wrong; undefined when nothing did
 */
export async function applyStep(
  step: Step,
  resource: RecordedResource,
): Promise<string | undefined> {
  const { state, tell } = step;
  const known = state.resources.get(resource.name);
  if (known === undefined) return createStep(step, resource);
  if (known.initError !== undefined && resource.replaceOnChanges.includes("#initerror")) {
    tell(resource.name, "is deleted, to be made anew");
    await deleteFunction(step.google, step.session, String(resource.inputs["name"]));
    state.resources.delete(resource.name);
    return createStep(step, resource);
  }
  if (known.text === resource.text) return undefined;
  tell(resource.name, "is updated");
  return updateStep(step, resource, known);
}

async function createStep(step: Step, resource: RecordedResource): Promise<string | undefined> {
  const { session, state, tell } = step;
  const { name, run, text } = resource;
  // Before its hooks: who is killed while one waits has a pending creation, and nothing made.
  state.begun.add(name);
  for (const hook of run.beforeCreate) await withSession(session, hook(subjectOf(resource)));
  const made = await createWithRetries(step, resource);
  // Before the step is written: who is killed while one waits knows of no such resource.
  const isMade = !("refused" in made) && made.initError === undefined;
  for (const hook of isMade ? run.afterCreate : [])
    await withSession(session, hook(subjectOf(resource)));
  state.begun.delete(name);
  if ("refused" in made) return made.refused;
  state.resources.set(name, { text, uri: made.uri, initError: made.initError });
  if (isMade) tell(name, "is made");
  return made.initError;
}

/** As often as its hooks say. */
async function createWithRetries(step: Step, resource: RecordedResource): Promise<Attempt> {
  const failures: string[] = [];
  for (;;) {
    const made = await attempt(() => create(step.google, step.session, resource));
    const error = "refused" in made ? made.refused : made.initError;
    if (error === undefined) return made;
    failures.unshift(error);
    step.tell(resource.name, `is refused: ${error}`);
    const isRetried = await runErrorHooks(step.session, resource, failures);
    if (!isRetried || failures.length >= MAX_RETRIES) return made;
  }
}

type Attempt = Made | { readonly refused: string };

async function attempt(work: () => Promise<Made>): Promise<Attempt> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message };
    throw error;
  }
}

/** All are asked; one that says yes is enough. */
async function runErrorHooks(
  session: Session,
  resource: RecordedResource,
  errors: readonly string[],
): Promise<boolean> {
  let isRetried = false;
  for (const hook of resource.run.onError) {
    const failure = { ...subjectOf(resource), failedOperation: "create", errors: [...errors] };
    if (await withSession(session, hook.callback(failure))) isRetried = true;
  }
  return isRetried;
}

/** What `work` gives, unless the run was killed meanwhile. */
async function withSession<T>(session: Session, work: T | Promise<T>): Promise<T> {
  const result = await work;
  await session.sleep(0);
  return result;
}

function subjectOf({ urn, name, type, inputs }: RecordedResource) {
  return { urn, id: "", name, type, newInputs: { ...inputs } };
}

/** Only a function's updates can fail; the engine then keeps the old inputs. */
async function updateStep(
  { google, session }: Step,
  { type, inputs, text }: RecordedResource,
  known: StateOf,
): Promise<string | undefined> {
  const made =
    type === FUNCTION ? await attempt(() => updateFunction(google, session, inputs)) : {};
  await session.sleep(2);
  if ("refused" in made) return made.refused;
  if (type === FUNCTION) Object.assign(known, { uri: made.uri, initError: made.initError });
  if (made.initError === undefined) known.text = text;
  return made.initError;
}
