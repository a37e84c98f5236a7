import assert from "node:assert/strict";
import { test } from "node:test";

import { describeFailure } from "../../../cli/google/credentials-remedy.ts";
import { createRest, RefusedError } from "../../../cli/google/rest.ts";
import { CredentialsError, UnavailableError } from "../../../functions/platform/errors.ts";

const EXPIRED =
  "cannot obtain credentials for Google's APIs: invalid_grant: Token has been expired";
const LOGIN = "Run: gcloud auth application-default login";

const TABLE = [
  [new UnavailableError(EXPIRED), LOGIN],
  [new UnavailableError("cannot obtain credentials: reauth related error (invalid_rapt)"), LOGIN],
  [new CredentialsError("publishing answered 401", 401), LOGIN],
  [new CredentialsError("publishing answered 403", 403), /docs\/permissions\.md/],
  [new UnavailableError("no response"), "Try again."],
] as const;

for (const [error, remedy] of TABLE)
  test(`${error.message}: ${String(remedy)}`, () => {
    const told = describeFailure(error);
    if (typeof remedy === "string") assert.equal(told, `${error.message}. ${remedy}`);
    else assert.match(told, remedy);
  });

test("a full stop at its end is not told twice", () => {
  assert.equal(describeFailure(new UnavailableError("it was away.")), "it was away. Try again.");
});

test("a login that has expired is refused at once, not sat out like an outage", async () => {
  const google = {
    send: () => Promise.reject(new Error("nothing is sent without credentials")),
    authorize: () => Promise.reject(new UnavailableError(EXPIRED)),
  };
  const rest = createRest({ google, isLocal: false, signal: new AbortController().signal });
  await assert.rejects(rest.get("listing gs://b/", "https://storage.googleapis.com/"), (error) => {
    assert.ok(error instanceof RefusedError);
    assert.equal(error.status, 401);
    assert.ok(error.message.startsWith("listing gs://b/: your login has expired (cannot obtain"));
    return error.message.endsWith(`\n${LOGIN}`);
  });
});
