import assert from "node:assert/strict";
import { test } from "node:test";

import { createMessageLedger } from "../../../local/pubsub/emulator/message-ledger.ts";

const REFUSED = { acknowledged: false, status: 503, text: "not now" };

function setUp() {
  let changes = 0;
  const ledger = createMessageLedger(() => {
    changes += 1;
  });
  return { ledger, changes: () => changes };
}

test("messages count from before they are published until they are acknowledged", () => {
  const { ledger, changes } = setUp();

  const published = ledger.publishing(2);
  assert.equal(ledger.backlog(), 2);
  published(["1", "2"]);
  assert.equal(ledger.backlog(), 2);
  ledger.delivered("1");
  ledger.acknowledged("1");
  assert.equal(ledger.backlog(), 1);
  ledger.delivered("2");
  ledger.acknowledged("2");

  assert.equal(ledger.backlog(), 0);
  assert.equal(changes(), 3);
  assert.deepEqual(ledger.counts(), {
    received: 2,
    acknowledged: 2,
    deadLettered: 0,
    lastFailure: undefined,
  });
});

test("a publish request that failed leaves nothing to wait for", () => {
  const { ledger } = setUp();

  ledger.publishing(3)([]);

  assert.equal(ledger.backlog(), 0);
  assert.equal(ledger.counts().received, 0);
});

test("a push that overtakes the response to its publish request is counted once", () => {
  const { ledger } = setUp();

  const published = ledger.publishing(1);
  ledger.delivered("1");
  ledger.acknowledged("1");
  assert.equal(ledger.backlog(), 1);
  published(["1"]);

  assert.equal(ledger.backlog(), 0);
  assert.equal(ledger.counts().received, 1);
});

test("a message published past the ledger counts at its first delivery", () => {
  const { ledger } = setUp();

  ledger.delivered("7");
  ledger.refused("7", REFUSED);
  ledger.delivered("7");

  assert.equal(ledger.backlog(), 1);
  assert.equal(ledger.counts().received, 1);
  assert.equal(ledger.counts().lastFailure, REFUSED);
});

test("what the emulator forwarded is the message refused most often", () => {
  const { ledger } = setUp();
  ledger.publishing(3)(["1", "2", "3"]);
  for (const id of ["1", "2", "2", "3"]) ledger.refused(id, REFUSED);

  ledger.forwarded();
  ledger.acknowledged("2");
  ledger.acknowledged("1");
  ledger.acknowledged("3");

  assert.equal(ledger.backlog(), 0);
  assert.equal(ledger.counts().deadLettered, 1);
  assert.equal(ledger.counts().acknowledged, 2);
});

test("an acknowledgement that comes twice counts once", () => {
  const { ledger } = setUp();
  ledger.publishing(2)(["1", "2"]);

  ledger.acknowledged("1");
  ledger.acknowledged("1");

  assert.equal(ledger.backlog(), 1);
  assert.equal(ledger.counts().acknowledged, 1);
});
