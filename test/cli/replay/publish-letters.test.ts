import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";

import { createPublishLetters } from "../../../cli/replay/publish-letters.ts";
import { replay } from "../../../cli/replay/replay.ts";
import { CredentialsError, UnavailableError } from "../../../functions/platform/errors.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { deadLetter } from "./dead-letters.ts";

const { eventsSubscription, eventsTopic } = CLOUD_NAMES;

test("what no request has room for stays by itself, and the others are sent", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  const publish = createPublishLetters(connection);
  const small = { data: Buffer.from("{}"), attributes: {} };
  const large = { data: Buffer.alloc(7_000_000), attributes: {} };

  const [sent, kept, tooMany] = await Promise.all([
    publish(eventsTopic, [small]),
    publish(eventsTopic, [large]),
    publish(eventsTopic, [small, large]),
  ]);
  assert.equal(sent, undefined);
  assert.match(kept ?? "", /^too large for a message/);
  assert.match(tooMany ?? "", /^too large for a message/);

  // Somebody has put as much into an attribute.
  const file = path.join(await temporaryFolder(t), "letters.ndjson");
  const attributes = { ...deadLetter("").attributes, "original.note": "x".repeat(4_000_000) };
  const lines = [
    { messageId: "1", attributes, data: "x".repeat(5_000_000) },
    { messageId: "2", attributes: deadLetter("").attributes, data: "[]" },
  ];
  await writeFile(file, lines.map((line) => JSON.stringify(line)).join("\n"));
  pubsub.pull(eventsSubscription, 10);
  const done = await replay(connection, { filter: {}, from: file });
  assert.deepEqual([done.total.replaced, done.total.left], [1, 1]);
  const left = done.groups.find(({ action }) => action === "leave");
  assert.match(`${left?.sample} ${left?.why}`, /letters\.ndjson line 1 too large for a message/);
  assert.equal(pubsub.pull(eventsSubscription, 10).length, 1);
});

test("a refusal is by the letter, and what is for now, or for want of a role, is not", async (t) => {
  const { connection } = await startOperatorCloud(t);
  const publishWith = (error: Error) =>
    createPublishLetters({ ...connection, publish: () => Promise.reject(error) })(eventsTopic, [
      { data: Buffer.from("{}"), attributes: {} },
    ]);
  assert.equal(
    await publishWith(new UnavailableError("no", 400)),
    "Pub/Sub does not take it (400)",
  );
  await assert.rejects(publishWith(new UnavailableError("out of time")), /out of time/);
  await assert.rejects(publishWith(new UnavailableError("no", 503)), /no/);
  await assert.rejects(publishWith(new CredentialsError("no", 403)), /roles\/pubsub\.publisher/);
});
