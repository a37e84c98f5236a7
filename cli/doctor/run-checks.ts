import { messageOf, UnavailableError } from "../../functions/platform/errors.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { createRest, RefusedError } from "../google/rest.ts";
import {
  type Check,
  type CheckContext,
  type ChosenCheck,
  type DoctorContext,
  type Facts,
  NotKnownError,
  type Outcome,
  skipped,
  unknown,
  warning,
} from "./check.ts";

/** What came of a check. */
export interface CheckResult {
  readonly check: ChosenCheck;
  readonly outcome: Outcome;
  readonly seconds: number;
  /** The check that kept this one from being run. */
  readonly blocking?: CheckResult;
}

/** Longest a check may take. */
export const LIMIT_MS = 15_000;

/**
 * Runs checks, each as soon as those it needs have ended; `report` is told of them in their order.
 * A check whose need failed or was skipped is skipped; so none waits for what cannot be.
 */
export async function runChecks(
  checks: readonly ChosenCheck[],
  context: DoctorContext,
  initial: Facts,
  report: (result: CheckResult) => void,
): Promise<readonly CheckResult[]> {
  const started = new Map<string, Promise<CheckResult>>();
  for (const check of checks) {
    const needs = check.needs.flatMap((id) => started.get(id) ?? []);
    started.set(check.id, runOne(check, needs, context, initial));
  }
  const results: CheckResult[] = [];
  for (const pending of started.values()) {
    const result = await pending;
    context.signal.throwIfAborted();
    results.push(result);
    report(result);
  }
  return results;
}

/** Whether nothing needs attention: what was asked for and not looked at does. */
export function isWell(results: readonly CheckResult[]): boolean {
  return results.every(
    ({ check, outcome: { status } }) =>
      status === "ok" || (status === "skipped" && check.isAskedFor !== true),
  );
}

async function runOne(
  check: ChosenCheck,
  needs: readonly Promise<CheckResult>[],
  context: DoctorContext,
  initial: Facts,
): Promise<CheckResult> {
  const before = await Promise.all(needs);
  const startedAt = performance.now();
  const facts = before.reduce<Facts>((all, { outcome }) => ({ ...all, ...outcome.facts }), initial);
  const blocking = before.find(isBlocking);
  const outcome =
    blocking === undefined
      ? await attempt(check, context, facts)
      : skippedFor(blocking, check.isAskedFor === true);
  return {
    check,
    outcome: { ...outcome, facts: { ...facts, ...outcome.facts } },
    seconds: (performance.now() - startedAt) / 1000,
    ...(blocking !== undefined && { blocking }),
  };
}

/** Whoever asked for a check is told what is at the bottom of it. */
function skippedFor(blocking: CheckResult, isAskedFor: boolean): Outcome {
  const { check, outcome } = isAskedFor ? firstCause(blocking) : blocking;
  const text = `needs ${check.id}, which ${describe(outcome)}`;
  return isAskedFor ? skipped(`${text}: ${outcome.detail}`, outcome.remedy) : skipped(text);
}

function firstCause(result: CheckResult): CheckResult {
  return result.blocking === undefined ? result : firstCause(result.blocking);
}

/** What could not be looked at does not keep others from trying. */
function isBlocking({ outcome: { status, detail } }: CheckResult): boolean {
  if (detail.startsWith(COULD_NOT)) return false;
  return status === "failed" || status === "skipped";
}

function describe({ status }: Outcome): string {
  return status === "failed" ? "failed" : "was skipped";
}

async function attempt(check: Check, context: DoctorContext, facts: Facts): Promise<Outcome> {
  const { limitMs = LIMIT_MS } = check;
  const limit = AbortSignal.timeout(limitMs);
  const signal = AbortSignal.any([context.signal, limit]);
  const { google, isLocal, requestMs } = context;
  const rest = createRest({ google, isLocal, signal, requestMs });
  const own: CheckContext = { ...context, signal, rest };
  const tooLong = new Promise<Outcome>((resolve) => {
    signal.addEventListener("abort", () => {
      resolve(couldNot(`no response within ${limitMs / 1000} s`));
    });
  });
  try {
    // What hangs in spite of the signal must not hold up the report.
    return await Promise.race([check.run(own, facts), tooLong]);
  } catch (error) {
    return outcomeOf(error);
  }
}

const COULD_NOT = "could not check: ";
const TRY_AGAIN = "Run doctor again; if it stays, https://status.cloud.google.com.";

/** A check that a service's trouble kept from finding out: that needs attention too. */
export function couldNot(reason: string): Outcome {
  return warning(`${COULD_NOT}${reason}`, TRY_AGAIN);
}

/** What an exception means: that something could not be looked at, and why. */
function outcomeOf(error: unknown): Outcome {
  if (error instanceof NotKnownError) return skipped(`${COULD_NOT}${error.message}`);
  if (error instanceof RefusedError) return outcomeOfRefusal(error);
  if (error instanceof UnavailableError || error instanceof UserError)
    return couldNot(messageOf(error));
  return couldNot(`a bug in mixpanel-gcp (${messageOf(error)})`);
}

/** https://cloud.google.com/apis/design/errors: how an API that is off is told. */
const API_IS_OFF = /has not been used in project|it is disabled|SERVICE_DISABLED/;
/** What the refusal itself says to do, on the lines behind what was refused. */
function remedyIn(message: string): string {
  const [, ...remedy] = message.split("\n");
  return remedy.join(" ");
}

const WANTS_QUOTA_PROJECT = "quota project";

function outcomeOfRefusal({ message, status }: RefusedError): Outcome {
  const [said = ""] = message.split("\n");
  const detail = `${COULD_NOT}${said}`;
  const [api = "the API"] = /[\w-]+\.googleapis\.com/.exec(message) ?? [];
  if (message.includes(WANTS_QUOTA_PROJECT))
    return unknown(
      detail,
      "Run, with the project's name:\n  gcloud auth application-default set-quota-project PROJECT",
    );
  if (API_IS_OFF.test(message))
    return unknown(detail, `To have it checked:\n  gcloud services enable ${api}`);
  if (status === 401) return unknown(detail, "Run: gcloud auth application-default login");
  if (status === 403) return unknown(detail, remedyIn(message));
  return warning(detail, TRY_AGAIN);
}
