import { refusal, type Resource } from "./resource.ts";

/** What the present run of a program has registered, by `keyOf`. */
export interface Run {
  /** @throws UserError, in the engine's words, for what is registered twice */
  register(resource: Resource): void;
  has(key: string): boolean;
  /** @throws `error`, which is what the run failed with */
  fail(error: unknown): never;
  /** Does the last step. Unless that fails, the next run begins. */
  end(lastStep: () => Promise<void>): Promise<void>;
}

export function createRun(): Run {
  let registered = new Set<string>();
  /** To be registered no second time. */
  const once = new Set<string>();
  /** Undefined while nothing has failed. */
  let sinceFailure: Set<string> | undefined;
  const fail = (error: unknown): never => {
    sinceFailure ??= new Set();
    throw error;
  };
  return {
    register: (resource) => {
      const key = keyOf(resource);
      if (once.has(key)) {
        // Nobody says when a run that failed is over, and the next one begins, but this.
        if (sinceFailure === undefined)
          throw refusal(resource, `Duplicate resource URN '${key}'; try giving it a unique name.`);
        once.clear();
        registered = sinceFailure;
        sinceFailure = undefined;
      }
      once.add(key);
      registered.add(key);
      sinceFailure?.add(key);
    },
    has: (key) => registered.has(key),
    fail,
    end: async (lastStep) => {
      await lastStep().catch(fail);
      once.clear();
      registered = new Set();
      sinceFailure = undefined;
    },
  };
}

/** Two of one type and name are one resource. */
export function keyOf({ type, name }: Resource): string {
  return `${type}::${name}`;
}
