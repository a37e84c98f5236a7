import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { Simulator } from "../../../../local/mixpanel/simulator.ts";
import { start, vector } from "../vector-test.ts";
import { OK_VERBOSE, sendUpdates, type Update, userOf, userUpdate } from "./profile-client.ts";

/** Sends updates of one user, each in a request of its own; all have to be accepted. */
async function update(simulator: Simulator, ...updates: readonly Update[]): Promise<unknown> {
  for (const keys of updates)
    assert.deepEqual((await sendUpdates(simulator, [userUpdate(keys)])).json, OK_VERBOSE);
  return userOf(simulator);
}

async function assertRefused(simulator: Simulator, ...updates: readonly Update[]): Promise<void> {
  for (const keys of updates) {
    const { status, text } = await sendUpdates(simulator, [userUpdate(keys)]);
    assert.equal(status, 200);
    assert.match(text, /^\{"error":"[^"]+","status":0\}$/, JSON.stringify(keys));
  }
}

describe("which operators there are", () => {
  vector(21, "O", "an update without a known one is refused", async () => {
    await assertRefused(await start(), {}, { $increment: { a: 1 } }, { set: { a: 1 } });
  });

  vector(22, "C", "an update with two is refused, or both are applied", async () => {
    const simulator = await start();
    const both = { $set: { a: 1 }, $add: { b: 2 } };
    await assertRefused(simulator, both);
    assert.equal(userOf(simulator), undefined);
    simulator.setSwitches({ severalOperators: "apply" });
    assert.deepEqual(await update(simulator, both), { a: 1, b: 2 });
  });

  it("keys that are none are let pass", async () => {
    const keys = { $set: { a: 1 }, $device_id: "d", $user_id: "u", mp_lib: "x" };
    assert.deepEqual(await update(await start(), keys), { a: 1 });
  });
});

describe("what operators do", () => {
  vector(23, "D", "$set adds and overwrites", async () => {
    const changes = [{ $set: { a: 1, b: 1 } }, { $set: { b: 2, c: null } }];
    assert.deepEqual(await update(await start(), ...changes), { a: 1, b: 2, c: null });
  });

  vector(24, "D", "$set_once leaves what is there", async () => {
    const changes = [{ $set: { a: 1 } }, { $set_once: { a: 2, b: 2 } }];
    assert.deepEqual(await update(await start(), ...changes), { a: 1, b: 2 });
  });

  vector(25, "D", "$add adds to nothing, and takes negative numbers", async () => {
    const simulator = await start();
    assert.deepEqual(await update(simulator, { $add: { a: 5 } }), { a: 5 });
    assert.deepEqual(await update(simulator, { $add: { a: -2 } }), { a: 3 });
  });

  vector(26, "I", "$add refuses what is no number", async () => {
    const values = ["x", "1", null, [1], {}];
    await assertRefused(await start(), ...values.map((a) => ({ $add: { a } })));
  });

  vector(27, "O", "$add leaves a text as it is, and says nothing", async () => {
    const changes = [{ $set: { a: "100" } }, { $add: { a: 1 } }];
    assert.deepEqual(await update(await start(), ...changes), { a: "100" });
  });

  vector(28, "D", "$add counts twice what is delivered twice", async () => {
    const change = { $add: { a: 1 } };
    assert.deepEqual(await update(await start(), change, change), { a: 2 });
  });

  vector(29, "C", "$add counts twice with the same $time, or once", async () => {
    const change = { $add: { a: 1 }, $time: 1_700_000_000 };
    const simulator = await start();
    assert.deepEqual(await update(simulator, change, change), { a: 2 });
    simulator.clear();
    simulator.setSwitches({ sameTime: "ignore" });
    assert.deepEqual(await update(simulator, change, change), { a: 1 });
    const { $time, ...untimed } = change;
    assert.deepEqual(await update(simulator, { ...change, $time: $time + 1 }), { a: 2 });
    assert.deepEqual(await update(simulator, untimed, untimed), { a: 4 });
  });

  vector(30, "D", "$append makes a list, and appends", async () => {
    const change = { $append: { l: "a" } };
    assert.deepEqual(await update(await start(), change, change), { l: ["a", "a"] });
  });

  vector(31, "C", "$append takes a list for one element", async () => {
    const change = { $append: { l: ["a", "b"] } };
    assert.deepEqual(await update(await start(), change), { l: [["a", "b"]] });
  });

  vector(32, "D", "$union adds what is not there", async () => {
    const changes = [{ $union: { l: ["a", "b"] } }, { $union: { l: ["b", "c", "c"] } }];
    const simulator = await start();
    assert.deepEqual(await update(simulator, ...changes), { l: ["a", "b", "c"] });
    assert.deepEqual(await update(simulator, ...changes), { l: ["a", "b", "c"] });
  });

  vector(33, "I", "$union refuses what is no list of texts and numbers", async () => {
    const values = ["a", [], [{}], [null], [["a"]]];
    await assertRefused(await start(), ...values.map((l) => ({ $union: { l } })));
  });

  vector(34, "D", "$remove leaves a list without the value as it is", async () => {
    const changes = [{ $union: { l: ["a"] } }, { $remove: { l: "zz", other: "a" } }];
    assert.deepEqual(await update(await start(), ...changes), { l: ["a"] });
  });

  it("$remove takes all copies or the first, a list as one element or as several", async () => {
    const list = { $set: { l: ["a", "b", "a", ["a", "b"]] } };
    const removed = async (switches: object, l: unknown) => {
      const simulator = await start({ switches });
      const properties = await update(simulator, list, { $remove: { l } });
      await simulator.stop();
      return properties;
    };
    assert.deepEqual(await removed({}, "a"), { l: ["b", ["a", "b"]] });
    const first = { removeDuplicates: "first" };
    assert.deepEqual(await removed(first, "a"), { l: ["b", "a", ["a", "b"]] });
    assert.deepEqual(await removed({}, ["a", "b"]), { l: ["a", "b", "a"] });
    assert.deepEqual(await removed({ removeLists: "each" }, ["a", "b"]), { l: [["a", "b"]] });
  });

  vector(35, "D", "$unset takes a list of names that is not empty", async () => {
    const simulator = await start();
    const changes = [{ $set: { a: 1, b: 2 } }, { $unset: ["a", "none"] }];
    assert.deepEqual(await update(simulator, ...changes), { b: 2 });
    await assertRefused(simulator, { $unset: [] }, { $unset: { b: 1 } }, { $unset: "b" });
    assert.deepEqual(userOf(simulator), { b: 2 });
  });

  vector(36, "D+O", "$delete deletes, whatever it is given", async () => {
    const simulator = await start();
    for (const $delete of ["", null, "x", "null"])
      assert.equal(await update(simulator, { $set: { a: 1 } }, { $delete }), undefined);
    assert.deepEqual(await update(simulator, { $set: { b: 1 } }), { b: 1 });
  });

  it("$remove and $unset make no profile", async () => {
    const simulator = await start();
    assert.equal(await update(simulator, { $unset: ["a"] }, { $remove: { l: 1 } }), undefined);
  });

  it("refuses what is not of an operator's shape", async () => {
    const operators = ["$set", "$set_once", "$add", "$append", "$union", "$remove"];
    const simulator = await start();
    for (const operator of operators)
      await assertRefused(simulator, ...[null, "a", 1, []].map((value) => ({ [operator]: value })));
  });
});

describe("when and where", () => {
  vector(37, "C", "a late update wins, or the one with the later $time", async () => {
    const changes = [
      { $set: { a: "new" }, $time: 1_700_000_100 },
      { $set: { a: "old", b: 1 }, $time: 1_700_000_000_000 },
    ];
    const simulator = await start();
    assert.deepEqual(await update(simulator, ...changes), { a: "old", b: 1 });
    simulator.clear();
    simulator.setSwitches({ updateOrder: "time" });
    assert.deepEqual(await update(simulator, ...changes), { a: "new", b: 1 });
  });

  it("a batch is applied in its order, or backwards", async () => {
    const batch = [1, 2, 3].map((a) => userUpdate({ $set: { a } }));
    const simulator = await start();
    await sendUpdates(simulator, batch);
    assert.deepEqual(userOf(simulator), { a: 3 });
    simulator.setSwitches({ batchOrder: "reversed" });
    await sendUpdates(simulator, batch);
    assert.deepEqual(userOf(simulator), { a: 1 });
  });

  vector(38, "D", "the caller's place is written unless $ip or ip=0 say no", async () => {
    const simulator = await start();
    const placed = async (query: string, keys: Update = {}) => {
      simulator.clear();
      const headers = { "x-forwarded-for": "192.0.2.1" };
      await sendUpdates(simulator, [userUpdate({ $set: { a: 1 }, ...keys })], { query, headers });
      const properties = userOf(simulator);
      assert.ok(typeof properties === "object" && properties !== null);
      return "$city" in properties ? properties.$city : undefined;
    };
    assert.equal(await placed(""), "City of 192.0.2.1");
    assert.equal(await placed("?ip=1"), "City of 192.0.2.1");
    assert.equal(await placed("?ip=0"), undefined);
    assert.equal(await placed("", { $ip: "0" }), undefined);
    assert.equal(await placed("", { $ip: "198.51.100.7" }), "City of 198.51.100.7");
    assert.equal(await placed("?ip=0", { $ip: "198.51.100.7" }), undefined);
    simulator.setSwitches({ ipParameter: "yields" });
    assert.equal(await placed("?ip=0", { $ip: "198.51.100.7" }), "City of 198.51.100.7");
    const coordinates = { $latitude: 47.4, $longitude: 8.5 };
    assert.equal(await placed("?ip=0", coordinates), "City of 47.4,8.5");
    assert.equal(await placed("", { $set: undefined, $add: { a: 1 } }), undefined);
  });

  it("$last_seen is the time of the last $set, unless $ignore_time", async () => {
    const simulator = await start();
    const lastSeen = () => [...simulator.profiles()][0]?.$last_seen;
    await update(simulator, { $set: { a: 1 } });
    assert.equal(lastSeen(), "2026-11-20T12:00:00");
    simulator.clock.advance(1000);
    await update(simulator, { $set: { a: 2 }, $ignore_time: true }, { $add: { a: 1 } });
    assert.equal(lastSeen(), "2026-11-20T12:00:00");
    await update(simulator, { $set: { a: 1 } });
    assert.equal(lastSeen(), "2026-11-20T12:00:01");
  });

  vector(46, "D", "an update that makes too many properties has no effect", async () => {
    const names = Array.from({ length: 2000 }, (_, index) => `p${index}`);
    const simulator = await start();
    const full = { $set: Object.fromEntries(names.map((name) => [name, 1])) };
    const before = await update(simulator, full);
    assert.deepEqual(await update(simulator, { $set: { new: 1 } }), before);
    simulator.setSwitches({ propertyOverflow: "refuse" });
    await assertRefused(simulator, { $set: { new: 1 } });
    assert.notDeepEqual(await update(simulator, { $set: { p0: 2 } }), before);
    await update(simulator, { $unset: ["p0"] }, { $set: { new: 1 } });
  });

  it("long names and texts are cut, large lists and objects refused", async () => {
    const simulator = await start();
    const set = { $set: { ["n".repeat(300)]: "ü".repeat(300) } };
    const expected = { ["n".repeat(255)]: "ü".repeat(127) };
    assert.deepEqual(await update(simulator, set), expected);
    await update(simulator, { $unset: ["n".repeat(300)] }, { $set: { l: ["x".repeat(262_140)] } });
    await assertRefused(
      simulator,
      { $set: { l: ["x".repeat(262_141)] } },
      { $append: { l: { a: "x".repeat(262_144) } } },
    );
  });

  it("a property may have any name", async () => {
    const simulator = await start();
    const set = JSON.parse('{"$set":{"__proto__":{"a":1},"constructor":1}}') as Update;
    const properties = await update(simulator, set);
    assert.equal(JSON.stringify(properties), '{"__proto__":{"a":1},"constructor":1}');
  });
});
