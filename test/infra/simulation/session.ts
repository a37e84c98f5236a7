/** The plugin of one run of `pulumi up`. */
export interface Session {
  /** Waits; for ever, when the run has been killed meanwhile. */
  sleep(seconds: number): Promise<void>;
  /** One after the other with all that name the same lock. */
  alone<T>(lock: string, work: () => Promise<T>): Promise<T>;
}

/** What the provider answers to a request to create something. */
export interface Made {
  /** Of a function. */
  readonly uri?: string;
  /** Why it is there and does not work: a failed operation after which the id is kept. */
  readonly initError?: string;
}

/** A request, which reaches Google halfway: who is killed after that does not know its result. */
export async function request<T>(session: Session, seconds: number, ask: () => T): Promise<T> {
  await session.sleep(seconds / 2);
  const result = ask();
  await session.sleep(seconds / 2);
  return result;
}
