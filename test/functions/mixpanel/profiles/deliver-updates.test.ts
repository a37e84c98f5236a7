import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { UnavailableError } from "../../../../functions/platform/errors.ts";
import { until } from "../../../support/until.ts";
import { response } from "../../support/fake-mixpanel.ts";
import {
  CONTEXT,
  good,
  PROJECT_TOKEN,
  refusedUpdates,
  setUpProfiles,
  updateOf,
  updatesOf,
  type RespondToUpdates,
} from "../../support/fake-profiles.ts";

const ADD = { $distinct_id: "u1", $add: { n: 1 } };

/** Refuses a request with any of these users, and says nothing about whom it means. */
function refusing(...users: readonly string[]): RespondToUpdates {
  return (updates) =>
    updates.some(({ $distinct_id: id }) => users.includes(String(id)))
      ? refusedUpdates("$set is broken")
      : good(updates.length);
}

describe("updates of profiles", () => {
  it("that come together go together, with the project's token", async () => {
    const { send, requests, sent } = setUpProfiles((updates) => good(updates.length));
    const [one, other] = await Promise.all([
      send([updateOf({ $distinct_id: "u1", $set: { a: 1 } })]),
      send([updateOf({ $distinct_id: "u2", $set: { b: 2 } })]),
    ]);
    assert.deepEqual([one.imported, other.imported], [1, 1]);
    assert.deepEqual(requests, [
      [
        { $distinct_id: "u1", $set: { a: 1 }, $token: PROJECT_TOKEN },
        { $distinct_id: "u2", $set: { b: 2 }, $token: PROJECT_TOKEN },
      ],
    ]);
    assert.equal(sent[0]?.path, "/engage?verbose=1&strict=1&ip=0");
  });

  it("go to /groups when they are of groups, in requests of their own", async () => {
    const { send, sent } = setUpProfiles((updates) => good(updates.length));
    const group = updateOf({ $group_key: "company", $group_id: "acme", $set: { a: 1 } });
    await Promise.all([send(updatesOf(1)), send([group], "groups")]);
    assert.deepEqual(sent.map(({ path }) => path.split("?")[0]).toSorted(), ["/engage", "/groups"]);
  });

  it("of one profile are never in two requests at once", async () => {
    let underWay = 0;
    const { send, requests } = setUpProfiles(async (updates) => {
      underWay++;
      await new Promise((resolve) => setTimeout(resolve, 2));
      assert.equal(underWay--, 1);
      return good(updates.length);
    });
    const one = (n: number) => send([updateOf({ $distinct_id: "u", $set: { n } })]);
    const sends = [one(1)];
    await new Promise((resolve) => setTimeout(resolve, 1));
    sends.push(one(2), one(3));
    await Promise.all(sends);
    assert.deepEqual(
      requests.flat().map(({ $set }) => $set),
      [{ n: 1 }, { n: 2 }, { n: 3 }],
    );
  });

  it("of many profiles go side by side, no more of them in a request than it may have", async () => {
    const { send, requests } = setUpProfiles((updates) => good(updates.length), {
      limits: { updates: 100, bytes: 2_097_152 },
    });
    const delivery = await send(updatesOf(1000));
    assert.equal(delivery.imported, 1000);
    assert.ok(requests.every(({ length }) => length <= 100));
    assert.ok(requests.length < 20, String(requests.length));
  });

  it("fill the requests that are in flight at once, and a busy profile holds up no other", async () => {
    const { promise: isReleased, resolve: release } = Promise.withResolvers<undefined>();
    const { send, requests } = setUpProfiles(
      async (updates) => {
        await isReleased;
        return good(updates.length);
      },
      { limits: { updates: 100, bytes: 2_097_152 }, maxInFlight: 4 },
    );
    const busy = Array.from({ length: 150 }, (_, n) =>
      updateOf({ $distinct_id: "busy", $set: { n } }),
    );
    const delivery = send([...busy, ...updatesOf(300)]);
    await until(() => requests.length === 4, "four requests");
    release(undefined);
    assert.equal((await delivery).imported, 450);
    // Two profiles may be in one lane.
    assert.equal(requests.length, 5);
    assert.ok(requests.slice(0, 4).every(({ length }) => length > 90));
    const ofBusy = requests.flat().filter(({ $distinct_id: id }) => id === "busy");
    assert.deepEqual(
      ofBusy.map(({ $set }) => $set),
      busy.map((_, n) => ({ n })),
    );
  });

  it("keep a request within its bytes", async () => {
    const { send, sent } = setUpProfiles((updates) => good(updates.length), {
      limits: { updates: 2000, bytes: 4096 },
    });
    assert.equal((await send(updatesOf(500))).imported, 500);
    for (const { body } of sent) assert.ok(Buffer.byteLength(body ?? "") <= 4096);
  });

  it("that must not be repeated go apart from the others, and in their order", async () => {
    const { send, requests } = setUpProfiles((updates) => good(updates.length));
    const set = { $distinct_id: "u1", $set: { n: 0 } };
    await send([updateOf(set), updateOf(ADD), updateOf(ADD), updateOf(set)]);
    assert.deepEqual(
      requests.map((updates) => updates.map((update) => Object.keys(update)[1])),
      [["$set"], ["$add", "$add"], ["$set"]],
    );
  });
});

describe("a response to updates", () => {
  it("without a count leaves them unconfirmed, and says so", async () => {
    for (const body of ['{"error":null,"status":1}', "1"]) {
      const { send, logged } = setUpProfiles(() => response(200, body));
      const { imported, unconfirmed, rejected, pending } = await send(updatesOf(3));
      assert.deepEqual([imported, unconfirmed, rejected, pending], [0, 3, [], []]);
      assert.deepEqual(logged, ["WARNING Updates unconfirmed"]);
    }
  });

  it("rejects those that it names by their place, when the count fits", async () => {
    for (const status of [0, 1]) {
      const { send, requests } = setUpProfiles(({ length }) =>
        response(200, {
          ...{ status, error: status === 0 ? "some failed" : null },
          ...{ errors: { "1": "bad value" }, num_good_events: length - 1 },
        }),
      );
      const { imported, rejected } = await send(updatesOf(3));
      assert.deepEqual([imported, requests.length], [2, 1]);
      const problem = { reason: "rejected", field: "", error: "bad value" };
      assert.deepEqual(rejected, [{ index: 1, problem }]);
    }
  });

  it("that refuses them as a whole has the culprits found by bisecting, in order", async () => {
    const { send, requests } = setUpProfiles(refusing("user-3", "user-700"));
    const { imported, rejected } = await send(updatesOf(1000));
    assert.equal(imported, 998);
    assert.deepEqual(
      rejected.map(({ index, problem }) => [index, problem.error]),
      [
        [3, "$set is broken"],
        [700, "$set is broken"],
      ],
    );
    assert.ok(requests.length < 60, String(requests.length));
  });

  it("that counts fewer is asked about again, then bisected", async () => {
    const { send } = setUpProfiles((updates) =>
      response(200, {
        ...{ error: null, errors: {}, status: 1 },
        num_good_events: updates.filter(({ $distinct_id: id }) => id !== "user-5").length,
      }),
    );
    const { imported, rejected } = await send(updatesOf(16));
    assert.deepEqual([imported, rejected.map(({ index }) => index)], [15, [5]]);
  });

  it("that may have stored an update has no earlier one of its profile sent again", async () => {
    const { send, requests } = setUpProfiles((updates, request) => {
      if (request === 3) return response(200, { error: null, status: 1 });
      const isBad = updates.some(({ $distinct_id: id }) => id === "bad");
      return isBad ? refusedUpdates() : good(updates.length);
    });
    const of = (id: string, n: number) => updateOf({ $distinct_id: id, $set: { n } });
    const { imported, unconfirmed } = await send([of("u", 1), of("u", 2), of("bad", 3)]);
    assert.deepEqual([imported, unconfirmed], [1, 1]);
    const sets = requests.flat().filter(({ $distinct_id: id }) => id === "u");
    assert.deepEqual(sets.at(-1)?.["$set"], { n: 2 });
  });

  it("that refuses everything gives nothing up", async () => {
    for (const count of [1, 2, 500]) {
      const { send, requests } = setUpProfiles(() => refusedUpdates());
      const { rejected, pending, retryReason } = await send(updatesOf(count));
      assert.deepEqual([rejected, pending.length], [[], count]);
      assert.equal(retryReason, "Mixpanel refuses whatever it is sent");
      assert.ok(requests.length <= 5, String(requests.length));
    }
  });

  it("gives everything up that is refused alone, at the last delivery", async () => {
    const { deliver } = setUpProfiles(() => refusedUpdates());
    const context = { ...CONTEXT, deliveryAttempt: 20 };
    assert.equal((await deliver("profiles", updatesOf(4), context)).rejected.length, 4);
  });

  it("gives up together what must not be repeated, once others passed", async () => {
    const { send, requests } = setUpProfiles((updates) =>
      updates.some((update) => "$add" in update) ? refusedUpdates("no $add") : good(updates.length),
    );
    assert.equal((await send([updateOf(ADD), updateOf(ADD)])).pending.length, 2);
    await send(updatesOf(1));
    const { rejected } = await send([updateOf(ADD), updateOf(ADD)]);
    assert.deepEqual([rejected.length, requests.length], [2, 3]);
  });

  it("that counts some of what must not be repeated leaves all of it unconfirmed", async () => {
    const { send, requests } = setUpProfiles(() =>
      response(200, { error: null, errors: {}, num_good_events: 1, status: 1 }),
    );
    const { unconfirmed } = await send([updateOf(ADD), updateOf(ADD)]);
    assert.deepEqual([unconfirmed, requests.length], [2, 1]);
  });

  it("of 400 that counts some of what must not be repeated leaves it unconfirmed, too", async () => {
    const { send, requests } = setUpProfiles(() =>
      response(400, { error: "one is bad", num_good_events: 1, status: 0 }),
    );
    const { unconfirmed } = await send([updateOf(ADD), updateOf(ADD)]);
    assert.deepEqual([unconfirmed, requests.length], [2, 1]);
  });

  it("that refuses an update alone and counts it all the same leaves that one unconfirmed", async () => {
    const { send, requests } = setUpProfiles((updates) => {
      const isOdd = updates.some(({ $distinct_id: id }) => id === "user-5");
      return isOdd
        ? response(200, { error: "odd", num_good_events: updates.length, status: 0 })
        : good(updates.length);
    });
    const { imported, unconfirmed, rejected, pending } = await send(updatesOf(16));
    assert.deepEqual([imported, unconfirmed, rejected, pending], [15, 1, [], []]);
    assert.ok(requests.length < 20, String(requests.length));
  });

  it("that counts more than there are does not hold them up", async () => {
    const { send, requests, logged } = setUpProfiles((updates) => good(2 * updates.length));
    assert.equal((await send(updatesOf(16))).unconfirmed, 16);
    assert.deepEqual([requests.length, logged], [1, ["WARNING Updates unconfirmed"]]);
  });

  it("of 413 has them split", async () => {
    const { send, requests } = setUpProfiles((updates, _, { body }) =>
      Buffer.byteLength(body ?? "") > 70_000 ? response(413, "") : good(updates.length),
    );
    assert.equal((await send(updatesOf(1500))).imported, 1500);
    assert.ok(requests.length < 8, String(requests.length));
  });

  it("of 401 or 403 opens the circuit breaker: nothing is moved", async () => {
    for (const status of [401, 403]) {
      const { send, circuitBreaker } = setUpProfiles(() =>
        response(status, { error: "no", status: "error" }),
      );
      assert.equal((await send(updatesOf(1))).pending.length, 1);
      assert.notEqual(circuitBreaker.reason(), undefined);
    }
  });

  it("that does not come leaves them pending, and what waits behind them", async () => {
    const { send } = setUpProfiles(async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return new UnavailableError("Mixpanel cannot be reached");
    });
    const one = updateOf({ $distinct_id: "u", $set: { n: 1 } });
    const sends = [send([one])];
    await new Promise((resolve) => setTimeout(resolve, 1));
    sends.push(send([one]));
    for (const { pending, retryReason } of await Promise.all(sends)) {
      assert.deepEqual(pending, [0]);
      assert.equal(retryReason, "Mixpanel cannot be reached");
    }
  });

  it("cannot hide a bug", async () => {
    const { send } = setUpProfiles(() => new TypeError("a bug"));
    await assert.rejects(send(updatesOf(2)), /a bug/);
  });
});
