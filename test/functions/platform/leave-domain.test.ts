import assert from "node:assert/strict";
import domain from "node:domain";
import { describe, it } from "node:test";

import { leaveDomain } from "../../../functions/platform/leave-domain.ts";

/** The domain that is active, if any. */
const current = (): unknown => Reflect.get(process, "domain");

describe("leaving the domain of a request", () => {
  it("leaves what the request starts without one", async () => {
    const started = Promise.withResolvers<unknown>();
    // As the functions framework runs each request.
    domain.create().run(() => {
      assert.notEqual(current() ?? undefined, undefined);
      leaveDomain();
      setImmediate(() => {
        started.resolve(current() ?? undefined);
      });
    });
    assert.equal(await started.promise, undefined);
  });

  it("does nothing where there is none", () => {
    leaveDomain();
    assert.equal(current() ?? undefined, undefined);
  });
});
