import { hasEscapedKey } from "./event/escaped-keys.ts";
import { parseExactJson } from "./event/exact-json.ts";
import { isObject } from "./platform/json.ts";
import { ConfigError, CredentialsError, PipelineError } from "./platform/errors.ts";
import { leaveDomain } from "./platform/leave-domain.ts";
import { logToStdout } from "./platform/log.ts";
import {
  parsePushRequest,
  type HandlerResponse,
  type PushedMessage,
  type PushRequest,
  type PushResponse,
} from "./platform/push-request.ts";
import { createRuntime, type Runtime } from "./runtime.ts";
import { parseSettings, type EntryPoint } from "./settings.ts";
import { surviveStrayErrors } from "./platform/stray-errors.ts";

const BACKSLASH = 0x5c;

/** What a function does with one pushed message. */
export type HandleMessage = (message: PushedMessage) => HandlerResponse | Promise<HandlerResponse>;

/** An exported function: an HTTP handler of the functions framework. */
export type HttpFunction = (request: PushRequest, response: PushResponse) => Promise<void>;

/**
 * Makes an exported function. Everything an instance needs is built at its first request, from the
 * environment.
 *
 * Its own bugs respond with 500, which redelivers the message; they never reach the framework,
 * which would end the instance and with it all other requests.
 */
export function createEntryPoint(
  entryPoint: EntryPoint,
  createHandler: (runtime: Runtime) => HandleMessage,
): HttpFunction {
  let instance: { runtime: Runtime; handle: HandleMessage } | undefined;
  const start = (): { runtime: Runtime; handle: HandleMessage } => {
    const runtime = createRuntime(parseSettings(process.env, entryPoint));
    surviveStrayErrors(runtime.log);
    return { runtime, handle: createHandler(runtime) };
  };

  /** The work that a request asks for, or the response when it asks for none. */
  const accept = (request: PushRequest): Work | HandlerResponse => {
    if (request.method !== "POST") return { status: 405, text: "only POST" };
    const message = parsePushRequest(bodyOf(request));
    // The envelope is several times as large as what is kept of it. Set, not deleted: without one
    // of its properties the request is a slow object to everything that looks at it afterwards.
    request.body = undefined;
    request.rawBody = undefined;
    if (message === undefined) return { status: 400, text: "not a Pub/Sub push envelope" };
    instance ??= start();
    const { runtime, handle } = instance;
    if (runtime.shutdown.isStopping()) return { status: 503, text: "the instance goes away" };
    return { run: () => handle(message), leave: runtime.shutdown.enter() };
  };

  return async (request, response) => {
    leaveDomain();
    let leave: Work["leave"] = () => undefined;
    try {
      const accepted = accept(request);
      if ("run" in accepted) leave = accepted.leave;
      send(response, "run" in accepted ? await accepted.run() : accepted);
    } catch (error) {
      send(response, responseToFailure(error));
    } finally {
      leave();
    }
  };
}

/**
 * The body as the framework has parsed it; parsed again, exactly, when an attribute's key may have
 * become another one (event/escaped-keys.ts). Nearly no envelope has a backslash in it.
 */
function bodyOf({ body, rawBody }: PushRequest): unknown {
  if (!isObject(body) || !rawBody?.includes(BACKSLASH)) return body;
  const text = rawBody.toString("utf8");
  return hasEscapedKey(text) ? parseExactJson(text, false) : body;
}

interface Work {
  readonly run: () => HandlerResponse | Promise<HandlerResponse>;
  /** Called when it has its response. */
  readonly leave: () => void;
}

function send(response: PushResponse, { status, text }: HandlerResponse): void {
  response.status(status).send(status === 204 ? undefined : `${text}\n`);
}

/**
 * Something that failed for now responds with 503; our own bugs with 500. Both redeliver the
 * message.
 */
function responseToFailure(error: unknown): HandlerResponse {
  logFailure(error);
  if (error instanceof ConfigError) return { status: 500, text: "the function is not configured" };
  if (error instanceof PipelineError && error.disposition === "retry")
    return { status: 503, text: error.message };
  return { status: 500, text: "internal error" };
}

function logFailure(error: unknown): void {
  if (error instanceof CredentialsError)
    logToStdout("CRITICAL", "Google refused the credentials", { error: error.message });
  else if (error instanceof PipelineError)
    logToStdout(error instanceof ConfigError ? "CRITICAL" : "ERROR", error.message);
  else
    logToStdout("ERROR", "Unexpected error", { error: errorName(error), stack: ownFrames(error) });
}

/** The message of an unexpected error may hold data: only its name is logged. */
function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/**
 * Where in our code it happened. The message is left out as a whole: with several lines, one of
 * them may look like a frame.
 */
function ownFrames(error: unknown): string {
  const { message = "", stack = "" } = error instanceof Error ? error : {};
  const lines = stack.slice(stack.indexOf(message) + message.length).split("\n");
  return lines
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .join("\n");
}

/**
 * Ends the process when the environment of the function that the platform is starting is not
 * usable, so that a wrong deployment fails at once and says everything that is wrong with it.
 */
export function refuseToStartUnconfigured(): void {
  const entryPoint = process.env["FUNCTION_TARGET"];
  if (entryPoint !== "importObject" && entryPoint !== "importMessages") return;
  try {
    parseSettings(process.env, entryPoint);
  } catch (error) {
    logFailure(error);
    // Throwing would make the framework print a stack trace and ask about syntax errors.
    process.exit(1);
  }
}
