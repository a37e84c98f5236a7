import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { createCircuitBreaker } from "../../../functions/mixpanel/circuit-breaker.ts";

function setUp() {
  let now = 1_000_000;
  const logged: string[] = [];
  const circuitBreaker = createCircuitBreaker(
    (severity, message, fields) => logged.push(JSON.stringify([severity, message, fields])),
    () => now,
  );
  return { circuitBreaker, logged, advance: (ms: number) => (now += ms) };
}

describe("the circuitBreaker", () => {
  it("is closed at first", () => {
    assert.equal(setUp().circuitBreaker.reason(), undefined);
  });

  it("is open for exactly 30 s after refused credentials", () => {
    const { circuitBreaker, advance } = setUp();
    circuitBreaker.reportBadCredentials(401);
    assert.equal(circuitBreaker.reason(), "Mixpanel refused the credentials (401)");
    advance(29_999);
    assert.notEqual(circuitBreaker.reason(), undefined);
    advance(1);
    assert.equal(circuitBreaker.reason(), undefined);
  });

  it("is open for 30 s after an outage", () => {
    const { circuitBreaker, logged, advance } = setUp();
    circuitBreaker.reportOutage();
    assert.equal(circuitBreaker.reason(), "Mixpanel refuses whatever it is sent");
    assert.match(logged[0] ?? "", /^\["ERROR"/);
    advance(30_000);
    assert.equal(circuitBreaker.reason(), undefined);
  });

  it("says CRITICAL at once, and then at most once a minute", () => {
    const { circuitBreaker, logged, advance } = setUp();
    for (let second = 0; second < 180; second++) {
      circuitBreaker.reportBadCredentials(403);
      advance(1000);
    }
    assert.equal(logged.length, 3);
    for (const line of logged)
      assert.match(line, /^\["CRITICAL","Mixpanel refused the credentials",\{"status":403,/);
  });
});
