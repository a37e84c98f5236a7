import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { createProfileDestination } from "../../../../../functions/mixpanel/destinations/profiles/profile-destination.ts";
import { createMixpanelClient } from "../../../../../functions/mixpanel/mixpanel-client.ts";
import { systemClock } from "../../../../../functions/platform/clock.ts";
import { deadlineIn } from "../../../../support/deadlines.ts";
import { updateOf } from "../../../support/fake-profiles.ts";
import { startService, TOKEN, UNLIMITED, type Serve } from "../../../support/http-service.ts";

const OK = '{"error":null,"errors":{},"num_good_events":2,"status":1}';
const UPDATES = [
  updateOf({ $distinct_id: "é", $set: { a: 1 } }),
  updateOf('{"$distinct_id":"u2","$unset":["a"] }'),
];

async function setUp(
  serve: Serve,
  kind: "profiles" | "groups" = "profiles",
  locateByRequest = false,
) {
  const service = await startService(serve);
  const client = createMixpanelClient({
    ...{ url: service.url, userAgent: "mixpanel-gcs/1.2.3", maxInFlight: 2 },
    limiter: UNLIMITED,
    ...systemClock,
    random: () => 0,
  });
  const destination = createProfileDestination({ kind, client, token: TOKEN, locateByRequest });
  return { ...destination, received: service.received };
}

const ok: Serve = (_, response) => {
  response.writeHead(200).end(OK);
};

describe("the destination of profiles", () => {
  it("sends updates as Mixpanel wants them: plain, the token in each and nowhere else", async () => {
    const { post, received } = await setUp(ok);
    const response = await post(UPDATES, deadlineIn(10_000, 20_000));
    assert.equal(response.body.toString("utf8"), OK);
    const [request] = received;
    assert.ok(request);
    assert.equal(request.url, "/engage?verbose=1&strict=1&ip=0");
    assert.equal(request.headers["content-type"], "application/json");
    assert.equal(request.headers["content-encoding"], undefined);
    assert.equal(request.headers.authorization, undefined);
    assert.equal(
      request.body.toString("utf8"),
      `[{"$distinct_id":"é","$set":{"a":1},"$token":"${TOKEN}"},` +
        `{"$distinct_id":"u2","$unset":["a"] ,"$token":"${TOKEN}"}]`,
    );
  });

  it("sends groups to /groups", async () => {
    const { post, received } = await setUp(ok, "groups");
    await post(
      [updateOf({ $group_key: "k", $group_id: "g", $set: {} })],
      deadlineIn(10_000, 20_000),
    );
    assert.equal(received[0]?.url, "/groups?verbose=1&strict=1&ip=0");
  });

  it("next to one with an address says of the others that they have none", async () => {
    const { post, received } = await setUp(ok);
    const located = updateOf({ $distinct_id: "u", $set: {}, $ip: "1.2.3.4" });
    await post([located, ...UPDATES], deadlineIn(10_000, 20_000));
    const sent = JSON.parse(received[0]?.body.toString("utf8") ?? "") as { $ip?: string }[];
    assert.deepEqual(
      sent.map(({ $ip }) => $ip),
      ["1.2.3.4", "0", "0"],
    );
    assert.equal(received[0]?.url, "/engage?verbose=1&strict=1&ip=1");
  });

  it("takes an address that is no text for none", async () => {
    const { post, received } = await setUp(ok);
    const addresses = [null, "", 0];
    const updates = addresses.map(($ip) => updateOf({ $distinct_id: "u", $set: {}, $ip }));
    await post(updates, deadlineIn(10_000, 20_000));
    assert.equal(received[0]?.url, "/engage?verbose=1&strict=1&ip=0");
  });

  it("keeps no token that a response repeats", async () => {
    const { post, interpret } = await setUp((_, response) => {
      response.writeHead(200).end(`{"status":0,"error":"${TOKEN} is odd"}`);
    });
    const meaning = interpret(await post(UPDATES, deadlineIn(10_000, 20_000)), UPDATES);
    assert.equal(meaning.kind, "unexplained");
    assert.doesNotMatch(JSON.stringify(meaning), new RegExp(TOKEN));
  });

  it("lets Mixpanel locate updates when the stack says so", async () => {
    const { post, received } = await setUp(ok, "profiles", true);
    await post(UPDATES, deadlineIn(10_000, 20_000));
    assert.equal(received[0]?.url, "/engage?verbose=1&strict=1&ip=1");
    assert.doesNotMatch(received[0].body.toString("utf8"), /\$ip/);
  });

  it("asks again after a page in place of JSON", async () => {
    const { post, received } = await setUp((attempt, response) => {
      response.writeHead(200).end(attempt === 1 ? "<html>" : OK);
    });
    await post(UPDATES, deadlineIn(10_000, 20_000));
    assert.equal(received.length, 2);
  });

  it("knows the bytes of a request, at least", async () => {
    const { post, bytesOf, received } = await setUp(ok);
    await post(UPDATES, deadlineIn(10_000, 20_000));
    assert.ok(bytesOf(UPDATES) >= (received[0]?.body.length ?? Infinity));
  });

  it("has nothing of the token in what tells batches apart", async () => {
    const { fingerprintOf } = await setUp(ok);
    assert.doesNotMatch(fingerprintOf(UPDATES).toString("utf8"), new RegExp(TOKEN));
  });
});
