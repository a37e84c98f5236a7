import assert from "node:assert/strict";
import { test } from "node:test";

import type { Repair } from "../../../cli/replay/repair.ts";
import { recordsOf } from "../../../cli/replay/letter-records.ts";
import { replay, survey } from "../../../cli/replay/replay.ts";
import { UnavailableError } from "../../../functions/platform/errors.ts";
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

/** Repairs every record but those with `{}`. */
const HALF: Repair = {
  repair: (letters) =>
    letters.map((letter) =>
      recordsOf(letter).map((record) =>
        record.bytes.toString() === "{}"
          ? { kind: "unrepaired", record, error: "cannot" }
          : { kind: "sent", record, results: [{ ...record, isRow: false }], isChanged: true },
      ),
    ),
};

test("a letter stays when what is not repaired of it cannot be published", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  pubsub.publish(deadLetterTopic, [deadLetter('{"a":1}\n{}', { records: "2" })]);
  const publish: typeof connection.publish = (topic, messages, deadline) =>
    topic === deadLetterTopic
      ? Promise.reject(new UnavailableError("refused", 400))
      : connection.publish(topic, messages, deadline);

  const done = await replay({ ...connection, publish }, { ...ALL, expected: 1, repair: HALF });

  assert.equal(done.groups[0]?.why, "Pub/Sub does not take it (400)");
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 0);
});
