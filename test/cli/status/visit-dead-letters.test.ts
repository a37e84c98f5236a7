import assert from "node:assert/strict";
import { test } from "node:test";

import { readStory } from "../../../cli/status/read-story.ts";
import { storyText } from "../../../cli/status/story-text.ts";
import { visitDeadLetters } from "../../../cli/status/visit-dead-letters.ts";
import type { Connection } from "../../../cli/stack/connect.ts";
import { plain } from "../../../cli/terminal/paint.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";
import { landingBucket, receiptsBucket, startStatusCloud } from "./support.ts";

const { deadLetterTopic, deadLetterSubscription } = CLOUD_NAMES;
const LARGE = 5;

test("large dead letters are pulled a few at a time, and put back", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  const data = Buffer.alloc(1_000_000, "x").toString("base64");
  for (let index = 0; index < LARGE; index++)
    pubsub.publish(deadLetterTopic, [{ data, attributes: {} }]);
  const asked: number[] = [];
  const post: Connection["rest"]["post"] = (what, url, body) => {
    if ("maxMessages" in body) asked.push(Number(body.maxMessages));
    return connection.rest.post(what, url, body);
  };
  const seen = new Set<string>();
  const visited = await visitDeadLetters(
    { ...connection, rest: { ...connection.rest, post } },
    ({ messageId }) => seen.add(messageId),
  );
  assert.deepEqual(visited, { messages: LARGE, isPartial: false, isPutBack: true });
  assert.equal(seen.size, LARGE);
  assert.ok(Math.max(...asked) <= 2, `${asked.join()} of a megabyte each were asked for`);
  assert.equal(pubsub.stats(deadLetterSubscription).outstanding, 0);
});

test("what was pulled is given back after Ctrl-C, too", async (t) => {
  const interruption = new AbortController();
  const { connection, pubsub } = await startOperatorCloud(t, { signal: interruption.signal });
  pubsub.publish(
    deadLetterTopic,
    Array.from({ length: 9 }, () => ({ data: "e30=", attributes: {} })),
  );
  let seen = 0;
  const visiting = visitDeadLetters(connection, () => {
    if (++seen === 3) interruption.abort();
  });
  await assert.rejects(visiting);
  const { outstanding, acknowledged } = pubsub.stats(deadLetterSubscription);
  assert.deepEqual([outstanding, acknowledged], [0, 0]);
});

test("what cannot be given back is told, and hides nothing", async (t) => {
  const { connection, pubsub, finish } = await startStatusCloud(t);
  const generation = await finish("o");
  const attributes = { version: "1", bucketId: landingBucket, objectId: "o", reason: "invalid" };
  pubsub.publish(deadLetterTopic, [
    { data: "e30=", attributes: { ...attributes, objectGeneration: generation } },
  ]);
  const { google } = connection;
  const send: typeof google.send = (request) =>
    request.url.endsWith(":modifyAckDeadline")
      ? Promise.reject(new Error("no such luck"))
      : google.send(request);

  const story = await readStory(
    { ...connection, google: { ...google, send } },
    { bucket: landingBucket, object: "o" },
  );

  const style = { paint: plain, columns: 80, stackOptions: "", now: Date.now(), receiptsBucket };
  const text = storyText(story, style);
  assert.match(
    text,
    /^Dead letters \(1 message looked at and not put back: they come back in minutes\)$/m,
  );
  assert.match(text, /^ {2}1 {2}invalid$/m);
});

test("where nobody knows how many there are, there may be more", async (t) => {
  const { connection } = await startOperatorCloud(t);
  const get: Connection["rest"]["get"] = (what, url) =>
    connection.rest.get(what, url.replace("/timeSeries", "/nothing"));
  const blind = { ...connection, rest: { ...connection.rest, get } };
  const visited = await visitDeadLetters(blind, () => undefined);
  assert.deepEqual(visited, { messages: 0, isPartial: true, isPutBack: true });
});
