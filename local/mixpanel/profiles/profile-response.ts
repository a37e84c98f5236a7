import type { DecidingEffect } from "../faults.ts";
import type { HttpResponse } from "../responses.ts";
import type { ProfileSwitches } from "./profile-switches.ts";
import type { UpdateResult } from "./update-batch.ts";

/**
 * The body of a strict response, as it was observed of good updates
 * (https://github.com/NangoHQ/integration-templates/pull/575).
 */
export interface ProfileBody {
  readonly error: string | null;
  /** Of updates that were refused; that they are listed like this is inferred. */
  readonly errors?: Readonly<Record<string, unknown>> | readonly string[];
  readonly num_good_events?: number;
  readonly status: 0 | 1;
}

/** How a request wants to be answered. */
export interface ResponseForm {
  readonly isStrict: boolean;
  readonly isVerbose: boolean;
}

/** The body that tells what became of a batch. */
export function bodyOf(
  { good, refused }: UpdateResult,
  switches: ProfileSwitches,
  { isStrict }: ResponseForm,
): ProfileBody {
  const status = refused.length === 0 ? 1 : statusOfRefusal(good, switches, isStrict);
  return {
    error: status === 1 ? null : (refused[0]?.message ?? null),
    errors: errorsOf(refused, switches),
    num_good_events: good,
    status,
  };
}

/**
 * 1 says that "one or more objects provided are valid"
 * (https://docs.mixpanel.com/reference/profile-set).
 */
function statusOfRefusal(good: number, switches: ProfileSwitches, isStrict: boolean): 0 | 1 {
  if (good === 0) return 0;
  return isStrict ? switches.partialStatus : 1;
}

function errorsOf(
  refused: UpdateResult["refused"],
  { errorKey, errorValue }: ProfileSwitches,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    refused.map(({ index, id, message }) => [
      errorKey === "index" ? String(index) : id,
      errorValue === "text" ? message : [message],
    ]),
  );
}

/** What a fault makes of the body. */
export function bodyWithFault(effect: DecidingEffect | undefined, body: ProfileBody): ProfileBody {
  const { errors, num_good_events: count = 0, ...others } = body;
  const listed = Object.entries(errors ?? {});
  if (effect?.kind === "wrongCount")
    return { ...body, num_good_events: Math.max(0, count + effect.by) };
  if (effect?.kind === "noCount") return { ...others, ...(errors && { errors }) };
  if (effect?.kind === "dropFailedRecords") return { ...others, num_good_events: count };
  if (effect?.kind === "cutFailedRecords")
    return { ...body, errors: Object.fromEntries(listed.slice(0, effect.keep)) };
  if (effect?.kind === "stringsInFailedRecords")
    return { ...body, errors: listed.map(([, message]) => String(message)) };
  return body;
}

/** Nothing of the batch was looked at, or nothing of it is good. */
export function refusal(error: string): ProfileBody {
  return { error, errors: {}, num_good_events: 0, status: 0 };
}

/** What the fault `refuseBatch` says. */
export function refusedBatch({
  records = "strings",
  error = "some data points in the request failed validation",
}: Extract<DecidingEffect, { kind: "refuseBatch" }>): ProfileBody {
  const { errors, ...others } = refusal(error);
  return records === "none" ? others : { ...others, ...(errors && { errors }) };
}

/** Always 200; the body tells (https://docs.mixpanel.com/reference/profile-set). */
export function renderBody(body: ProfileBody, { isStrict, isVerbose }: ResponseForm): HttpResponse {
  const { error, errors, num_good_events: count, status } = body;
  if (!isStrict && !isVerbose)
    return { status: 200, contentType: "text/plain", body: String(status) };
  // In the order in which it was seen.
  const shown = isStrict ? { error, errors, num_good_events: count, status } : { error, status };
  return { status: 200, contentType: "application/json", body: JSON.stringify(shown) };
}
