import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { encodeContinuation, firstProgress } from "../../../functions/objects/continuation.ts";
import { parseNotification } from "../../../functions/objects/notification.ts";

const OBJECT = {
  bucketId: "landing",
  objectId: "dir/ü #1.json",
  objectGeneration: "1790000000000001",
};
const PROGRESS = firstProgress("2026-01-01T00:00:00.000Z");

function parse(attributes: Readonly<Record<string, string>>, data: string | Buffer = "") {
  return parseNotification({
    data: Buffer.from(data),
    attributes: { ...OBJECT, ...attributes },
    messageId: "77",
    publishTime: "2026-01-01T00:00:00.000Z",
    subscription: "projects/p/subscriptions/s",
    deliveryAttempt: 1,
  });
}

/** A task that has to be an import. */
function importOf(attributes: Readonly<Record<string, string>>, data: string | Buffer = "") {
  const task = parse(attributes, data);
  assert.ok(task.kind === "import", task.kind);
  return task;
}

describe("a message on the objects topic", () => {
  it("asks for an import when an object is there", () => {
    const task = importOf({ eventType: "OBJECT_FINALIZE" }, '{"size":"123"}');
    assert.deepEqual(task.object, {
      bucket: "landing",
      object: "dir/ü #1.json",
      generation: "1790000000000001",
    });
    assert.deepEqual([task.size, task.progress, task.importId], [123, undefined, undefined]);
  });

  it("need not say how large the object is", () => {
    const sizes = ["x", "", "-1", "1.5", "99999999999999999999"];
    for (const data of ["", "null", "{}", "{", ...sizes.map((size) => JSON.stringify({ size }))])
      assert.equal(importOf({ eventType: "OBJECT_FINALIZE" }, data).size, undefined, data);
  });

  it("is ignored when it is about something else", () => {
    for (const eventType of [
      "OBJECT_DELETE",
      "OBJECT_ARCHIVE",
      "OBJECT_METADATA_UPDATE",
      "",
      "toString",
    ])
      assert.deepEqual(parse({ eventType }), { kind: "ignored", eventType });
  });

  it("goes on where a continuation says", () => {
    const task = importOf(
      { eventType: "IMPORT_CONTINUE", importId: "again-1", quarantine: "off" },
      encodeContinuation(PROGRESS, "again-1"),
    );
    assert.deepEqual(task.progress, PROGRESS);
    assert.deepEqual([task.importId, task.isQuarantineOff], ["again-1", true]);
    assert.equal(task.size, undefined);
  });

  it("knows in every run how large the notification said the object is", () => {
    const data = encodeContinuation({ ...PROGRESS, size: 123 }, undefined);
    assert.equal(importOf({ eventType: "IMPORT_CONTINUE" }, data).size, 123);
  });

  it("is unreadable when it does not name an object, or its continuation cannot be read", () => {
    for (const attributes of [
      { bucketId: "" },
      { objectId: "" },
      { objectGeneration: "" },
      { objectGeneration: "1x" },
      { objectGeneration: "-1" },
      { objectGeneration: "1&alt=media" },
    ])
      assert.equal(parse({ eventType: "OBJECT_FINALIZE", ...attributes }).kind, "unreadable");
    for (const data of ["", "{}", '{"version":2}'])
      assert.equal(parse({ eventType: "IMPORT_CONTINUE" }, data).kind, "unreadable");
  });

  it("imports again under the name it gives, or else its own", () => {
    assert.equal(importOf({ eventType: "IMPORT_AGAIN", importId: "x" }).importId, "x");
    assert.equal(importOf({ eventType: "IMPORT_AGAIN" }).importId, "77");
    assert.equal(importOf({ eventType: "IMPORT_AGAIN", quarantine: "off" }).isQuarantineOff, true);
    assert.equal(importOf({ eventType: "IMPORT_AGAIN", quarantine: "on" }).isQuarantineOff, false);
    assert.equal(importOf({ eventType: "IMPORT_AGAIN", replays: "2" }).replays, 2);
    assert.equal(importOf({ eventType: "IMPORT_AGAIN", replays: "two" }).replays, 0);
  });

  it("gives no meaning to attributes that a notification was configured with", () => {
    const configured = { importId: "x", quarantine: "off", replays: "9" };
    const task = importOf({ eventType: "OBJECT_FINALIZE", ...configured });
    assert.deepEqual([task.importId, task.isQuarantineOff, task.replays], [undefined, false, 0]);
    // Nor in the continuation that they would be passed on to.
    for (const name of Object.keys(configured)) assert.ok(!(name in task.attributes));
  });
});
