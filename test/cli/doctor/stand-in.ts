import type { IncomingMessage, ServerResponse } from "node:http";
import type { TestContext } from "node:test";

import { createAccess } from "../../../check/google-access.ts";
import { chooseChecks } from "../../../cli/doctor/catalogue.ts";
import type { DoctorContext, Origin } from "../../../cli/doctor/check.ts";
import { runChecks, type CheckResult } from "../../../cli/doctor/run-checks.ts";
import type { RunProgram } from "../../../cli/doctor/run-program.ts";
import { listenOnLoopback, readBody, sendJson } from "../../../local/http-server.ts";
import { healthyResponses, PROGRAMS, TOKEN, TOKEN_REFUSED } from "./healthy.ts";

/** What a path answers: JSON with status 200, or anything else. */
export type Reply =
  object | ((request: IncomingMessage, response: ServerResponse, body: string) => void);

/** What differs from a healthy setup. */
export interface Fault {
  /** Replies by a part of the path. */
  readonly replies?: Readonly<Record<string, Reply>>;
  /** What programs print, by their call: `pulumi whoami`. */
  readonly programs?: Readonly<Record<string, Partial<ProgramOutput>>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly requestMs?: number;
}

export interface ProgramOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly isMissing: boolean;
}

/** A clock that moves only when somebody waits. */
export function virtualTime(onSleep: () => Promise<void> = () => Promise.resolve()) {
  let time = 0;
  return {
    now: () => time,
    sleep: (ms: number): Promise<void> => {
      time += ms;
      return onSleep();
    },
  } satisfies DoctorContext["time"];
}

/** Runs checks against stand-ins of all services, in this process. */
export async function examine(
  t: TestContext,
  ids: readonly string[],
  fault: Fault = {},
  origin: Origin = "pulumi",
  canary = false,
): Promise<readonly CheckResult[]> {
  const context = await startStandIn(t, fault, origin);
  const checks = chooseChecks({ ids, origin, canary });
  return await runChecks(checks, context, {}, () => undefined);
}

/** Stand-ins of all services, in this process, as checks reach them. */
export async function startStandIn(
  t: TestContext,
  fault: Fault = {},
  origin: Origin = "pulumi",
): Promise<DoctorContext> {
  const find = (replies: Readonly<Record<string, Reply>>, path: string): Reply | undefined =>
    Object.entries(replies)
      .filter(([part]) => path.includes(part))
      // The longest says most.
      .sort(([one], [other]) => other.length - one.length)
      .at(0)?.[1];
  const server = await listenOnLoopback(async (request, response) => {
    const body = (await readBody(request)).toString("utf8");
    const path = decodeURIComponent(request.url ?? "");
    const reply =
      find(fault.replies ?? {}, path) ?? find(healthyResponses(), path) ?? notFound(path);
    if (path.includes("/import")) authorise(request, response, reply, body);
    else if (typeof reply === "function") reply(request, response, body);
    else sendJson(response, 200, reply);
  });
  t.after(() => server.stop());
  return contextFor(server.url, fault, origin);
}

/** Mixpanel: what the table says of a region, to the right token. */
function authorise(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  body: string,
): void {
  const expected = `Basic ${Buffer.from(`${TOKEN}:`).toString("base64")}`;
  if (request.headers.authorization !== expected) TOKEN_REFUSED(request, response);
  else if (typeof reply === "function") reply(request, response, body);
  else sendJson(response, 400, reply);
}

function contextFor(url: string, fault: Fault, origin: Origin): DoctorContext {
  const at = (service: string): string => `${url}/${service}`;
  return {
    origin,
    stackName: undefined,
    stackOptions: "",
    given: {},
    urls: {
      resourceManager: at("crm"),
      billing: at("billing"),
      serviceUsage: at("usage"),
      functions: at("functions"),
      run: at("run"),
      secretManager: at("secrets"),
      iam: at("iam"),
      logging: at("logging"),
      monitoring: at("monitoring"),
      mixpanel: { us: at("mixpanel-us"), eu: at("mixpanel-eu"), in: at("mixpanel-in") },
    },
    google: createAccess({
      project: "my-project",
      local: { storageUrl: at("storage"), pubsubUrl: at("pubsub") },
    }),
    isLocal: true,
    runProgram: programs(fault.programs ?? {}),
    environment: fault.environment ?? {},
    requestMs: fault.requestMs ?? 12_000,
    time: virtualTime(),
    signal: new AbortController().signal,
  };
}

function programs(changed: NonNullable<Fault["programs"]>): RunProgram {
  return (program, args) => {
    const call = [program, ...args].join(" ").replace(" --non-interactive", "");
    const known = Object.keys(PROGRAMS).find((name) => call.startsWith(name));
    const healthy = { code: 0, stdout: "", stderr: "", isMissing: false };
    const name = known ?? "";
    return Promise.resolve({ ...healthy, stdout: PROGRAMS[name] ?? "", ...changed[name] });
  };
}

/** A refusal as Google words it. */
export function refusal(status: number, message = "The caller does not have permission"): Reply {
  return (_request, response) => {
    sendJson(response, status, { error: { code: status, message, status: "X" } });
  };
}

function notFound(path: string): Reply {
  return refusal(404, `no stand-in for ${path}`);
}
