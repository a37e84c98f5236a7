import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { createEvidence } from "../../../functions/mixpanel/evidence.ts";

const EVENT = Buffer.from('{"event":"a"}');

describe("the evidence of an instance", () => {
  it("knows what was accepted after which response", () => {
    const evidence = createEvidence(() => 0);
    const refused = evidence.refused();
    assert.equal(evidence.acceptedSince(refused), false);
    evidence.accepted(10);
    assert.equal(evidence.acceptedSince(refused), true);
    assert.equal(evidence.acceptedSince(evidence.refused()), false);
  });

  it("remembers when an event was refused alone for the first time, over deliveries", () => {
    const evidence = createEvidence(() => 0);
    const first = evidence.refused();
    assert.equal(evidence.refusedAlone(EVENT, first), first);
    evidence.accepted(10);
    assert.equal(evidence.refusedAlone(Buffer.from(EVENT), evidence.refused()), first);
  });

  it("forgets the oldest of too many", () => {
    const evidence = createEvidence(() => 0);
    const first = evidence.refusedAlone(EVENT, evidence.refused());
    for (let event = 0; event < 20_000; event++)
      evidence.refusedAlone(Buffer.from(`${event}`), evidence.refused());
    assert.notEqual(evidence.refusedAlone(EVENT, evidence.refused()), first);
  });

  it("counts refusals in a row, and the time since something was accepted", () => {
    let now = 0;
    const evidence = createEvidence(() => now);
    assert.equal(evidence.sinceAcceptedMs(), Infinity);
    evidence.refused();
    evidence.refused();
    assert.equal(evidence.refusalsInARow(), 2);
    evidence.accepted(70);
    now = 500;
    assert.deepEqual(
      [evidence.refusalsInARow(), evidence.sinceAcceptedMs(), evidence.largestAccepted()],
      [0, 500, 70],
    );
  });
});
