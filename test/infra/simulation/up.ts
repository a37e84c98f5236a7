import { API_IS_NEW, retryCall } from "../../../infra/services/propagation.ts";
import { applyStep, type State } from "./engine.ts";
import { type Google, Refusal } from "./google.ts";
import type { RecordedResource, RecordedStack } from "./recorded-stack.ts";
import type { Session } from "./session.ts";

export interface Result {
  readonly outcome: "succeeded" | "failed" | "killed";
  /** What went wrong, by resource. */
  readonly errors: ReadonlyMap<string, string>;
}

export interface UpOptions {
  readonly google: Google;
  readonly stack: RecordedStack;
  readonly state: State;
  readonly parallel: number;
  /** Seconds from now; Infinity for never. */
  readonly killAfter: number;
  readonly tell: (resource: string, what: string) => void;
}

/**
 * One `pulumi up`. Each resource is asked for when all that it waits for is there; `parallel` of
 * them at once, waiting hooks included. After a failure no other step begins, and those that have
 * begun are ended (pulumi, pkg/resource/deploy/step_executor.go).
 */
export async function up(options: UpOptions): Promise<Result> {
  const { google, stack, state, killAfter, tell } = options;
  const session = createSession(google);
  const errors = new Map<string, string>();
  const slots = createSlots(options.parallel);
  const done = new Map<string, Promise<boolean>>();
  const known = new Map(stack.resources.map((resource) => [resource.urn, resource]));

  const start = (resource: RecordedResource): Promise<boolean> => {
    const started = done.get(resource.urn);
    if (started !== undefined) return started;
    const awaited = resource.dependencies.flatMap((urn) => known.get(urn) ?? []).map(start);
    const finished = Promise.all(awaited).then(async (results) => {
      if (results.includes(false) || errors.size > 0) return false;
      if (needsStorageAgent(resource) && !(await askForStorageAgent())) return false;
      if (!resource.custom) return true;
      await slots.take();
      const isRun = errors.size === 0;
      const error = isRun ? await step(resource) : undefined;
      slots.give();
      if (error !== undefined) errors.set(resource.name, error);
      return isRun && error === undefined;
    });
    done.set(resource.urn, finished);
    return finished;
  };
  let asked: Promise<boolean> | undefined;
  const askForStorageAgent = (): Promise<boolean> => (asked ??= storageAgent());

  /** A call of the program, which no hook repeats; it creates the agent. */
  async function storageAgent(): Promise<boolean> {
    const ask = async (): Promise<void> => {
      await session.sleep(2);
      google.requireApi("storage.googleapis.com");
    };
    try {
      await (stack.managesServices ? retryCall(ask, API_IS_NEW) : ask());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      errors.set("getProjectServiceAccount", error.message);
      tell("getProjectServiceAccount", `is refused: ${error.message}`);
      return false;
    }
    google.addAccount("service-42@gs-project-accounts.iam.gserviceaccount.com");
    return true;
  }

  const step = (resource: RecordedResource): Promise<string | undefined> => {
    const refusal = withoutAddress(resource, known, state);
    if (refusal !== undefined) return Promise.resolve(refusal);
    return applyStep({ google, session, state, tell }, resource);
  };

  const all = Promise.all(stack.resources.map(start)).then(() => "ended" as const);
  const killed = google.clock.sleep(Math.min(killAfter, 1e7)).then(() => "killed" as const);
  const end = await Promise.race([all, killed]);
  session.kill();
  for (const name of state.begun) state.pending.add(name);
  state.begun.clear();
  return {
    outcome: end === "killed" ? "killed" : errors.size > 0 ? "failed" : "succeeded",
    errors,
  };
}

function needsStorageAgent({ inputs }: RecordedResource): boolean {
  return String(inputs["member"]).includes("@gs-project-accounts.");
}

/** What the program itself says of a push subscription whose function has no address. */
function withoutAddress(
  { inputs, dependencies }: RecordedResource,
  known: ReadonlyMap<string, RecordedResource>,
  state: State,
): string | undefined {
  if (inputs["pushConfig"] === undefined) return undefined;
  const target = dependencies
    .flatMap((urn) => known.get(urn) ?? [])
    .find(({ name }) => state.resources.get(name)?.uri === "");
  return (
    target &&
    `The function ${target.name} has no address: its creation has failed before. Run: pulumi up --replace '${target.urn}'`
  );
}

function createSession({ clock }: Google): Session & { kill(): void } {
  let isKilled = false;
  const locks = new Map<string, Promise<unknown>>();
  return {
    sleep: async (seconds) => {
      await clock.sleep(seconds);
      if (isKilled) await new Promise(() => undefined);
    },
    alone: (lock, work) => {
      const before = locks.get(lock) ?? Promise.resolve();
      const mine = before.then(work, work);
      locks.set(
        lock,
        mine.catch(() => undefined),
      );
      return mine;
    },
    kill: () => {
      isKilled = true;
    },
  };
}

function createSlots(count: number) {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    take: async (): Promise<void> => {
      if (free > 0) free -= 1;
      else
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
    },
    give: (): void => {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}
