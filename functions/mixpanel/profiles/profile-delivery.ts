import type { ProfileKind } from "../../event/profile-update.ts";
import type { Log } from "../../platform/log.ts";
import type { CircuitBreaker } from "../circuit-breaker.ts";
import { encodedBytes, tokenMember } from "../destinations/profiles/encode-updates.ts";
import {
  createProfileDestination,
  MAX_UNREPEATABLE_PER_REQUEST,
  MAX_UPDATES_PER_REQUEST,
} from "../destinations/profiles/profile-destination.ts";
import { createEvidence } from "../evidence.ts";
import type { MixpanelClient } from "../mixpanel-client.ts";
import { createSizeLimit } from "../size-limit.ts";
import { UpdateSender, type DeliverUpdates, type UpdateRequestReport } from "./deliver-updates.ts";
import type { TokenProof } from "./token-proof.ts";

export interface ProfileDeliveryOptions {
  readonly client: MixpanelClient;
  readonly token: string;
  readonly circuitBreaker: CircuitBreaker;
  readonly proof: TokenProof;
  readonly locateByRequest: boolean;
  /** Of a request of events, too. */
  readonly limits: { readonly updates: number; readonly bytes: number };
  readonly maxInFlight: number;
  readonly lingerMs: number;
  readonly onRequest: (report: UpdateRequestReport) => void;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
}

/** The way of updates to Mixpanel: lanes, evidence and limits of their own for each kind. */
export function createProfileDelivery(options: ProfileDeliveryOptions): DeliverUpdates {
  const senders = {
    profiles: createSender("profiles", options),
    groups: createSender("groups", options),
  };
  return (kind, updates, context) => senders[kind].deliver(updates, context);
}

function createSender(kind: ProfileKind, options: ProfileDeliveryOptions): UpdateSender {
  const { client, token, circuitBreaker, locateByRequest, limits, log, now, random } = options;
  const added = tokenMember(token);
  return new UpdateSender({
    kind,
    order: {
      destination: createProfileDestination({ kind, client, token, locateByRequest }),
      evidence: createEvidence(now),
      sizeLimit: createSizeLimit(),
      ...{ circuitBreaker, now, random },
    },
    limits: {
      updates: Math.min(limits.updates, MAX_UPDATES_PER_REQUEST),
      unrepeatable: Math.min(limits.updates, MAX_UNREPEATABLE_PER_REQUEST),
      bytes: limits.bytes,
      bytesOf: (update) => encodedBytes(update, added),
    },
    proof: options.proof,
    maxInFlight: options.maxInFlight,
    lingerMs: options.lingerMs,
    onRequest: (report) => {
      logUnconfirmed(log, report);
      options.onRequest(report);
    },
    now,
  });
}

/** An alert is made of this line (`infra/monitoring`): it is no success, and nobody is asked. */
function logUnconfirmed(log: Log, { kind, delivery }: UpdateRequestReport): void {
  if (delivery.unconfirmed === 0) return;
  log("WARNING", "Updates unconfirmed", {
    kind,
    count: delivery.unconfirmed,
    advice: "Mixpanel accepted them without a count: compare some profiles with the source.",
  });
}
