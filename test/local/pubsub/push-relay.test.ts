import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";

import { listenOnLoopback } from "../../../local/http-server.ts";
import { createMessageLedger } from "../../../local/pubsub/emulator/message-ledger.ts";
import { createPushRelay, pushPath } from "../../../local/pubsub/emulator/push-relay.ts";
import type { PushTarget } from "../../../local/pubsub/emulator/push-relay.ts";
import { readPushToken } from "../../../local/pubsub/push-token.ts";
import { startPushEndpoint } from "../../support/push-endpoint.ts";
import type { PushEndpoint } from "../../support/push-endpoint.ts";
import { until } from "../../support/until.ts";

const SUBSCRIPTION = "projects/p/subscriptions/events";
const PATH = pushPath(SUBSCRIPTION);

function bodyOf(messageId: string): string {
  return JSON.stringify({ subscription: SUBSCRIPTION, message: { data: "e30=", messageId } });
}

async function startRelay(
  t: TestContext,
  endpoint: PushEndpoint,
  maxOutstanding = 10,
  identity?: PushTarget["identity"],
) {
  const ledger = createMessageLedger(() => undefined);
  const relay = createPushRelay((subscription) =>
    subscription === SUBSCRIPTION
      ? { endpoint: endpoint.url, identity, ledger, maxOutstanding }
      : undefined,
  );
  let received = 0;
  const server = await listenOnLoopback((request, response) => {
    received += 1;
    return relay.handle(request, response);
  });
  t.after(async () => {
    relay.close();
    await server.stop();
  });
  const push = async (messageId: string, path = PATH): Promise<number> => {
    const response = await fetch(server.url + path, { method: "POST", body: bodyOf(messageId) });
    await response.arrayBuffer();
    return response.status;
  };
  return { push, ledger, received: () => received };
}

const RESPONSES = [
  { endpoint: 200, emulator: 204, settled: true },
  { endpoint: 202, emulator: 204, settled: true },
  { endpoint: 204, emulator: 204, settled: true },
  { endpoint: 203, emulator: 203, settled: false },
  { endpoint: 429, emulator: 429, settled: false },
  { endpoint: 503, emulator: 503, settled: false },
];

for (const { endpoint: status, emulator, settled } of RESPONSES)
  test(`an endpoint's ${status} is passed on as ${emulator}`, async (t) => {
    const endpoint = await startPushEndpoint(() => status);
    t.after(() => endpoint.stop());
    const { push, ledger } = await startRelay(t, endpoint);

    const relayed = await push("1");

    assert.equal(relayed, emulator);
    assert.deepEqual(endpoint.received[0]?.body, JSON.parse(bodyOf("1")));
    assert.equal(ledger.backlog(), settled ? 0 : 1);
    assert.equal(ledger.counts().lastFailure?.status, settled ? undefined : status);
  });

test("requests have the token that the service would send, which the emulator does not", async (t) => {
  const endpoint = await startPushEndpoint(() => 204);
  t.after(() => endpoint.stop());
  const identity = { serviceAccountEmail: "push@p.iam.gserviceaccount.com", audience: "https://a" };
  const { push } = await startRelay(t, endpoint, 10, identity);

  await push("1");

  const { authorization = "" } = endpoint.received[0]?.headers ?? {};
  assert.deepEqual(readPushToken(authorization), identity);
});

test("an endpoint that is gone is a refusal", async (t) => {
  const endpoint = await startPushEndpoint(() => 204);
  await endpoint.stop();
  const { push, ledger } = await startRelay(t, endpoint);

  assert.equal(await push("1"), 502);
  assert.equal(ledger.backlog(), 1);
});

test("a subscription nobody knows gets 404", async (t) => {
  const endpoint = await startPushEndpoint(() => 204);
  t.after(() => endpoint.stop());
  const { push } = await startRelay(t, endpoint);

  assert.equal(await push("1", pushPath("projects/p/subscriptions/other")), 404);
  assert.equal(endpoint.received.length, 0);
});

test("no more requests than the limit are at the endpoint at once", async (t) => {
  let inFlight = 0;
  let most = 0;
  const endpoint = await startPushEndpoint(async () => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    // All four requests are there before the first is let go.
    // A relay without a limit would have passed on all four before it refuses a fifth.
    await until(() => relay.received() >= 4, "four requests at the relay");
    await relay.push("5", pushPath("projects/p/subscriptions/other"));
    inFlight -= 1;
    return 204;
  });
  t.after(() => endpoint.stop());
  const relay = await startRelay(t, endpoint, 1);

  const statuses = await Promise.all(["1", "2", "3", "4"].map((id) => relay.push(id)));

  assert.deepEqual(statuses, [204, 204, 204, 204]);
  assert.equal(most, 1);
});
