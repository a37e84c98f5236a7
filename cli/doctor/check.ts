import type { GoogleApi } from "../../functions/google/google-api.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import type { Rest } from "../google/rest.ts";
import type { Stack } from "../stack/stack.ts";
import type { RunProgram } from "./run-program.ts";
import type { ServiceUrls } from "./service-urls.ts";

/** When a check makes sense: before `pulumi up`, after it, or only when it is asked for. */
export type Phase = "before" | "after" | "canary";

/** What the stack is known by: Pulumi, its outputs alone, or a local cloud that runs. */
export type Origin = "pulumi" | "outputs" | "local";

/**
 * `warning` needs attention as `failed` does; what was not looked at, because something before it
 * is wrong or there is nothing of it yet, is `skipped`. What the operator may not see is `unknown`:
 * it may be wrong, and is not passed.
 */
export type Status = "ok" | "warning" | "failed" | "unknown" | "skipped";

/** What a check found. */
export interface Outcome {
  readonly status: Status;
  /** One or two sentences; never the token. */
  readonly detail: string;
  /** What to do about it. Lines that begin with two blanks are commands, to be pasted. */
  readonly remedy?: string;
  /** What the checks that need this one go on with. */
  readonly facts?: Facts;
}

/** One line of the checklist. */
export interface Check {
  /** As it is typed: `doctor billing`. */
  readonly id: string;
  readonly title: string;
  readonly phase: Phase;
  readonly origins: readonly Origin[];
  /** Ids of the checks that have to be in order before. */
  readonly needs: readonly string[];
  /** Longest it may take, in milliseconds. @default LIMIT_MS of run-checks.ts */
  readonly limitMs?: number;
  /**
   * Throws RefusedError and UnavailableError of services: the runner makes "could not check" of
   * them.
   */
  run(context: CheckContext, facts: Facts): Promise<Outcome>;
}

/** A check that is to be run. */
export interface ChosenCheck extends Check {
  /** By its name, or as a canary by --canary: when it is skipped, that needs attention. */
  readonly isAskedFor?: boolean;
}

/** The time, and how to let it pass. */
export interface Waiting {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** @throws AbortError when `signal` is aborted */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What checks work with. */
export interface DoctorContext {
  readonly origin: Origin;
  /** `--stack` */
  readonly stackName: string | undefined;
  /** Behind a command to copy, so that it means the same stack: ` --stack dev`, or "". */
  readonly stackOptions: string;
  /** `--set`: outputs of the stack by hand. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly urls: ServiceUrls;
  readonly google: GoogleApi;
  /** Whether requests to Google carry no credentials: services on this machine. */
  readonly isLocal: boolean;
  readonly runProgram: RunProgram;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Longest a request to a service is repeated, in milliseconds. */
  readonly requestMs: number;
  /** How canaries are waited for. */
  readonly time: Waiting;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The same for one check: everything ends with its time. */
export interface CheckContext extends DoctorContext {
  readonly rest: Rest;
}

/** What checks found that others go on with. */
export interface Facts {
  /** The stack's configuration, without secrets; keys of ours have no namespace. */
  readonly settings?: ReadonlyMap<string, string>;
  readonly project?: string;
  /** Digits. */
  readonly projectNumber?: string;
  readonly stack?: Stack;
  readonly subscriptions?: Readonly<Record<SubscriptionRole, Resource>>;
  readonly functions?: readonly FunctionFacts[];
}

export type SubscriptionRole = "objects" | "events" | "deadLetters";

/** A resource as its service describes it; nothing of it is sure. */
export type Resource = Readonly<Record<string, unknown>>;

/** A deployed function. */
export interface FunctionFacts {
  readonly name: string;
  readonly location: string;
  readonly resource: Resource;
}

/** Something is not known that a check before this one would have found. */
export class NotKnownError extends UserError {}

/** A fact that has to be there. @throws NotKnownError */
export function known<K extends keyof Facts>(facts: Facts, key: K): NonNullable<Facts[K]> {
  const value = facts[key];
  if (value === undefined) throw new NotKnownError(`${NAMES[key]} is not known`);
  return value;
}

const NAMES: Readonly<Record<keyof Facts, string>> = {
  settings: "the configuration",
  project: "the project",
  projectNumber: "the project's number",
  stack: "the stack",
  subscriptions: "which subscriptions there are",
  functions: "which functions there are",
};

/** In order. */
export function ok(detail: string, facts: Facts = {}): Outcome {
  return { status: "ok", detail, facts };
}

/** Something is wrong. */
export function failed(detail: string, remedy: string, facts: Facts = {}): Outcome {
  return { status: "failed", detail, remedy, facts };
}

/** Something needs attention. */
export function warning(detail: string, remedy: string, facts: Facts = {}): Outcome {
  return { status: "warning", detail, remedy, facts };
}

/** It could not be looked at, for want of a right: the remedy says which. */
export function unknown(detail: string, remedy: string): Outcome {
  return { status: "unknown", detail, remedy };
}

/** It was not looked at. */
export function skipped(detail: string, remedy?: string): Outcome {
  return { status: "skipped", detail, ...(remedy !== undefined && { remedy }) };
}
