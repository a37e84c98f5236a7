import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";

import { CredentialsError, UnavailableError } from "../../../functions/platform/errors.ts";
import { ZERO_COUNTERS } from "../../../functions/records/counters.ts";
import { createReceipts, receiptName, type Receipt } from "../../../functions/objects/receipt.ts";
import { AWKWARD_NAMES, startLocalBucket } from "../support/local-bucket.ts";

const GENERATION = "1790000000000001";

function receiptOf(object: string, runs = 1): Receipt {
  return {
    version: 1,
    bucket: "landing",
    object,
    generation: GENERATION,
    size: 10,
    state: "complete",
    records: ZERO_COUNTERS.records,
    events: ZERO_COUNTERS.events,
    bytes: 10,
    requests: 1,
    retries: 0,
    runs,
    code: "hash",
    firstError: null,
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T00:00:01.000Z",
  };
}

function idOf(object: string) {
  return { bucket: "landing", object, generation: GENERATION };
}

describe("the name of a receipt", () => {
  it("is bucket, object and generation", () => {
    assert.equal(receiptName(idOf("dir/a.json")), `landing/dir/a.json/${GENERATION}.json`);
  });

  it("is whole up to 1,024 bytes, and cut on a character beyond", () => {
    const rest = Buffer.byteLength(receiptName(idOf("")));
    const longest = "x".repeat(1024 - rest);
    assert.equal(receiptName(idOf(longest)), `landing/${longest}/${GENERATION}.json`);
    for (const [object, kept] of [
      [`${longest}x`, "x".repeat(800)],
      ["é".repeat(512), "é".repeat(400)],
      [`x${"é".repeat(511)}`, `x${"é".repeat(399)}`],
      ["🙂".repeat(256), "🙂".repeat(200)],
    ] as const) {
      const digest = createHash("sha256").update(object).digest("hex").slice(0, 16);
      assert.equal(receiptName(idOf(object)), `landing/${kept}~${digest}/${GENERATION}.json`);
    }
  });

  it("never passes 1,024 bytes, though the bucket's name is as long as it may be", () => {
    const name = receiptName({ ...idOf("é".repeat(512)), bucket: "b".repeat(222) });
    assert.ok(Buffer.byteLength(name) <= 1024);
  });

  it("tells long names apart that begin alike", () => {
    const names = ["a", "b"].map((end) => receiptName(idOf("x".repeat(1023) + end)));
    assert.notEqual(names[0], names[1]);
  });
});

describe("receipts", async () => {
  const { server, google } = await startLocalBucket();
  const receipts = createReceipts(google.storage.bucket("receipts"));

  it("are found once they are written, whatever the object is called", async () => {
    for (const name of AWKWARD_NAMES) {
      assert.equal(await receipts.find(idOf(name)), undefined, name);
      assert.equal(await receipts.write(receiptOf(name), "0"), true, name);
      const stored = server.stat("receipts", receiptName(idOf(name)));
      assert.equal(await receipts.find(idOf(name)), stored?.generation, name);
      const text = (await server.read("receipts", receiptName(idOf(name)))).toString("utf8");
      assert.deepEqual(JSON.parse(text), receiptOf(name));
    }
  });

  it("are written once: whoever is second is told", async () => {
    assert.equal(await receipts.write(receiptOf("once", 1), "0"), true);
    const first = await receipts.find(idOf("once"));
    assert.equal(await receipts.write(receiptOf("once", 2), "0"), false);
    assert.equal(await receipts.find(idOf("once")), first);
  });

  it("are replaced only in the place of the one that was seen", async () => {
    await receipts.write(receiptOf("again", 1), "0");
    const seen = (await receipts.find(idOf("again"))) ?? "";
    assert.equal(await receipts.write(receiptOf("again", 2), seen), true);
    assert.equal(await receipts.write(receiptOf("again", 3), seen), false);
    const text = (await server.read("receipts", receiptName(idOf("again")))).toString("utf8");
    assert.equal((JSON.parse(text) as Receipt).runs, 2);
  });

  it("survive a refusal and a reset, at every kind of request", async () => {
    const faults = [
      { kind: "status", status: 503 },
      { kind: "status", status: 429 },
      { kind: "cut" },
    ] as const;
    await Promise.all(
      faults.map(async (fault) => {
        const own = await startLocalBucket();
        const bucket = own.google.storage.bucket("receipts");
        const faulty = createReceipts(bucket);
        const spoil = (operation: "stat" | "write"): void => {
          own.server.faults.set([{ operation, nth: 1, fault }]);
        };
        spoil("stat");
        assert.equal(await faulty.find(idOf("a")), undefined);
        // A write whose response was lost is found to be there by the next attempt.
        spoil("write");
        assert.equal(await faulty.write(receiptOf("a"), "0"), true);
        spoil("stat");
        assert.notEqual(await faulty.find(idOf("a")), undefined);
        spoil("stat");
        assert.deepEqual(await bucket.file("missing").exists(), [false]);
      }),
    );
  });

  it("fail as what they are when it does not get better", async () => {
    for (const [status, type] of [
      [401, CredentialsError],
      [403, CredentialsError],
      [400, UnavailableError],
    ] as const) {
      server.faults.set([
        { operation: "stat", fault: { kind: "status", status } },
        { operation: "write", fault: { kind: "status", status } },
      ]);
      await assert.rejects(receipts.find(idOf("x")), type);
      await assert.rejects(receipts.write(receiptOf("x"), "0"), type);
    }
    server.faults.set([]);
  });

  it("fail when the bucket is not there", async () => {
    const missing = createReceipts(google.storage.bucket("missing"));
    await assert.rejects(missing.write(receiptOf("x"), "0"), UnavailableError);
  });
});
