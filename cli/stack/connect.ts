import { createAccess, requireCredentials } from "../../check/google-access.ts";
import type { GoogleApi } from "../../functions/google/google-api.ts";
import { createPublisher, type Publish } from "../../functions/google/publisher.ts";
import { createRest, type Rest } from "../google/rest.ts";
import { findStack } from "./find-stack.ts";
import type { StackFlags } from "./stack-options.ts";
import type { Stack } from "./stack.ts";

/** A stack, and the operator's access to it. */
export interface Connection {
  readonly stack: Stack;
  readonly google: GoogleApi;
  readonly rest: Rest;
  readonly publish: Publish;
  /** Base URL of Cloud Monitoring, without a trailing slash. */
  readonly monitoringUrl: string;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * Finds the stack that the flags name, and the credentials for it (a local cloud needs none).
 *
 * @throws UserError saying what is missing and how to get it
 */
export async function connect(flags: StackFlags, signal: AbortSignal): Promise<Connection> {
  const stack = await findStack(flags, signal);
  const { project, local } = stack;
  const google = createAccess({ project, local });
  if (local === undefined) await requireCredentials(google, `${stack.title} cannot be reached`);
  return {
    stack,
    google,
    rest: createRest({ google, isLocal: local !== undefined, signal }),
    publish: createPublisher(google),
    monitoringUrl: local?.monitoringUrl ?? "https://monitoring.googleapis.com",
    signal,
  };
}
