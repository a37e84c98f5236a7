import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { start, vector } from "../vector-test.ts";
import {
  groupOf,
  groupUpdate,
  OK_STRICT,
  OK_VERBOSE,
  sendUpdates,
  TOKEN,
  type Update,
  userUpdate,
} from "./profile-client.ts";

const GROUPS = { endpoint: "groups" } as const;
const G = groupUpdate();

describe("/groups", () => {
  vector(39, "O", "takes every operator but those that add", async () => {
    const simulator = await start();
    const changes: readonly (readonly [Update, unknown])[] = [
      [{ $set: { a: 1 } }, { a: 1 }],
      [{ $set_once: { a: 2, l: ["x"] } }, { a: 1, l: ["x"] }],
      [{ $union: { l: ["y"] } }, { a: 1, l: ["x", "y"] }],
      [{ $remove: { l: "x" } }, { a: 1, l: ["y"] }],
      [{ $unset: ["a"] }, { l: ["y"] }],
      [{ $delete: "" }, undefined],
    ];
    for (const [keys, expected] of changes) {
      const { json } = await sendUpdates(simulator, [groupUpdate(keys)], GROUPS);
      assert.deepEqual(json, OK_VERBOSE);
      assert.deepEqual(groupOf(simulator), expected);
    }
    assert.deepEqual([...simulator.profiles()], []);
  });

  it("responds strictly as /engage does", async () => {
    const request = { ...GROUPS, query: "?strict=1&verbose=1" };
    const { json } = await sendUpdates(await start(), [G, G], request);
    assert.deepEqual(json, OK_STRICT(2));
  });

  it("tells groups with other keys apart", async () => {
    const simulator = await start();
    const other = groupUpdate({ $group_key: "k2", $set: { b: 2 } });
    await sendUpdates(simulator, [G, other], { ...GROUPS, query: "?strict=1&ip=0" });
    assert.deepEqual(
      [...simulator.profiles({ kind: "group" })],
      [
        {
          $group_key: "k",
          $group_id: "g",
          $properties: { a: 1 },
          $last_seen: "2026-11-20T12:00:00",
        },
        {
          $group_key: "k2",
          $group_id: "g",
          $properties: { b: 2 },
          $last_seen: "2026-11-20T12:00:00",
        },
      ],
    );
  });

  vector(40, "O", "refuses a $distinct_id", async () => {
    const simulator = await start();
    const { json } = await sendUpdates(simulator, [{ ...G, $distinct_id: "u1" }], GROUPS);
    const error = "$distinct_id, must not be in an update of a group";
    assert.deepEqual(json, { error, status: 0 });
    assert.equal(groupOf(simulator), undefined);
  });

  vector(41, "I", "refuses an update without a key or an id", async () => {
    const simulator = await start();
    for (const name of ["$group_id", "$group_key"])
      for (const missing of [undefined, "", null]) {
        const { json } = await sendUpdates(simulator, [{ ...G, [name]: missing }], GROUPS);
        assert.deepEqual(json, { error: `${name}, missing or empty`, status: 0 });
      }
  });

  vector(42, "D", "refuses $add and $append, or accepts them without effect", async () => {
    const simulator = await start();
    for (const keys of [{ $add: { n: 1 } }, { $append: { l: 1 } }]) {
      const send = async () => (await sendUpdates(simulator, [groupUpdate(keys)], GROUPS)).json;
      simulator.setSwitches({ groupAdditions: "refuse" });
      const error = `${Object.keys(keys).join("")}, not supported for groups`;
      assert.deepEqual(await send(), { error, status: 0 });
      simulator.setSwitches({ groupAdditions: "ignore" });
      assert.deepEqual(await send(), OK_VERBOSE);
      assert.equal(groupOf(simulator), undefined);
    }
  });

  vector(43, "I", "accepts a key the project does not have, and shows nothing", async () => {
    const project = { id: "1", token: TOKEN, groupKeys: ["company"] };
    const simulator = await start({ projects: [project] });
    assert.deepEqual((await sendUpdates(simulator, [G], GROUPS)).json, OK_VERBOSE);
    const company = groupUpdate({ $group_key: "company", $group_id: "acme", $set: { a: 1 } });
    await sendUpdates(simulator, [company], GROUPS);
    assert.deepEqual(groupOf(simulator), undefined);
    assert.ok(groupOf(simulator, "acme"));
    simulator.setSwitches({ unknownGroupKey: "refuse" });
    const { json } = await sendUpdates(simulator, [G], GROUPS);
    assert.deepEqual(json, { error: "$group_key, unknown", status: 0 });
  });

  it("and /engage refuse each other's updates", async () => {
    const simulator = await start();
    const group = (await sendUpdates(simulator, [G])).json;
    assert.deepEqual(group, { error: "$distinct_id, missing or empty", status: 0 });
    assert.match((await sendUpdates(simulator, [userUpdate()], GROUPS)).text, /"status":0/);
  });
});
