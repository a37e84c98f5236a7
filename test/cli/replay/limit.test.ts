import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { describe, test } from "node:test";

import { createLetterLimit } from "../../../cli/replay/letter-limit.ts";
import { replay, survey } from "../../../cli/replay/replay.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";
import { deadLetter } from "./dead-letters.ts";

const { deadLetterTopic, deadLetterSubscription, eventsSubscription } = CLOUD_NAMES;

/** Dead letters of the parts of one record. */
function inParts(text: string, count: number): ReturnType<typeof deadLetter>[] {
  const size = Math.ceil(text.length / count);
  return Array.from({ length: count }, (_, index) =>
    deadLetter(text.slice(index * size, (index + 1) * size), {
      ...{ part: String(index + 1), parts: String(count) },
      ...{ bytes: String(text.length), sha256: hash("sha256", text, "hex") },
    }),
  );
}

const ONE = '{"event":"one"}';
const OTHER = '{"event":"other"}';

test("a limit counts records: one in parts is whole, as a dry run says", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  pubsub.publish(deadLetterTopic, [...inParts(ONE, 3), ...inParts(OTHER, 2)]);
  const plan = { filter: {}, limit: 1, expected: 5 };

  const found = await survey(connection, plan);
  assert.deepEqual([found.total.letters, found.total.replaced, found.others], [1, 1, 2]);

  const done = await replay(connection, plan);
  assert.deepEqual(done.total, found.total);
  assert.equal(pubsub.stats(deadLetterSubscription).acknowledged, 3);
  const sent = pubsub.pull(eventsSubscription, 10).map(({ message }) => message.data);
  assert.deepEqual(sent, [Buffer.from(ONE).toString("base64")]);
});

test("a dry run without a repair puts parts together, and tells which are missing", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  const [first, ...others] = inParts(OTHER, 2);
  assert.ok(first !== undefined && others.length === 1);
  pubsub.publish(deadLetterTopic, [...inParts(ONE, 3), first]);

  const plan = { filter: {}, expected: 4 };
  const found = await survey(connection, plan);
  assert.deepEqual(
    found.groups.map(({ action, letters, records }) => [action, letters, records]),
    [
      ["records", 1, 1],
      ["leave", 1, 1],
    ],
  );
  const done = await replay(connection, plan);
  assert.deepEqual(done.total, found.total);
});

describe("what is taken", () => {
  const letterOf = (part: string, parts: string, sha256 = "x") => ({
    ...{ messageId: "1", publishTime: "", data: Buffer.alloc(0) },
    attributes: { ...(part !== "" && { part, parts, sha256 }) },
  });
  const table = [
    ["letters up to the limit", ["", "", ""], [true, true, false], true],
    [
      "missing parts of what is taken",
      ["", "1/2", "", "2/2", "1/2"],
      [true, true, false, true, false],
      true,
    ],
    [
      "nothing more while a part is missing",
      ["1/3", "2/3", "", ""],
      [true, true, true, false],
      false,
    ],
    ["a record twice as two", ["1/2", "1/2", "2/2", ""], [true, true, true, false], true],
    ["a stranger's parts as letters", ["1/x", "1/0", ""], [true, true, false], true],
  ] as const;
  for (const [what, letters, taken, isReached] of table)
    test(what, () => {
      const limit = createLetterLimit(2);
      assert.deepEqual(
        letters.map((text) => {
          const [part = "", parts = ""] = text.split("/");
          return limit.take(letterOf(part, parts));
        }),
        taken,
      );
      assert.equal(limit.isReached(), isReached);
      assert.ok(limit.isFull());
    });
});
