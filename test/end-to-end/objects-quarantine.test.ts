import assert from "node:assert/strict";
import { test } from "node:test";

import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { ndjson } from "../support/factories.ts";
import { startObjectCloud } from "../support/local-cloud.ts";
import {
  assertComplete,
  eventLines,
  importObject,
  inShort,
  linesWith,
  mixpanelOf,
  publishTask,
  receiptOf,
  shownOf,
} from "./object-scenario.ts";

/** `count` records that are no events. */
function rows(count: number): string {
  return ndjson(Array.from({ length: count }, (_, index) => ({ id: index })));
}

test("objects that are no files of events", async (t) => {
  const cloud = await startObjectCloud(t, {
    environment: { importObject: { BATCH_EVENTS: "100" } },
    delivery: { importObject: { maxDeliveryAttempts: 20 } },
  });
  const mixpanel = mixpanelOf(cloud);

  await t.test(
    "90 % unusable ones among the first 1,000 records quarantine the object",
    async () => {
      const content = eventLines(100, "Few") + rows(900) + eventLines(5000, "Never");

      await importObject(cloud, "quarantined", content);

      const receipt = await receiptOf(cloud, "quarantined");
      assert.equal(receipt.state, "quarantined");
      assert.deepEqual(receipt.records, { read: 1000, dropped: 0, unusable: 900, used: 100 });
      assert.equal(receipt.events.imported, 100);
      assert.deepEqual(receipt.firstError, {
        reason: "invalid",
        field: "event",
        error: "missing",
        line: 101,
      });
      assert.equal(shownOf(cloud, "Never").stored, 0);
      const deadLetters = cloud.deadLetters();
      assert.deepEqual(inShort(deadLetters), [
        {
          reason: "quarantined",
          field: "",
          error:
            "invalid event missing (900); only the first 20570 bytes were read; to import it all the same: " +
            "replay, or backfill with --again --quarantine off",
          lines: "",
          records: "1",
          data: "",
        },
      ]);
      assert.equal(deadLetters[0]?.attributes["objectId"], "quarantined");
      const [line] = linesWith(cloud, "Import complete");
      assert.equal(line?.severity, "WARNING");
      assert.equal(line["success"], false);
    },
  );

  await t.test(
    "records that Mixpanel rejects count too, and at most one batch is under way",
    async () => {
      mixpanel.clear();
      const old = Array.from({ length: 950 }, (_, index) => ({
        event: "Ancient",
        properties: { time: index, distinct_id: "u", $insert_id: `ancient-${index}` },
      }));

      await importObject(
        cloud,
        "rejected",
        eventLines(50, "Recent") + ndjson(old) + eventLines(9, "Past"),
      );

      const receipt = await receiptOf(cloud, "rejected");
      assert.equal(receipt.state, "quarantined");
      assert.equal(receipt.events.rejected, 950);
      assert.equal(mixpanel.stats().mostInFlight, 1);
      assert.match(
        inShort(cloud.deadLetters())[0]?.["error"] ?? "",
        /^rejected properties\.time .*\(950\);/,
      );
    },
  );

  await t.test("exactly 1,000 records are judged, 999 and fewer are not", async () => {
    await importObject(cloud, "thousand", rows(1000));
    await importObject(cloud, "fewer", `\n\n${rows(999)}\n`);

    assert.equal((await receiptOf(cloud, "thousand")).state, "quarantined");
    const fewer = await receiptOf(cloud, "fewer");
    assert.equal(fewer.state, "complete");
    assert.equal(fewer.records.unusable, 999);
    const [first, ...others] = inShort(cloud.deadLetters());
    assert.equal(first?.["reason"], "quarantined");
    assert.equal(
      others.reduce((sum, { records }) => sum + Number(records), 0),
      999,
    );
  });

  await t.test("89.9 % are imported, and their dead letters published", async () => {
    await importObject(cloud, "just-enough", rows(899) + eventLines(601, "Enough"));

    const receipt = await receiptOf(cloud, "just-enough");
    assert.equal(receipt.state, "complete");
    assert.deepEqual(receipt.records, { read: 1500, dropped: 0, unusable: 899, used: 601 });
    assert.equal(shownOf(cloud, "Enough").distinct, 601);
    const deadLetters = inShort(cloud.deadLetters());
    assert.equal(
      deadLetters.reduce((sum, { records }) => sum + Number(records), 0),
      899,
    );
  });

  await t.test("a file that is one array is judged by its first elements", async () => {
    const values = rows(1200).trimEnd().split("\n");

    await importObject(cloud, "array.json", `\ufeff [${values.join(",\n")}]`);

    const { state, records } = await receiptOf(cloud, "array.json");
    assert.equal(state, "quarantined");
    assert.equal(records.read, 1000);
    const error = inShort(cloud.deadLetters())[0]?.["error"] ?? "";
    assert.match(error, /^invalid event missing \(1000\); only the first \d+ bytes were read/);
  });

  await t.test("quarantine: off imports it anyway, and replaces the receipt", async () => {
    publishTask(cloud, "quarantined", {
      eventType: "IMPORT_AGAIN",
      importId: "anyway",
      quarantine: "off",
    });
    await cloud.idle();

    const receipt = await receiptOf(cloud, "quarantined");
    assert.equal(receipt.state, "complete");
    assert.deepEqual(receipt.records, { read: 6000, dropped: 0, unusable: 900, used: 5100 });
    assert.equal(shownOf(cloud, "Never").distinct, 5000);
    const deadLetters = inShort(cloud.deadLetters());
    assert.equal(
      deadLetters.reduce((sum, { records }) => sum + Number(records), 0),
      900,
    );
  });

  await t.test("dead letters that cannot be published are not settled", async () => {
    const other = await startObjectCloud(t);
    const { objectsSubscription, deadLetterTopic } = CLOUD_NAMES;
    // Publishing answers 404 until it is there again.
    other.pubsub.deleteTopic(deadLetterTopic);

    await other.upload("late", `{\n${eventLines(10, "Late")}`);
    while (other.pubsub.stats(objectsSubscription).refused < 2)
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal((await other.receipts()).size, 0);
    other.pubsub.createTopic(deadLetterTopic);
    await other.idle();

    const receipt = await receiptOf(other, "late");
    assert.equal(receipt.records.unusable, 1);
    assert.equal(shownOf(other, "Late").distinct, 10);
  });

  await t.test("a good object is complete afterwards", async () => {
    await importObject(cloud, "good", eventLines(1500, "Good"));

    await assertComplete(cloud, "good", "Good", 1500);
  });
});
