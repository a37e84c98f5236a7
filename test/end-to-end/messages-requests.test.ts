import assert from "node:assert/strict";
import { test } from "node:test";

import { pushEnvelope } from "../support/factories.ts";
import { startMessageCloud } from "../support/local-cloud.ts";
import {
  countStatuses,
  eventText,
  mixpanelOf,
  push,
  requestMessages,
  shownOf,
} from "./message-scenario.ts";

const TOKEN = "0123456789recognisabletoken";

test("requests to importMessages", async (t) => {
  const cloud = await startMessageCloud(t, { mixpanel: { token: TOKEN } });
  const mixpanel = mixpanelOf(cloud);

  await t.test("only POST is allowed", async () => {
    for (const method of ["GET", "PUT", "DELETE"])
      assert.equal((await requestMessages(cloud, "", { method })).status, 405, method);
  });

  const noEnvelopes: readonly { name: string; body: string; contentType?: string }[] = [
    { name: "nothing", body: "" },
    { name: "no JSON", body: "{" },
    { name: "an array", body: "[]" },
    { name: "no message", body: "{}" },
    { name: "a message that is a text", body: '{"message":"hello"}' },
    { name: "data that is a number", body: '{"message":{"data":1}}' },
    { name: "data that is not base64", body: '{"message":{"data":"{\\"event\\":1}"}}' },
    { name: "base64 that is cut off", body: '{"message":{"data":"YWJjZ"}}' },
    { name: "attributes that are a list", body: '{"message":{"attributes":[]}}' },
    { name: "text that is no envelope", body: "hello", contentType: "text/plain" },
    { name: "bytes that are no envelope", body: "\0\x01", contentType: "application/octet-stream" },
  ];
  for (const { name, body, contentType = "application/json" } of noEnvelopes)
    await t.test(`400: ${name}`, async () => {
      assert.equal((await requestMessages(cloud, body, { contentType })).status, 400);
    });

  for (const contentType of ["text/plain", "application/octet-stream", "application/x-www-form"])
    await t.test(`an envelope sent as ${contentType} is read`, async () => {
      const name = `As ${contentType}`;
      const body = JSON.stringify(pushEnvelope({ data: eventText(name, 1) }));

      assert.equal((await requestMessages(cloud, body, { contentType })).status, 204);
      assert.deepEqual(shownOf(cloud, name), { distinct: 1, stored: 1 });
    });

  await t.test("messages without records are done without a request", async () => {
    const before = mixpanel.stats().requests;

    for (const data of ["", " \n", "[]", undefined])
      assert.equal((await push(cloud, data === undefined ? {} : { data })).status, 204);
    // With attributes only an empty array holds no record: anything blank is the record `{}`.
    const ping = { attributes: { kind: "ping" }, data: "[]" };
    assert.equal((await push(cloud, ping)).status, 204);

    assert.equal(mixpanel.stats().requests, before);
    assert.deepEqual(cloud.deadLetters(), []);
  });

  await t.test("every form of content arrives", async () => {
    const texts = [
      eventText("Form", 1),
      JSON.stringify(JSON.parse(eventText("Form", 2)), null, 2),
      [3, 4, 5].map((index) => eventText("Form", index)).join("\r\n"),
      `[${[6, 7].map((index) => eventText("Form", index)).join(",\n")}]`,
      `\ufeff${eventText("Form", 8)}\n\n`,
    ];

    const answers = await Promise.all(texts.map((data) => push(cloud, { data })));

    assert.deepEqual(countStatuses(answers), { 204: 5 });
    assert.deepEqual(shownOf(cloud, "Form"), { distinct: 8, stored: 8 });
  });

  await t.test("a duplicate and a republished event are the same event", async () => {
    const withoutId = eventText("Twice", 1, { $insert_id: undefined });

    await push(cloud, { data: withoutId, messageId: "1" });
    await push(cloud, { data: withoutId, messageId: "1" });
    await push(cloud, { data: ` ${withoutId}\n`, messageId: "2" });

    assert.deepEqual(shownOf(cloud, "Twice"), { distinct: 1, stored: 3 });
  });

  await t.test("a message of many events, or of many bytes, is split over requests", async () => {
    const before = mixpanel.stats();
    const many = Array.from({ length: 4500 }, (_, index) => eventText("Many", index)).join("\n");
    const padding = "x".repeat(500_000);
    const heavy = [1, 2, 3, 4, 5, 6].map((index) => eventText("Heavy", index, { padding }));

    const answers = [
      await push(cloud, { data: many }),
      await push(cloud, { data: heavy.join("\n") }),
    ];

    assert.deepEqual(countStatuses(answers), { 204: 2 });
    assert.deepEqual(shownOf(cloud, "Many"), { distinct: 4500, stored: 4500 });
    assert.deepEqual(shownOf(cloud, "Heavy"), { distinct: 6, stored: 6 });
    assert.equal(mixpanel.stats().requests - before.requests, 3 + 2);
  });

  await t.test("the token is in no log line, and no event either", () => {
    const log = JSON.stringify(cloud.lines);
    assert.ok(!log.includes(TOKEN));
    assert.ok(!log.includes("user-1"));
    assert.ok(!log.includes("Twice"));
  });
});

test("a thousand messages at once share requests, and none is refused", async (t) => {
  const cloud = await startMessageCloud(t, { mixpanel: { latencyMs: 300 } });
  const texts = Array.from({ length: 1000 }, (_, index) => eventText("Crowd", index));

  const answers = await Promise.all(texts.map((data) => push(cloud, { data })));

  assert.deepEqual(countStatuses(answers), { 204: 1000 });
  assert.deepEqual(shownOf(cloud, "Crowd"), { distinct: 1000, stored: 1000 });
  const { requests } = mixpanelOf(cloud).stats();
  assert.ok(requests <= 100, `${requests} requests`);
});

test("250 messages of 1 MB at once are taken or refused at once, within the memory", async (t) => {
  const cloud = await startMessageCloud(t, { mixpanel: { latencyMs: 300, keepEvents: 0 } });
  const line = eventText("Large", 1, { padding: "x".repeat(10_000) });
  const data = Array.from({ length: 97 }, () => line).join("\n");

  const answers = await Promise.all(
    Array.from({ length: 250 }, (_, index) => push(cloud, { data, messageId: String(index) })),
  );

  const statuses = countStatuses(answers);
  assert.equal((statuses[204] ?? 0) + (statuses[429] ?? 0), 250);
  assert.ok((statuses[204] ?? 0) >= 40, JSON.stringify(statuses));
  const { stored } = shownOf(cloud, "Large");
  assert.equal(stored, 97 * (statuses[204] ?? 0));
  const { peakMemoryBytes = Infinity } = cloud.functions.importMessages.usage() ?? {};
  assert.ok(peakMemoryBytes < 1e9, `${peakMemoryBytes} bytes`);
});
