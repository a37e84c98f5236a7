import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";

import { letterMatcher } from "../../../cli/replay/letter-filter.ts";
import type { DeadLetter } from "../../../cli/replay/letter.ts";
import { attributesBeforeForward, withOriginalAttributes } from "../../../cli/replay/letter.ts";
import { forwarded, passing, unchanged } from "../../../cli/replay/replacement.ts";
import { routeOf, type Destinations } from "../../../cli/replay/route.ts";
import { parseFilter } from "../../../local/pubsub/filter.ts";
import { deadLetter, ofObject } from "./dead-letters.ts";

const DESTINATIONS: Destinations = {
  eventsTopic: "projects/p/topics/events",
  objectsTopic: "projects/p/topics/objects",
  eventsSubscription: "projects/p/subscriptions/events",
  objectsSubscription: "projects/p/subscriptions/objects",
  filter: "",
  passes: () => true,
  keepsDeadLetters: true,
  landingBucket: "landing",
};
const FORWARDED = {
  CloudPubSubDeadLetterSourceSubscription: "objects",
  CloudPubSubDeadLetterSourceSubscriptionProject: "p",
};

function letter(data: string, attributes: Record<string, string> = {}): DeadLetter {
  const made = deadLetter(data, attributes);
  return {
    messageId: "9",
    publishTime: "2026-11-20T10:00:00Z",
    attributes: made.attributes,
    data: Buffer.from(data),
  };
}

const original = { "original.bucketId": "landing", "original.objectId": "o" };
const routes: readonly [string, DeadLetter, Partial<Destinations>, string][] = [
  ["a message's record", letter("{}"), {}, "records"],
  ["an object's record", letter("{}", ofObject("o", "3")), {}, "records"],
  ["an object's record by reference", letter("", ofObject("o", "3")), {}, "referenced"],
  ["a message's record by reference", letter(""), {}, "leave"],
  [
    "a quarantined object",
    letter("", { ...ofObject("o", ""), reason: "quarantined" }),
    {},
    "object",
  ],
  [
    "the head of a large record",
    letter("{", { ...ofObject("o", "3"), truncated: "true" }),
    {},
    "object",
  ],
  ["what was replayed three times", letter("{}", { replays: "3" }), {}, "leave"],
  ["what was replayed twice", letter("{}", { replays: "2" }), {}, "records"],
  ["of another version", letter("{}", { version: "2" }), {}, "leave"],
  ["what Pub/Sub forwarded", letter("{}", FORWARDED), {}, "forward"],
  ["forwarded by a stranger", letter("{}", FORWARDED), { objectsSubscription: "x" }, "leave"],
  [
    "a continuation that could not be read",
    letter("?", {
      ...{ source: DESTINATIONS.objectsSubscription, ...original },
      "original.objectGeneration": "5",
    }),
    {},
    "object",
  ],
  [
    "a message on the objects topic about nothing",
    letter("?", { source: DESTINATIONS.objectsSubscription }),
    {},
    "leave",
  ],
  ["a record that nobody would read", letter("{}"), { eventsSubscription: "" }, "leave"],
  [
    "one by reference that nobody would read",
    letter("", ofObject("o", "3")),
    { eventsSubscription: "" },
    "leave",
  ],
  [
    "an object that nobody would read",
    letter("", { ...ofObject("o", ""), reason: "quarantined" }),
    { objectsSubscription: "" },
    "leave",
  ],
];

for (const [name, given, destinations, kind] of routes)
  test(`${name}: ${kind}`, () => {
    assert.equal(routeOf(given, { ...DESTINATIONS, ...destinations }, 3).kind, kind);
  });

test("what is neither a function's nor Pub/Sub's is left", () => {
  const stranger = { ...letter("{}"), attributes: {} };
  assert.equal(routeOf(stranger, DESTINATIONS, 3).kind, "leave");
});

test("a quarantined object is imported with the quarantine off, a damaged one with it", () => {
  const reasons = ["quarantined", "unreadable"].map((reason) =>
    routeOf(letter("", { ...ofObject("o", ""), reason }), DESTINATIONS, 3),
  );
  assert.deepEqual(
    reasons.map((route) => route.kind === "object" && route.quarantineOff),
    [true, false],
  );
});

test("a forwarded message gets back what it came with, without what Pub/Sub added", () => {
  const attributes = { ...FORWARDED, kind: "web", googclient_schemaencoding: "JSON" };
  assert.deepEqual(attributesBeforeForward({ ...letter("{}"), attributes }), { kind: "web" });
});

test("an original attribute never passes for one of the dead letter", () => {
  const given = letter("{}", {
    "original.kind": "web",
    "original.bucketId": "b",
    "original.lines": "1",
  });
  const { attributes } = withOriginalAttributes(
    given,
    "attributes:kind AND attributes:bucketId AND attributes:lines",
  );
  assert.deepEqual(
    [attributes["kind"], attributes["bucketId"], attributes["lines"]],
    ["web", undefined, undefined],
  );
});

test("only attributes that a filter names come back: a message may have a hundred", () => {
  const many = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`original.k${index}`, "v"]),
  );
  const filter = 'attributes."k7" = "v"';
  const { attributes } = withOriginalAttributes(letter("{}", many), filter);
  assert.equal(attributes["k7"], "v");
  assert.ok(Object.keys(attributes).length <= 100);
});

test("a file of another bucket is left: importObject may not read it", () => {
  const given = letter("", { ...ofObject("o", ""), reason: "quarantined" });
  const route = routeOf(given, { ...DESTINATIONS, landingBucket: "mine" }, 3);
  assert.deepEqual(route, {
    kind: "leave",
    why: "its file is in another bucket: copy it to gs://mine",
  });
});

const object = letter("{}", { ...ofObject("2026/a.ndjson", "3"), field: "properties.time" });
const filters: readonly [Parameters<typeof letterMatcher>[0], boolean][] = [
  [{}, true],
  [{ reasons: ["invalid"] }, true],
  [{ reasons: ["malformed", "invalid"] }, true],
  [{ reasons: ["malformed"] }, false],
  [{ fields: ["properties.time"] }, true],
  [{ fields: ["properties"] }, false],
  [{ sources: ["gs://landing/2026/"] }, true],
  [{ sources: ["gs://landing/2026/a.ndjson#1"] }, true],
  [{ sources: ["gs://landing/*/*.ndjson"] }, true],
  [{ sources: ["gs://landing/*"] }, false],
  [{ sources: ["gs://other/", "gs://landing/"] }, true],
  [{ sources: ["landing"] }, false],
  [{ since: Date.UTC(2026, 10, 20, 10) }, true],
  [{ until: Date.UTC(2026, 10, 20, 10) }, false],
];

for (const [filter, isMeant] of filters)
  test(`${JSON.stringify(filter)} ${isMeant ? "means" : "leaves"} it`, () => {
    assert.equal(letterMatcher(filter)(object), isMeant);
  });

test("a letter without a time is meant unless a time is asked for", () => {
  const timeless = { ...object, publishTime: "" };
  assert.equal(letterMatcher({})(timeless), true);
  assert.equal(letterMatcher({ since: 0 })(timeless), false);
});

test("what a filter would drop is left: Pub/Sub says nothing of it", () => {
  const passed = (filter: string, attributes: Record<string, string>): boolean => {
    const given = withOriginalAttributes(letter("{}", attributes), filter);
    return passing(unchanged(given), parseFilter(filter)).kind === "replace";
  };
  assert.equal(passed('attributes.kind = "web"', { "original.kind": "web" }), true);
  assert.equal(passed('attributes.kind = "web"', { "original.kind": "app" }), false);
  assert.equal(passed('attributes.kind = "web"', ofObject("o", "3")), false);
  assert.equal(passed('attributes.kind = "web" OR attributes:replays', ofObject("o", "3")), true);
  // A name that dead letters use themselves, and one that a replay adds.
  assert.equal(passed('attributes.source = "web"', { "original.source": "web" }), false);
  assert.equal(passed("NOT attributes:replays", {}), false);
});

test("what Pub/Sub forwarded is compressed when it fits into no request, and else left", () => {
  const large = letter(JSON.stringify({ text: "x".repeat(9_000_000) }), FORWARDED);
  const sent = forwarded(large);
  assert.equal(sent.kind, "replace");
  assert.deepEqual(gunzipSync(Buffer.from(sent.messages[0]?.data ?? "")), large.data);
  const noise = { ...large, data: randomBytes(8_000_000) };
  assert.equal(forwarded(noise).kind, "leave");
});
