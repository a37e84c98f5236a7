import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { dropIdentifyingValues } from "../../../functions/transforms/steps.ts";
import { apply, applyTo, withProperties } from "./contexts.ts";

const IDENTIFYING = [
  "a@example.com",
  "Mail me: first.last+tag@mail.example.co.uk!",
  "mailto:a%40example.com",
  "jürgen@exämple.de",
  "+43 660 1234567",
  "+14155550123",
  "0043 660 1234567",
  "(415) 555-0123",
  "call 415-555-0123 today",
  "415.555.0123",
  "06 12 34 56 78",
  "203.0.113.9",
  "from 203.0.113.9:443",
  "2001:db8::1",
  "::ffff:203.0.113.9",
  "[2001:db8::8a2e:370:7334]",
];

const HARMLESS = [
  "pro",
  "",
  "@handle",
  "a @ b",
  "2026-01-31T23:59:59Z",
  "2026-01-31 23:59:59",
  "31.01.2026",
  "12:30:45",
  "1769903999",
  "9007199254740993",
  "3.14159265358979",
  "1.2.3",
  "144.0.7559.59.1",
  "6782164b-38d4-4207-9b74-cdda0cb880bc",
  "std::string",
  "https://example.com/a?b=1",
  "$1,234,567,890.00",
];

describe("dropIdentifyingValues", () => {
  for (const text of IDENTIFYING)
    test(`removes ${JSON.stringify(text)}`, () => {
      assert.deepEqual(applyTo(dropIdentifyingValues(), { text, plan: "pro" }), { plan: "pro" });
    });

  for (const text of HARMLESS)
    test(`keeps ${JSON.stringify(text)}`, () => {
      const record = withProperties({ text });
      assert.equal(apply(dropIdentifyingValues(), record), record);
    });

  test("looks into objects and lists, and beside the properties", () => {
    const step = dropIdentifyingValues();
    const record = {
      event: "E",
      note: "a@example.com",
      properties: { user: { mail: "a@example.com", plan: "pro" }, list: ["x", "203.0.113.9"] },
    };
    assert.deepEqual(apply(step, record), {
      event: "E",
      properties: { user: { plan: "pro" }, list: ["x"] },
    });
  });

  test("empties a distinct_id, and keeps the time and the id of the event", () => {
    const properties = {
      time: "1769903999",
      distinct_id: "a@example.com",
      $insert_id: "415-555-0123",
    };
    assert.deepEqual(applyTo(dropIdentifyingValues(), properties), {
      time: "1769903999",
      distinct_id: "",
      $insert_id: "415-555-0123",
    });
  });

  test("takes plain digits for a phone number only by the property's name", () => {
    const properties = { mobilePhone: 4155550123, phone: "4155550123", order: "4155550123" };
    assert.deepEqual(applyTo(dropIdentifyingValues(), properties), { order: "4155550123" });
  });

  test("looks only for the kinds that are named", () => {
    const properties = { mail: "a@example.com", ip: "203.0.113.9", phone: "+14155550123" };
    assert.deepEqual(applyTo(dropIdentifyingValues("email"), properties), {
      ip: "203.0.113.9",
      phone: "+14155550123",
    });
  });

  test("takes a text of a megabyte in one pass", () => {
    const texts = ["@", "a.", "1 ", "a", "1.", ":", "1"].map((part) => part.repeat(300_000));
    const startedAt = performance.now();
    for (const text of texts) applyTo(dropIdentifyingValues(), { text });
    // A search that begins anew at every character takes minutes.
    assert.ok(performance.now() - startedAt < 10_000);
  });
});
