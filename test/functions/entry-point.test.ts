import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";

import { createEntryPoint, type HandleMessage } from "../../functions/entry-point.ts";
import {
  ConfigError,
  CountMismatchError,
  CredentialsError,
  UnavailableError,
} from "../../functions/platform/errors.ts";
import type { PushedMessage, PushRequest } from "../../functions/platform/push-request.ts";
import { pushEnvelope } from "../support/factories.ts";
import { takeProcessListeners } from "./support/process-listeners.ts";

const ENVIRONMENT: Readonly<Record<string, string>> = {
  MIXPANEL_TOKEN: "secret-token",
  GOOGLE_CLOUD_PROJECT: "p",
  DEAD_LETTER_TOPIC: "projects/p/topics/d",
};
const ENVELOPE = pushEnvelope({ data: "{}" });

interface Line {
  readonly severity: string;
  readonly message: string;
  readonly error?: string;
  readonly stack?: string;
}

/**
 * An exported function with `handle` in it; its process's environment, log and end are the test's.
 */
function start(t: TestContext, handle: HandleMessage, environment = ENVIRONMENT) {
  t.after(takeProcessListeners());
  const before = process.env;
  process.env = { ...before, ...environment };
  t.after(() => {
    process.env = before;
  });
  t.mock.timers.enable({ apis: ["setTimeout", "setImmediate"] });
  const exit = t.mock.method(process, "exit", () => undefined);
  const lines: Line[] = [];
  const write = process.stdout.write.bind(process.stdout);
  // The runner's own output takes the same way.
  t.mock.method(process.stdout, "write", (text: string) => {
    if (!text.startsWith('{"severity"')) return write(text);
    lines.push(JSON.parse(text) as Line);
    return true;
  });
  let instances = 0;
  const httpFunction = createEntryPoint("importMessages", () => {
    instances++;
    return handle;
  });

  /** Sends a request; the response, and what was logged meanwhile. */
  const request = async (body: unknown = ENVELOPE, method = "POST", rawBody = "raw") => {
    const given: PushRequest = { method, body, rawBody: Buffer.from(rawBody) };
    const answered: { status?: number; text?: string | undefined } = {};
    const response = {
      status: (code: number) => {
        answered.status = code;
        return response;
      },
      send: (text?: string) => {
        answered.text = text;
      },
    };
    const before = lines.length;
    await httpFunction(given, response);
    return { ...answered, given, lines: lines.slice(before) };
  };
  return { request, exit, instances: () => instances };
}

const done: HandleMessage = () => ({ status: 204, text: "done" });

describe("an exported function", () => {
  it("gives attributes the keys that are in the bytes, whatever JSON.parse makes of them", async (t) => {
    const messages: PushedMessage[] = [];
    const { request } = start(t, (message) => {
      messages.push(message);
      return done(message);
    });
    const keys = [
      ["unlike any other", "q\\"],
      ["unlike any other", 'q"'],
      ["unlike any other", "q"],
    ];
    for (const [index, names] of keys.entries()) {
      const attributes = Object.fromEntries(names.map((name) => [name, String(index)]));
      const envelope = pushEnvelope({ data: "{}", attributes });
      const raw = JSON.stringify(envelope);
      await request(JSON.parse(raw), "POST", raw);
    }
    assert.deepEqual(
      messages.map(({ attributes }) => Object.keys(attributes)),
      keys,
    );
  });

  it("hands the message on, and answers 204 without a body", async (t) => {
    const messages: PushedMessage[] = [];
    const { request } = start(t, (message) => {
      messages.push(message);
      return done(message);
    });
    const { status, text, lines } = await request(pushEnvelope({ data: "hello" }, 3));
    assert.deepEqual([status, text, lines], [204, undefined, []]);
    assert.deepEqual(
      messages.map(({ data, deliveryAttempt }) => [data.toString("utf8"), deliveryAttempt]),
      [["hello", 3]],
    );
  });

  it("says in one line why a message is not done with", async (t) => {
    const { request } = start(t, () => ({ status: 429, text: "too much at once" }));
    const { status, text } = await request();
    assert.deepEqual([status, text], [429, "too much at once\n"]);
  });

  it("lets go of the envelope before the work begins", async (t) => {
    const { request } = start(t, done);
    const { given } = await request();
    assert.deepEqual(
      [given.body, given.rawBody, Object.keys(given).length],
      [undefined, undefined, 3],
    );
  });

  it("answers 405 to anything but POST, and 400 to what is no envelope", async (t) => {
    const { request, instances } = start(t, done, {});
    for (const method of ["GET", "PUT", "HEAD"]) {
      const { status, text } = await request(ENVELOPE, method);
      assert.deepEqual([status, text], [405, "only POST\n"]);
    }
    for (const body of [null, "", "x", {}, { message: { data: "%" } }]) {
      const { status, text } = await request(body);
      assert.deepEqual([status, text], [400, "not a Pub/Sub push envelope\n"]);
    }
    assert.equal(instances(), 0);
  });

  it("is built once, at its first message", async (t) => {
    const { request, instances } = start(t, done);
    assert.equal(instances(), 0);
    await request();
    await request();
    assert.equal(instances(), 1);
  });
});

describe("an exported function that is not configured", () => {
  it("answers 500 and names what is missing, at every message until it is there", async (t) => {
    const { request, instances } = start(t, done, { ...ENVIRONMENT, DEAD_LETTER_TOPIC: "d" });
    for (let message = 0; message < 2; message++) {
      const { status, text, lines } = await request();
      assert.deepEqual([status, text], [500, "the function is not configured\n"]);
      assert.equal(lines[0]?.severity, "CRITICAL");
      assert.match(lines[0].message, /DEAD_LETTER_TOPIC must look like/);
      assert.doesNotMatch(JSON.stringify(lines), /secret-token/);
    }
    process.env["DEAD_LETTER_TOPIC"] = ENVIRONMENT["DEAD_LETTER_TOPIC"];
    assert.deepEqual([(await request()).status, instances()], [204, 1]);
  });
});

describe("an exported function whose handler fails", () => {
  for (const [error, status, text, severity] of [
    [new UnavailableError("down", 503), 503, "down\n", "ERROR"],
    [new CredentialsError("not allowed (403)", 403), 503, "not allowed (403)\n", "CRITICAL"],
    [new CountMismatchError("one too many"), 503, "one too many\n", "ERROR"],
    [new ConfigError(["X is missing"]), 500, "the function is not configured\n", "CRITICAL"],
  ] as const)
    it(`answers ${status} to ${error.name}, and says so in the log`, async (t) => {
      const { request } = start(t, () => Promise.reject(error));
      const answered = await request();
      assert.deepEqual([answered.status, answered.text], [status, text]);
      assert.deepEqual(
        answered.lines.map((line) => line.severity),
        [severity],
      );
    });

  it("answers 500 to a bug, and logs where it is but not its message, which may hold data", async (t) => {
    const { request } = start(t, () => {
      throw new TypeError("user-1@example.com\n    at user-2@example.com");
    });
    const { status, text, lines } = await request();
    assert.deepEqual([status, text], [500, "internal error\n"]);
    const [line] = lines;
    assert.deepEqual(
      [line?.severity, line?.message, line?.error],
      ["ERROR", "Unexpected error", "TypeError"],
    );
    assert.match(line?.stack ?? "", /^\s+at .*entry-point\.test\.ts:\d+/);
    assert.doesNotMatch(JSON.stringify(lines), /example\.com/);
  });

  it("answers 500 to whatever else is thrown", async (t) => {
    // A user's transform may do it.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    const { request } = start(t, () => Promise.reject("user-1@example.com"));
    const { status, lines } = await request();
    assert.deepEqual([status, lines[0]?.error, lines[0]?.stack], [500, "string", ""]);
  });

  it("takes the next message", async (t) => {
    let calls = 0;
    const { request } = start(t, (message) => {
      if (++calls === 1) throw new TypeError("a bug");
      return done(message);
    });
    assert.deepEqual([(await request()).status, (await request()).status], [500, 204]);
  });
});

describe("an exported function whose instance goes away", () => {
  it("takes no further message, and ends when those under way are answered", async (t) => {
    const work = Promise.withResolvers<undefined>();
    let calls = 0;
    const { request, exit } = start(t, async (message) => {
      calls++;
      await work.promise;
      return await done(message);
    });
    const first = request();
    process.emit("SIGTERM", "SIGTERM");
    const { status, text } = await request();
    assert.deepEqual([status, text, calls], [503, "the instance goes away\n", 1]);
    assert.equal(exit.mock.callCount(), 0);
    work.resolve(undefined);
    assert.equal((await first).status, 204);
    t.mock.timers.tick(1);
    assert.deepEqual(exit.mock.calls[0]?.arguments, [0]);
  });
});
