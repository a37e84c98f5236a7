import assert from "node:assert/strict";
import { test } from "node:test";

import { replay, survey } from "../../../cli/replay/replay.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";
import { deadLetter } from "./dead-letters.ts";

const { deadLetterTopic, deadLetterSubscription, eventsSubscription } = CLOUD_NAMES;
const ALL = { filter: {} };

test("letters are surveyed, sent byte for byte with one replay more, and acknowledged", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  pubsub.publish(deadLetterTopic, [
    deadLetter('{"a":1}', { field: "event", messageId: "17" }),
    deadLetter('{"a":2}\n{"a":3}', { field: "event", records: "2", replays: "1" }),
    deadLetter("{", { reason: "malformed", error: "not JSON" }),
  ]);

  const found = await survey(connection, ALL);
  assert.deepEqual(
    found.groups.map(({ reason, letters, records, action }) => ({
      reason,
      letters,
      records,
      action,
    })),
    [
      { reason: "invalid", letters: 2, records: 3, action: "records" },
      { reason: "malformed", letters: 1, records: 1, action: "records" },
    ],
  );
  assert.equal(pubsub.stats(deadLetterSubscription).refused, 3);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 0);

  const done = await replay(connection, { ...ALL, expected: found.total.letters });
  assert.deepEqual(done.total, found.total);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 3);
  const sent = pubsub.pull(eventsSubscription, 10).map(({ message }) => ({
    text: Buffer.from(message.data, "base64").toString(),
    replays: message.attributes["replays"],
  }));
  assert.deepEqual(
    sent.sort((one, other) => one.text.localeCompare(other.text)),
    [
      { text: "{", replays: "1" },
      { text: '{"a":1}', replays: "1" },
      { text: '{"a":2}\n{"a":3}', replays: "2" },
    ],
  );
});
