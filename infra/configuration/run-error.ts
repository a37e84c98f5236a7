import * as pulumi from "@pulumi/pulumi";

/** Runs `action`; what it throws becomes a RunError, which Pulumi prints as its message alone. */
export function orRunError<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new pulumi.RunError(error instanceof Error ? error.message : String(error));
  }
}
