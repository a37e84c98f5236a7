import assert from "node:assert/strict";
import { test } from "node:test";

import { createOutageGate } from "../../../functions/messages/outage-gate.ts";
import type { Delivery } from "../../../functions/mixpanel/deliver-batch.ts";

const nothing: Delivery = {
  imported: 0,
  rejected: [],
  pending: [],
  retryReason: undefined,
  requests: 1,
  retries: 0,
};
const failed: Delivery = { ...nothing, pending: [0], retryReason: "Mixpanel answered 503" };
const problem = { reason: "rejected", field: "", error: "" } as const;

test("everything is let through until a batch comes back with nothing settled", () => {
  const gate = createOutageGate();

  assert.equal(gate.reason(1000), undefined);
  gate.report(failed);
  assert.match(gate.reason(1) ?? "", /Mixpanel/);
});

test("in an outage one message at a time is let through", () => {
  const gate = createOutageGate();
  gate.report(failed);

  assert.equal(gate.reason(0), undefined);
});

const recoveries: readonly { name: string; delivery: Delivery }[] = [
  { name: "an imported event", delivery: { ...failed, imported: 1 } },
  { name: "a rejected event", delivery: { ...failed, rejected: [{ index: 1, problem }] } },
];
for (const { name, delivery } of recoveries)
  test(`${name} ends the outage`, () => {
    const gate = createOutageGate();
    gate.report(failed);
    gate.report(delivery);

    assert.equal(gate.reason(1000), undefined);
  });
