import assert from "node:assert/strict";
import { test } from "node:test";

import { surveyObjects } from "../../../cli/backfill/survey.ts";
import { parseTarget } from "../../../cli/backfill/target.ts";
import { exactTarget } from "../../../cli/status/exact-names.ts";
import { parseObjectUrl } from "../../../cli/status/named-object.ts";
import { readStory } from "../../../cli/status/read-story.ts";
import { createSkip } from "../../../functions/objects/skip.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { landingBucket, startStatusCloud } from "./support.ts";

/** Each with another one that it must not be taken for. */
const NAMES = [
  ...["o", "o#5", "o#5#6", "o#"],
  ...["what?.json", "what1.json"],
  ...["a*b", "axb", "{x,y}", "x", "[1]", "1", "!not", "(a)", "a\\b"],
  ...["sp ace", " sp", "100%", "%20", "a+b"],
  ...["line\nbreak", "\u001b[2J", "ü", "u\u0308", "日本語🙂", "\u202e", "a/../b", "a//b"],
];

test("a name of any characters means one object, for status and for backfill", async (t) => {
  const { connection, pubsub, finish } = await startStatusCloud(t);
  for (const name of NAMES) {
    const objectGeneration = await finish(name);
    const attributes = { version: "1", bucketId: landingBucket, objectId: name, objectGeneration };
    pubsub.publish(CLOUD_NAMES.deadLetterTopic, [{ data: "e30=", attributes }]);
  }
  for (const name of NAMES) {
    const story = await readStory(connection, parseObjectUrl(`gs://${landingBucket}/${name}`));
    assert.deepEqual(
      story.generations.map(({ row }) => [row.object, row.state]),
      [[name, "complete"]],
      JSON.stringify(name),
    );
    assert.ok("value" in story.deadLetters);
    assert.equal(story.deadLetters.value.kinds[0]?.records, 1, JSON.stringify(name));

    const target = parseTarget(exactTarget(landingBucket, name));
    const selection = { target, skip: createSkip([], []), again: true, since: undefined };
    const { matching, firstName, again } = await surveyObjects(connection, selection, 10);
    assert.deepEqual([matching, firstName, again], [1, name, 1], JSON.stringify(name));
  }
});
