import type { HttpResponse } from "../../../functions/http/http-request.ts";
import type { ProfileKind, ProfileUpdate } from "../../../functions/event/profile-update.ts";
import { createCircuitBreaker } from "../../../functions/mixpanel/circuit-breaker.ts";
import type {
  MixpanelClient,
  MixpanelRequest,
} from "../../../functions/mixpanel/mixpanel-client.ts";
import type { UpdateRequestReport } from "../../../functions/mixpanel/profiles/deliver-updates.ts";
import {
  createProfileDelivery,
  type ProfileDeliveryOptions,
} from "../../../functions/mixpanel/profiles/profile-delivery.ts";
import { WITHOUT_PROOF } from "../../../functions/mixpanel/profiles/token-proof.ts";
import type { Log } from "../../../functions/platform/log.ts";
import { DEADLINE, response } from "./fake-mixpanel.ts";
import { prepare } from "./prepared.ts";

export const PROJECT_TOKEN = "token-of-the-project";
export const CONTEXT = { deadline: DEADLINE, deliveryAttempt: 1 };

/** An update as a request has it. */
export type SentUpdate = Readonly<Record<string, unknown>>;

/** What Mixpanel responds to these updates; an Error is thrown. */
export type RespondToUpdates = (
  updates: readonly SentUpdate[],
  request: number,
  sent: MixpanelRequest,
) => HttpResponse | Error | Promise<HttpResponse | Error>;

/** All of so many updates are stored. */
export function good(count: number): HttpResponse {
  return response(200, { error: null, errors: {}, num_good_events: count, status: 1 });
}

/** The request is refused as a whole. */
export function refusedUpdates(error = "bad"): HttpResponse {
  return response(200, { error, status: 0 });
}

/** The update of a line, which is one. @throws Error when it is none */
export function updateOf(line: object | string): ProfileUpdate {
  const text = typeof line === "string" ? line : JSON.stringify(line);
  const prepared = prepare(text, {
    profiles: {
      operators: new Set(["$set", "$set_once", "$add", "$union", "$unset", "$remove", "$delete"]),
      isOwnToken: (token) => token === PROJECT_TOKEN,
    },
  });
  const [update] = prepared.kind === "used" ? prepared.updates : [];
  if (update === undefined) throw new Error(`It is no update: ${JSON.stringify(prepared)}`);
  return update;
}

/** `count` updates of as many users. */
export function updatesOf(count: number): readonly ProfileUpdate[] {
  return Array.from({ length: count }, (_, index) =>
    updateOf({ $distinct_id: `user-${index}`, $set: { n: index } }),
  );
}

/** Delivery of updates to a Mixpanel that responds as told, and what it was asked. */
export function setUpProfiles(
  respond: RespondToUpdates,
  options: Partial<ProfileDeliveryOptions> = {},
) {
  let now = 0;
  const requests: (readonly SentUpdate[])[] = [];
  const sent: MixpanelRequest[] = [];
  const reports: UpdateRequestReport[] = [];
  const logged: string[] = [];
  const log: Log = (severity, message) => logged.push(`${severity} ${message}`);
  const client: MixpanelClient = async (request) => {
    const updates = JSON.parse(String(request.body)) as SentUpdate[];
    requests.push(updates);
    sent.push(request);
    const given = await respond(updates, requests.length, request);
    if (given instanceof Error) throw given;
    return given;
  };
  const circuitBreaker = createCircuitBreaker(log, () => now);
  const deliver = createProfileDelivery({
    ...{ client, circuitBreaker, log },
    token: PROJECT_TOKEN,
    proof: WITHOUT_PROOF,
    locateByRequest: false,
    limits: { updates: 2000, bytes: 2_097_152 },
    ...{ maxInFlight: 4, lingerMs: 0 },
    onRequest: (report) => reports.push(report),
    now: () => now,
    random: () => 0,
    ...options,
  });
  const send = (updates: readonly ProfileUpdate[], kind: ProfileKind = "profiles") =>
    deliver(kind, updates, CONTEXT);
  const advance = (ms: number): void => {
    now += ms;
  };
  return { deliver, send, requests, sent, reports, logged, circuitBreaker, advance };
}
