import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { HttpResponse } from "../../../../functions/http/http-request.ts";
import { createCircuitBreaker } from "../../../../functions/mixpanel/circuit-breaker.ts";
import type { MixpanelRequest } from "../../../../functions/mixpanel/mixpanel-client.ts";
import { createTokenProof } from "../../../../functions/mixpanel/profiles/token-proof.ts";
import { UnavailableError } from "../../../../functions/platform/errors.ts";
import { DEADLINE, refusedRows, response } from "../../support/fake-mixpanel.ts";
import { good, PROJECT_TOKEN, setUpProfiles, updatesOf } from "../../support/fake-profiles.ts";

function setUp(...responses: readonly (HttpResponse | Error)[]) {
  const requests: MixpanelRequest[] = [];
  let hasAcceptedEvents = false;
  const circuitBreaker = createCircuitBreaker(
    () => undefined,
    () => 0,
  );
  const proof = createTokenProof({
    client: async (request) => {
      requests.push(request);
      await Promise.resolve();
      const given = responses[Math.min(requests.length, responses.length) - 1];
      if (given === undefined || given instanceof Error) throw given ?? new Error("asked");
      return given;
    },
    token: PROJECT_TOKEN,
    circuitBreaker,
    hasAcceptedEvents: () => hasAcceptedEvents,
    now: () => 0,
  });
  return {
    ...proof,
    requests,
    circuitBreaker,
    acceptEvent: () => {
      hasAcceptedEvents = true;
    },
  };
}

const REFUSED = refusedRows([0], 1);

describe("the proof of token and region", () => {
  it("is an event that Mixpanel refuses for what it is; it is asked for once", async () => {
    const { missing, requests } = setUp(REFUSED);
    const answers = await Promise.all([missing(DEADLINE), missing(DEADLINE)]);
    assert.deepEqual([...answers, await missing(DEADLINE)], [undefined, undefined, undefined]);
    assert.equal(requests.length, 1);
    const [request] = requests;
    assert.deepEqual([request?.path, request?.auth?.username], ["/import?strict=1", PROJECT_TOKEN]);
    const [event] = JSON.parse(String(request?.body)) as { event: string; properties: object }[];
    assert.deepEqual(event?.properties, {}, "without a time it is refused for certain");
  });

  it("is missing when the credentials are refused: the circuit breaker opens", async () => {
    for (const status of [401, 403]) {
      const { missing, circuitBreaker, requests } = setUp(response(status, "{}"));
      assert.equal(await missing(DEADLINE), "Mixpanel refused the credentials");
      assert.match(circuitBreaker.reason() ?? "", /refused the credentials/);
      assert.match((await missing(DEADLINE)) ?? "", /refused the credentials/);
      assert.equal(requests.length, 1, "nothing is asked while it is open");
    }
  });

  it("is missing as long as there is another response, and asked for again", async () => {
    const others = [
      response(200, { code: 200, num_records_imported: 1 }),
      response(200, '{"error":null,"status":1}'),
      response(400, "<html>"),
      response(400, { error: "no" }),
      response(404, ""),
      new UnavailableError("Mixpanel cannot be reached"),
    ];
    const { missing, requests } = setUp(...others, REFUSED);
    for (const other of others)
      assert.notEqual(await missing(DEADLINE), undefined, JSON.stringify(other));
    assert.equal(await missing(DEADLINE), undefined);
    assert.equal(requests.length, others.length + 1);
  });

  it("is an accepted event, too", async () => {
    const { missing, requests, acceptEvent } = setUp();
    acceptEvent();
    assert.equal(await missing(DEADLINE), undefined);
    assert.equal(requests.length, 0);
  });

  it("cannot hide a bug", async () => {
    await assert.rejects(setUp(new TypeError("a bug")).missing(DEADLINE), /a bug/);
  });
});

describe("updates without proof", () => {
  it("wait, and are not sent", async () => {
    const { send, requests } = setUpProfiles((updates) => good(updates.length), {
      proof: { missing: () => Promise.resolve("not proved") },
    });
    const { pending, retryReason } = await send(updatesOf(3));
    assert.deepEqual([pending, retryReason, requests.length], [[0, 1, 2], "not proved", 0]);
  });
});
