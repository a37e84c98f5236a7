import { createPublisher } from "../../functions/google/publisher.ts";
import type { Connection } from "../stack/connect.ts";
import { type CheckContext, type Facts, known } from "./check.ts";

/** The stack as the operator's other commands know it, within this check's time. */
export function connectionOf(context: CheckContext, facts: Facts): Connection {
  const { google, rest, signal, urls } = context;
  const stack = known(facts, "stack");
  return {
    ...{ stack, google, rest, signal },
    publish: createPublisher(google),
    monitoringUrl: stack.local?.monitoringUrl ?? urls.monitoring,
  };
}
