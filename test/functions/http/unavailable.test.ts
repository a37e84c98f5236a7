import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";

import { AxiosError, AxiosHeaders, type InternalAxiosRequestConfig } from "axios";

import { toUnavailableError } from "../../../functions/http/unavailable.ts";
import { CredentialsError, UnavailableError } from "../../../functions/platform/errors.ts";
import { TOKEN } from "../support/http-service.ts";

/** What axios knows of a request: also what nobody else may see. */
const CONFIG: InternalAxiosRequestConfig = {
  url: "https://api.mixpanel.com/import",
  auth: { username: TOKEN, password: "" },
  headers: new AxiosHeaders({ authorization: `Bearer ${TOKEN}` }),
  data: TOKEN,
};

/** An error of axios with all that axios puts into it. */
function axiosError(code: string | undefined, status?: number, message = "failed"): AxiosError {
  const request = { headers: { authorization: TOKEN } };
  const response =
    status === undefined
      ? undefined
      : { status, statusText: "", headers: {}, config: CONFIG, data: TOKEN };
  return new AxiosError(message, code, CONFIG, request, response);
}

/** What is thrown in its place. */
function translated(error: unknown): UnavailableError {
  const result = toUnavailableError("Mixpanel", error);
  assert.ok(result instanceof UnavailableError, inspect(result));
  return result;
}

/** Every way in which an error may end up in a log. */
function seenOf(error: Error): string {
  return [
    String(error),
    error.stack,
    JSON.stringify(error),
    inspect(error, { depth: Infinity, showHidden: true }),
    inspect(error.cause, { depth: Infinity, showHidden: true }),
  ].join("\n");
}

describe("the error of a failed request", () => {
  const failures: readonly (readonly [string, unknown, string, number | undefined])[] = [
    ["503", axiosError("ERR_BAD_RESPONSE", 503), "Mixpanel responded with 503", 503],
    ["429", axiosError("ERR_BAD_REQUEST", 429), "Mixpanel responded with 429", 429],
    ["408", axiosError("ERR_BAD_REQUEST", 408), "Mixpanel responded with 408", 408],
    ["abort", axiosError("ERR_CANCELED"), "Mixpanel did not respond in time", undefined],
    ["silence", axiosError("ECONNABORTED"), "Mixpanel did not respond in time", undefined],
    [
      "contradiction",
      axiosError("ERR_BAD_RESPONSE", undefined, "a range came short"),
      "Mixpanel: a range came short",
      undefined,
    ],
    [
      "refused connection",
      axiosError("ECONNREFUSED"),
      "Mixpanel cannot be reached: ECONNREFUSED",
      undefined,
    ],
    ["no code", axiosError(undefined), "Mixpanel cannot be reached: failed", undefined],
    [
      "end of a wait",
      new DOMException("aborted", "AbortError"),
      "Mixpanel: out of time",
      undefined,
    ],
    ["timeout", new DOMException("late", "TimeoutError"), "Mixpanel: out of time", undefined],
  ];

  for (const [what, error, message, status] of failures)
    it(`says what happened, and nothing that is secret: ${what}`, () => {
      const unavailable = translated(error);
      assert.deepEqual([unavailable.message, unavailable.status], [message, status]);
      assert.equal(unavailable.cause, undefined);
      assert.equal(seenOf(unavailable).includes(TOKEN), false);
    });

  it("stays what it is when it is none of axios", () => {
    for (const error of [
      new UnavailableError("the circuit breaker is open"),
      new CredentialsError("not allowed", 403),
      new TypeError("a bug"),
    ])
      assert.equal(toUnavailableError("Mixpanel", error), error);
  });
});
