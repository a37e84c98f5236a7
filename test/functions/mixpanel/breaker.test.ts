import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { createBreaker } from "../../../functions/mixpanel/breaker.ts";

function setUp() {
  let now = 1_000_000;
  const logged: string[] = [];
  const breaker = createBreaker(
    (severity, message, fields) => logged.push(JSON.stringify([severity, message, fields])),
    () => now,
  );
  return { breaker, logged, advance: (ms: number) => (now += ms) };
}

describe("the breaker", () => {
  it("is closed at first", () => {
    assert.equal(setUp().breaker.reason(), undefined);
  });

  it("is open for exactly 30 s after refused credentials", () => {
    const { breaker, advance } = setUp();
    breaker.refuseCredentials(401);
    assert.equal(breaker.reason(), "Mixpanel refused the credentials (401)");
    advance(29_999);
    assert.notEqual(breaker.reason(), undefined);
    advance(1);
    assert.equal(breaker.reason(), undefined);
  });

  it("is open for 30 s after an outage", () => {
    const { breaker, logged, advance } = setUp();
    breaker.reportOutage();
    assert.equal(breaker.reason(), "Mixpanel refuses whatever it is sent");
    assert.match(logged[0] ?? "", /^\["ERROR"/);
    advance(30_000);
    assert.equal(breaker.reason(), undefined);
  });

  it("says CRITICAL at once, and then at most once a minute", () => {
    const { breaker, logged, advance } = setUp();
    for (let second = 0; second < 180; second++) {
      breaker.refuseCredentials(403);
      advance(1000);
    }
    assert.equal(logged.length, 3);
    for (const line of logged)
      assert.match(line, /^\["CRITICAL","Mixpanel refused the credentials",\{"status":403,/);
  });
});
