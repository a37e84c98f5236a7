import { UnavailableError } from "../../../functions/platform/errors.ts";
import type { HttpResponse } from "../../../functions/http/http-request.ts";
import {
  createCircuitBreaker,
  type CircuitBreaker,
} from "../../../functions/mixpanel/circuit-breaker.ts";
import {
  createDeliverBatch,
  type DeliverBatch,
  type Delivery,
  type DeliveryContext,
} from "../../../functions/mixpanel/deliver-batch.ts";
import type { EventBatch } from "../../../functions/mixpanel/destinations/import/event-batch.ts";
import { createEvidence } from "../../../functions/mixpanel/evidence.ts";
import {
  EVENT_REQUESTS,
  type PostEvents,
} from "../../../functions/mixpanel/destinations/import/import-destination.ts";
import { createSizeLimit } from "../../../functions/mixpanel/size-limit.ts";
import { deadline } from "../../support/deadlines.ts";

/** What Mixpanel answers to these lines; an Error is thrown. */
export type Respond = (lines: readonly string[], request: number) => HttpResponse | Error;

export interface DeliverySetup {
  readonly deliver: DeliverBatch;
  readonly circuitBreaker: CircuitBreaker;
  /** The lines of every request so far. */
  readonly requests: readonly (readonly string[])[];
  readonly logged: readonly string[];
  /** Turns the clock on. */
  readonly advance: (ms: number) => void;
}

export const DEADLINE = deadline(60_000, 90_000);

/** What a batch of the first delivery of its message is sent under. */
export function contextOf(isIdentity = false, deliveryAttempt = 1): DeliveryContext {
  return { deadline: DEADLINE, isIdentity, deliveryAttemptOf: () => deliveryAttempt };
}

/**
 * Delivery to a Mixpanel that responses as `respond` says, with a clock that starts at 0 and stands
 * still.
 */
export function setUpDelivery(respond: Respond): DeliverySetup {
  let now = 0;
  let draws = 1;
  const requests: (readonly string[])[] = [];
  const logged: string[] = [];
  const circuitBreaker = createCircuitBreaker(
    (severity, message) => logged.push(`${severity} ${message}`),
    () => now,
  );
  const post: PostEvents = async (batch) => {
    const lines = batch.bytes.toString("utf8").split("\n");
    requests.push(lines);
    await Promise.resolve();
    const response = respond(lines, requests.length);
    if (response instanceof Error) throw response;
    return response;
  };
  const deliver = createDeliverBatch({
    destination: { ...EVENT_REQUESTS, post },
    circuitBreaker,
    evidence: createEvidence(() => now),
    sizeLimit: createSizeLimit(),
    now: () => now,
    // Spread evenly, and always the same.
    random: () => (draws++ * 0.618) % 1,
  });
  const advance = (ms: number): void => {
    now += ms;
  };
  return { deliver, circuitBreaker, requests, logged, advance };
}

/** A batch of these lines. */
export function batchOf(lines: readonly string[]): EventBatch {
  let end = -1;
  const ends = lines.map((line) => (end += Buffer.byteLength(line) + 1));
  return { bytes: Buffer.from(lines.join("\n")), ends };
}

/** `count` different lines. */
export function linesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `{"n":${index}}`);
}

/** A response with this body. */
export function response(status: number, body: unknown, attempts = 1): HttpResponse {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: {}, body: Buffer.from(text), attempts };
}

/** A 200 that counts `imported` events. */
export function accepted(imported: number): HttpResponse {
  return response(200, { code: 200, num_records_imported: imported, status: "OK" });
}

/** A 400 that names these events of a request of `sent`. */
export function refusedRows(indexes: readonly number[], sent: number): HttpResponse {
  return response(400, {
    code: 400,
    num_records_imported: sent - indexes.length,
    failed_records: indexes.map((index) => ({ index, field: "properties.time", message: "bad" })),
  });
}

/** A 400 that names nobody. */
export function refusedWhole(): HttpResponse {
  return response(400, { code: 400, error: "malformed", num_records_imported: 0 });
}

/** A Mixpanel that cannot be reached. */
export function unreachable(): Error {
  return new UnavailableError("Mixpanel cannot be reached: ECONNREFUSED");
}

/** What becomes of a batch of `count` events, and what was asked and said meanwhile. */
export async function deliver(respond: Respond, count: number, isIdentity = false) {
  const setup = setUpDelivery(respond);
  const lines = linesOf(count);
  const delivery = await setup.deliver(batchOf(lines), contextOf(isIdentity));
  return { ...setup, lines, delivery };
}

/** Refuses a request with any of these lines, without saying why. */
export function refusing(...culprits: readonly string[]): Respond {
  return (lines) =>
    lines.some((line) => culprits.includes(line)) ? refusedWhole() : accepted(lines.length);
}

/** In ascending order. */
export function rejectedIndexes({ rejected }: Delivery): readonly number[] {
  return rejected.map(({ index }) => index).toSorted((a, b) => a - b);
}

/** How many are imported, rejected and pending. */
export function countOf({ imported, rejected, pending }: Delivery): readonly number[] {
  return [imported, rejected.length, pending.length];
}
