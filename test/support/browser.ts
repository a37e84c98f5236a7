import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";

import { isObject, parseJson } from "../../functions/platform/json.ts";

const COMMAND = ["chromium", "chromium-browser", "google-chrome"].find(
  (command) => spawnSync(command, ["--version"]).status === 0,
);

/** Why no browser can be driven here, or false. */
export const NO_BROWSER = COMMAND === undefined ? "Chromium is not installed" : false;

/** A page in a browser that a test drives. */
export interface BrowserPage {
  /** What an expression comes to in the page; a promise is waited for. */
  evaluate(expression: string): Promise<unknown>;
  /** Waits until an expression is true in the page. */
  waitFor(expression: string): Promise<void>;
  /** Sends one of https://chromedevtools.github.io/devtools-protocol/ to the page. */
  send(method: string, parameters?: object): Promise<Readonly<Record<string, unknown>>>;
}

const POLL_MS = 50;
const TIMEOUT_MS = 60_000;
/** A page that goes to another process just then never responds to what it is asked. */
const RESPONSE_MS = 20_000;

/** Opens an address in a headless Chromium; it is closed after the test. */
export async function openPage(t: TestContext, address: string): Promise<BrowserPage> {
  const profile = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-browser-"));
  const flags = [
    ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
    ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ...[`--user-data-dir=${profile}`, "--remote-debugging-port=0"],
  ];
  const browser = spawn(COMMAND ?? "", [...flags, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  t.after(async () => {
    const isGone = once(browser, "exit");
    browser.kill("SIGKILL");
    await isGone;
    // Not before it is gone: it writes until then, and its children a little longer.
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  });
  let debuggerUrl = "";
  for await (const line of createInterface(browser.stderr)) {
    [, debuggerUrl = ""] = /^DevTools listening on ws:\/\/([^/]+)\//.exec(line) ?? [];
    if (debuggerUrl !== "") break;
  }
  browser.stderr.resume();
  const opened = await fetch(`http://${debuggerUrl}/json/new?${encodeURIComponent(address)}`, {
    method: "PUT",
  });
  const target = parseJson(await opened.text());
  return await connect(isObject(target) ? String(target["webSocketDebuggerUrl"]) : "");
}

async function connect(url: string): Promise<BrowserPage> {
  const socket = new WebSocket(url);
  await once(socket, "open");
  const pending = new Map<number, (message: Record<string, unknown>) => void>();
  socket.addEventListener("message", ({ data }) => {
    const message = parseJson(String(data));
    if (isObject(message)) pending.get(Number(message["id"]))?.(message);
  });
  let last = 0;
  const send: BrowserPage["send"] = async (method, params = {}) => {
    const id = ++last;
    const response = new Promise<Record<string, unknown>>((resolve, reject) => {
      pending.set(id, resolve);
      setTimeout(() => {
        reject(new Error(`${method}: no response`));
      }, RESPONSE_MS).unref();
    });
    socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await response;
    if (isObject(result)) return result;
    throw new Error(`${method}: ${JSON.stringify(error)}`);
  };
  const evaluate = async (expression: string): Promise<unknown> => {
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await send("Runtime.evaluate", options);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return isObject(result) ? result["value"] : undefined;
  };
  const waitFor = async (expression: string): Promise<void> => {
    const deadline = Date.now() + TIMEOUT_MS;
    const isTrue = (): Promise<boolean> =>
      evaluate(expression).then(
        (value) => value === true,
        () => false,
      );
    while (!(await isTrue())) {
      if (Date.now() > deadline) {
        const text = String(await evaluate("document.body?.innerText"));
        throw new Error(`Not true in time: ${expression}\n${text}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };
  return { evaluate, waitFor, send };
}
