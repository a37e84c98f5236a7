/** What the functions replace the listeners of. */
const EVENTS = ["SIGTERM", "unhandledRejection", "uncaughtException"] as const;

/**
 * Takes the process's listeners away; returns what puts them back, in the place of those that came
 * meanwhile.
 */
export function takeProcessListeners(): () => void {
  const before = EVENTS.map((event) => [event, process.rawListeners(event)] as const);
  for (const event of EVENTS) process.removeAllListeners(event);
  return () => {
    for (const [event, listeners] of before) {
      process.removeAllListeners(event);
      // What was there before is what Node gave: its types do not say of which event.
      for (const listener of listeners) process.on(event, listener as () => void);
    }
  };
}
