import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { createRunUpdates } from "../../../functions/objects/run-updates.ts";
import { response } from "../support/fake-mixpanel.ts";
import { CONTEXT, good, setUpProfiles, updateOf } from "../support/fake-profiles.ts";

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe("the updates of a run", () => {
  it("wait for the next run once one is pending, while others sent with it are in flight", async () => {
    const { promise: isReleased, resolve: release } = Promise.withResolvers<undefined>();
    const { deliver, requests } = setUpProfiles(
      async (updates) => {
        if (updates[0]?.["$distinct_id"] === "u1") return response(500, "");
        await isReleased;
        return good(updates.length);
      },
      { limits: { updates: 1, bytes: 2_097_152 } },
    );
    const send = createRunUpdates(deliver);
    const ofUser = (id: string, n: number) => updateOf({ $distinct_id: id, $set_once: { n } });
    const first = send("profiles", [ofUser("u1", 1), ofUser("u2", 1)], CONTEXT);
    await turn();
    assert.equal(requests.length, 2);

    const second = send("profiles", [ofUser("u1", 2), ofUser("u3", 2)], CONTEXT);
    await turn();
    assert.equal(requests.length, 2, "a later update was sent before the pending one");
    assert.deepEqual((await second).pending, [0, 1]);

    release(undefined);
    const { imported, pending, retryReason } = await first;
    assert.deepEqual([imported, pending], [1, [0]]);
    assert.equal((await second).retryReason, retryReason);
  });
});
