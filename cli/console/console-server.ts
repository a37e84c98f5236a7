import type { IncomingMessage, ServerResponse } from "node:http";

import { isRetryable } from "../../functions/platform/errors.ts";
import { isObject, parseJson } from "../../functions/platform/json.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import {
  listenOnLoopback,
  readBody,
  sendJson,
  type LoopbackServer,
} from "../../local/http-server.ts";
import { composePage } from "../../local/page/compose-page.ts";
import { refuse, sendPage } from "../../local/page/page-server.ts";
import { describeFailure } from "../google/credentials-remedy.ts";
import type { Connection } from "../stack/connect.ts";
import { createConsoleActions, type ConsoleActions } from "./console-actions.ts";
import { createConsoleState } from "./console-state.ts";
import { createSessionGuard } from "./session-guard.ts";

/** A console that runs. */
export interface ConsoleServer extends LoopbackServer {
  /** Address of its page, with the session's token. */
  readonly address: string;
}

const MAX_BODY_BYTES = 64_000;

/**
 * Serves the page of a stack on 127.0.0.1: `/` is the page, `/state` what it shows, and what can be
 * done is a POST. Nothing of it passes without the session's token.
 *
 * @param wanted port; 0: any free one
 * @throws UserError when no port can be used
 */
export async function startConsole(connection: Connection, wanted = 0): Promise<ConsoleServer> {
  const page = await composePage();
  const actions = createConsoleActions(connection);
  const look = createConsoleState(connection, actions.activity);
  let port = 0;
  const guard = createSessionGuard(() => port);
  const server = await listenOnLoopback(
    async (request, response) => {
      const refusal = guard.check(request);
      if (refusal === undefined) {
        await handle(request, response, { page, look, actions });
        return;
      }
      request.resume();
      refuse(response, refusal.status, refusal.text);
    },
    { port: wanted },
  );
  port = server.port;
  return { ...server, address: `${server.url}/?token=${guard.token}` };
}

interface Served {
  readonly page: string;
  readonly look: () => Promise<unknown>;
  readonly actions: ConsoleActions;
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  { page, look, actions }: Served,
): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const act = actions.byPath.get(pathname);
  if (request.method === "GET" && pathname === "/") sendPage(response, page);
  else if (request.method === "GET" && pathname === "/state") await respond(response, () => look());
  else if (request.method === "POST" && act !== undefined)
    await respond(response, async () => act(await readInput(request)));
  else if (act === undefined && !["/", "/state"].includes(pathname))
    refuse(response, 404, "There is nothing of that name.");
  else refuse(response, 405, "Not with this method.");
  request.resume();
}

/** What an operator can put right is said; everything else is a bug, and says so. */
async function respond(response: ServerResponse, work: () => Promise<unknown>): Promise<void> {
  try {
    const value = await work();
    response.setHeader("cache-control", "no-store");
    response.setHeader("x-content-type-options", "nosniff");
    sendJson(response, 200, value);
  } catch (error) {
    if (error instanceof UserError)
      refuse(response, error.exitCode === 2 ? 400 : 409, error.message);
    else if (isRetryable(error)) refuse(response, 503, describeFailure(error));
    else throw error;
  }
}

/** @throws UserError (exit code 2) when it is no JSON object, or too long */
async function readInput(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const body = parseJson(await readBody(request, MAX_BODY_BYTES));
  if (isObject(body)) return body;
  throw new UserError("The request holds no JSON object.", 2);
}
