import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { importAgain, toImportMessage } from "../../../cli/backfill/import-again.ts";
import { parseNotification } from "../../../functions/objects/notification.ts";
import { UserError } from "../../../functions/platform/user-error.ts";
import { CLOUD_NAMES } from "../../../local/cloud-names.ts";
import { startOperatorCloud } from "../../support/operator-cloud.ts";

const { landingBucket: bucket, objectsSubscription } = CLOUD_NAMES;
const delivery = { messageId: "7", publishTime: "", subscription: "", deliveryAttempt: 1 };

test("importObject reads of a message what is known of the object, whatever its name", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.nat(),
      fc.option(fc.string({ unit: "binary" }), { nil: undefined }),
      (name, size, contentType) => {
        const listed = { name, generation: "42", size, contentType };
        const object = {
          ...listed,
          timeCreated: "2026-11-26T10:00:00.000Z",
          timeDeleted: undefined,
        };
        const read = parseNotification({ ...toImportMessage("b", object, undefined), ...delivery });
        assert.ok(read.kind === "import");
        assert.deepEqual(
          [read.object, read.size, read.contentType, read.importId, read.isQuarantineOff],
          [{ bucket: "b", object: name, generation: "42" }, size, contentType, undefined, false],
        );
      },
    ),
  );
});

test("an object is announced for another import, of the generation that was meant", async (t) => {
  const { connection, bucket: buckets, pubsub } = await startOperatorCloud(t);
  const name = "a b/ü#1?%.csv";
  const { generation } = await buckets.put(bucket, name, Buffer.from("a,b\n1,2\n"), {
    contentType: "text/csv",
  });
  await buckets.put(bucket, name, Buffer.from("{}"));
  const place = { bucket, object: name, generation };

  await importAgain(connection, place, { importId: "i1", quarantineOff: true });

  const [received] = pubsub.pull(objectsSubscription, 10);
  assert.ok(received);
  const { data, attributes } = received.message;
  const read = parseNotification({ data: Buffer.from(data, "base64"), attributes, ...delivery });
  assert.ok(read.kind === "import");
  assert.deepEqual(
    [read.object, read.contentType, read.importId, read.isQuarantineOff],
    [place, "text/csv", "i1", true],
  );
});

test("of an object that is gone nothing is announced", async (t) => {
  const { connection, pubsub } = await startOperatorCloud(t);
  const place = { bucket, object: "gone", generation: "1" };
  const options = { importId: "i1", quarantineOff: false };
  await assert.rejects(
    () => importAgain(connection, place, options),
    (error) => error instanceof UserError && error.message.includes("gone#1 is not there"),
  );
  assert.deepEqual(pubsub.pull(objectsSubscription, 10), []);
});
