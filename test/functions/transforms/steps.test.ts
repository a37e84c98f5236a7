import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { describe, test } from "node:test";

import type { JsonRecord, Transform } from "../../../functions/event/transform-contract.ts";
import {
  addProperties,
  allowProperties,
  capProperties,
  distinctIdFrom,
  dropEvents,
  dropProperties,
  emptyPlaceholderIds,
  flattenProperties,
  hashProperties,
  keepEvents,
  pickProperties,
  renameProperties,
  restampRecent,
  sampleUsers,
} from "../../../functions/transforms/steps.ts";
import { apply, applyTo, IN_MESSAGE, withProperties } from "./contexts.ts";

const KEY = "a key of more than 16 bytes";
const hmac = (text: string) => createHmac("sha256", KEY).update(text).digest("hex");
const salted = (text: string) => createHash("sha256").update(`${KEY}${text}`).digest("hex");
const hmacKey = { hmacKey: KEY };

interface Case {
  readonly name: string;
  readonly step: Transform;
  readonly properties: JsonRecord;
  readonly expected: JsonRecord;
}

const IMPORTED = { time: 1, distinct_id: "u", $insert_id: "i" };

const CASES: readonly Case[] = [
  {
    name: "pickProperties keeps those named and what an import needs",
    step: pickProperties("plan", /^utm_/),
    properties: { ...IMPORTED, plan: "pro", utm_source: "mail", email: "a@b.co" },
    expected: { ...IMPORTED, plan: "pro", utm_source: "mail" },
  },
  {
    name: "dropProperties removes by name and by pattern",
    step: dropProperties("email", /^_/g),
    properties: { email: "a@b.co", _a: 1, _b: 2, plan: "pro" },
    expected: { plan: "pro" },
  },
  {
    name: "renameProperties replaces a property that has the new name",
    step: renameProperties({ userId: "$user_id" }),
    properties: { $user_id: "old", userId: "new", plan: "pro" },
    expected: { $user_id: "new", plan: "pro" },
  },
  {
    name: "renameProperties swaps two",
    step: renameProperties({ a: "b", b: "a" }),
    properties: { a: 1, b: 2 },
    expected: { b: 1, a: 2 },
  },
  {
    name: "addProperties replaces what is there",
    step: addProperties({ source: "warehouse" }),
    properties: { source: "web", plan: "pro" },
    expected: { source: "warehouse", plan: "pro" },
  },
  {
    name: "distinctIdFrom takes the first field with an id",
    step: distinctIdFrom("user_id", "anonymous_id"),
    properties: { user_id: null, anonymous_id: 12345678901234567890n },
    expected: {
      user_id: null,
      anonymous_id: 12345678901234567890n,
      distinct_id: "12345678901234567890",
    },
  },
  {
    name: "distinctIdFrom passes placeholders over and makes an event without a user",
    step: distinctIdFrom("user_id"),
    properties: { user_id: "NULL" },
    expected: { user_id: "NULL", distinct_id: "" },
  },
  ...["null", "Anonymous", "00000000-0000-0000-0000-000000000000", 0, -1, true, null].map((id) => ({
    name: `emptyPlaceholderIds empties ${JSON.stringify(id)}`,
    step: emptyPlaceholderIds(),
    properties: { distinct_id: id },
    expected: { distinct_id: "" },
  })),
  {
    name: "hashProperties makes an HMAC of texts, of numbers as text, and of the elements of a list",
    step: hashProperties(["distinct_id", "phone", "emails", "absent"], hmacKey),
    properties: { distinct_id: "u", phone: 123, emails: ["a@b.co", "c@d.co"], plan: "pro" },
    expected: {
      distinct_id: hmac("u"),
      phone: hmac("123"),
      emails: [hmac("a@b.co"), hmac("c@d.co")],
      plan: "pro",
    },
  },
  {
    name: "hashProperties makes a SHA-256 of salt and value",
    step: hashProperties(["email"], { salt: KEY }),
    properties: { email: "ä@b.co" },
    expected: { email: salted("ä@b.co") },
  },
  {
    name: "hashProperties hashes other values as JSON",
    step: hashProperties(["who"], hmacKey),
    properties: { who: { id: 9007199254740993n } },
    expected: { who: hmac('{"id":9007199254740993}') },
  },
  {
    name: "hashProperties leaves what identifies nobody",
    step: hashProperties(["distinct_id", "email", "phone"], hmacKey),
    properties: { distinct_id: "anonymous", email: "", phone: null },
    expected: { distinct_id: "anonymous", email: "", phone: null },
  },
  {
    name: "flattenProperties spreads objects, not lists",
    step: flattenProperties(),
    properties: { cart: { total: { net: 9 }, items: [{ id: 1 }] }, empty: {}, plan: "pro" },
    expected: { "cart.total.net": 9, "cart.items": [{ id: 1 }], empty: {}, plan: "pro" },
  },
  {
    name: "flattenProperties lets a property that has the name win",
    step: flattenProperties("_"),
    properties: { a: { b: 1 }, a_b: 2 },
    expected: { a_b: 2 },
  },
  {
    name: "capProperties cuts texts and names on a character, but no ids",
    step: capProperties(),
    properties: { distinct_id: "d".repeat(300), ["n".repeat(300)]: "é".repeat(200) },
    expected: { distinct_id: "d".repeat(300), ["n".repeat(255)]: "é".repeat(127) },
  },
  {
    name: "capProperties makes text of what is too deep",
    step: capProperties(),
    properties: {
      a: { b: { c: { d: { e: 1 } } }, l: [[[[1]]]] },
      big: [[[{ n: 9007199254740993n }]]],
    },
    expected: {
      a: { b: { c: { d: '{"e":1}' } }, l: [["[[1]]"]] },
      big: [[['{"n":9007199254740993}']]],
    },
  },
  {
    name: "restampRecent keeps the time of day, in the unit it came in",
    step: restampRecent(() => Date.UTC(2026, 5, 10, 12)),
    properties: { time: Date.UTC(2020, 0, 1, 13) / 1000 },
    expected: { time: Date.UTC(2026, 5, 9, 13) / 1000 },
  },
  {
    name: "restampRecent takes milliseconds",
    step: restampRecent(() => Date.UTC(2026, 5, 10, 12)),
    properties: { time: Date.UTC(2020, 0, 1, 11) },
    expected: { time: Date.UTC(2026, 5, 10, 11) },
  },
];

describe("a step", () => {
  for (const { name, step, properties, expected } of CASES)
    test(name, () => {
      assert.deepEqual(applyTo(step, properties), expected);
    });
});

const UNTOUCHED: readonly (readonly [string, Transform])[] = [
  ["pickProperties", pickProperties("plan")],
  ["dropProperties", dropProperties("email")],
  ["renameProperties", renameProperties({ userId: "$user_id" })],
  ["allowProperties", allowProperties({ E: ["plan"] })],
  ["distinctIdFrom", distinctIdFrom("user_id")],
  ["emptyPlaceholderIds", emptyPlaceholderIds()],
  ["hashProperties", hashProperties(["email"], hmacKey)],
  ["flattenProperties", flattenProperties()],
  ["capProperties", capProperties()],
  ["keepEvents", keepEvents("E")],
  ["dropEvents", dropEvents("F")],
  ["sampleUsers", sampleUsers(100)],
];

for (const [name, step] of UNTOUCHED)
  test(`${name} returns the very record when nothing changes, so that its bytes are kept`, () => {
    const record = withProperties({ ...IMPORTED, plan: "pro" });
    assert.equal(apply(step, record), record);
  });

test("a step leaves a record without properties to the checks", () => {
  const record = { event: "E", properties: [1] };
  for (const [, step] of UNTOUCHED) assert.equal(apply(step, record), record);
});

test("a member called __proto__ is a property like any other", () => {
  const properties = JSON.parse('{"__proto__":{"a":1},"plan":"pro"}') as JsonRecord;
  const text = JSON.stringify(applyTo(dropProperties("plan"), properties));
  assert.equal(text, '{"__proto__":{"a":1}}');
});

test("keepEvents and dropEvents decide by name", () => {
  const names = ["Signed Up", "Order Placed", "Order Paid", "Heartbeat"];
  const left = (step: Transform) =>
    names.filter((name) => apply(step, withProperties({}, name)) !== null);
  assert.deepEqual(left(keepEvents("Signed Up", /^Order P/g)), names.slice(0, 3));
  assert.deepEqual(left(dropEvents("Heartbeat", /Paid$/)), names.slice(0, 2));
});

test("a record without a name is not left out unseen", () => {
  assert.throws(() => apply(keepEvents("E"), { properties: {} }), /no event name/);
});

test("allowProperties lets through only what is listed", () => {
  const step = allowProperties({ E: ["plan"], "*": [] });
  const properties = { ...IMPORTED, plan: "pro", email: "a@b.co" };
  assert.deepEqual(apply(step, { ...withProperties(properties), note: "secret" }), {
    event: "E",
    properties: { ...IMPORTED, plan: "pro" },
  });
  assert.deepEqual(apply(step, withProperties(properties, "F")), {
    event: "F",
    properties: IMPORTED,
  });
  assert.equal(apply(allowProperties({ E: [] }), withProperties(properties, "F")), null);
});

test("capProperties keeps an event within 254 properties, what an import needs among them", () => {
  const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`p${index}`, index]));
  const list = Array.from({ length: 300 }, (_, index) => index);
  const capped = applyTo(capProperties(), { ...many, ...IMPORTED, list }) as JsonRecord;
  assert.equal(Object.keys({ ...capped, ip: 0 }).length, 254);
  assert.equal(capped["time"], 1);
  const nested = applyTo(capProperties(), { list, many }) as { list: unknown[]; many: object };
  assert.equal(nested.list.length, 254);
  assert.equal(Object.keys(nested.many).length, 254);
});

for (const secret of [{ hmacKey: "short" }, { salt: "" }])
  test(`hashProperties refuses the secret ${JSON.stringify(secret)}`, () => {
    assert.throws(() => hashProperties(["email"], secret), /at least 16 bytes/);
  });

test("without a secret of its own, hashProperties uses that of the stack", () => {
  const step = hashProperties(["email"]);
  const hashed = step(withProperties({ email: "a@b.co" }), { ...IN_MESSAGE, secret: KEY });
  assert.deepEqual(hashed, withProperties({ email: hmac("a@b.co") }));
  const again = { ...IN_MESSAGE, secret: `${KEY}, another` };
  assert.notDeepEqual(step(withProperties({ email: "a@b.co" }), again), hashed);
  assert.throws(
    () => step(withProperties({ email: "a@b.co" }), IN_MESSAGE),
    /pulumi config set --secret transformSecret/,
  );
});

test("sampleUsers keeps whole users, about as many as asked for, and the same ones in a larger sample", () => {
  const users = Array.from({ length: 5000 }, (_, index) => `user-${index}`);
  const kept = (step: Transform) =>
    users.filter((user) => apply(step, withProperties({ distinct_id: user, time: 1 })) !== null);
  const ten = kept(sampleUsers(10));
  const twenty = new Set(kept(sampleUsers(20)));
  assert.ok(ten.length > 400 && ten.length < 600, `${ten.length} of 5000`);
  assert.ok(ten.every((user) => twenty.has(user)));
  assert.notDeepEqual(kept(sampleUsers(10, "another")), ten);
  assert.deepEqual(
    apply(sampleUsers(10), withProperties({ distinct_id: ten[0], time: 2 })),
    withProperties({ distinct_id: ten[0], time: 2 }),
  );
});

for (const percent of [0, -1, 101, NaN])
  test(`sampleUsers refuses ${percent} percent`, () => {
    assert.throws(() => sampleUsers(percent), /percentage/);
  });
