import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { describe, it } from "node:test";

import { CRC32C } from "@google-cloud/storage";

import { CredentialsError, UnavailableError } from "../../../functions/platform/errors.ts";
import { ZERO_COUNTERS } from "../../../functions/records/counters.ts";
import {
  createReceipts,
  receiptName,
  type Receipt,
  type Receipts,
} from "../../../functions/objects/receipt.ts";
import { deadlineIn } from "../../support/deadlines.ts";
import { createStorageApi } from "../support/google.ts";
import { startService, startSilentService } from "../support/http-service.ts";
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
    profiles: ZERO_COUNTERS.profiles,
    groups: ZERO_COUNTERS.groups,
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
  const receipts = createReceipts(google, "receipts");

  it("are found once they are written, whatever the object is called", async () => {
    for (const name of AWKWARD_NAMES) {
      assert.equal(await receipts.findGeneration(idOf(name), deadlineIn(60_000)), undefined, name);
      assert.equal(await receipts.write(receiptOf(name), "0", deadlineIn(60_000)), true, name);
      const stored = server.stat("receipts", receiptName(idOf(name)));
      assert.equal(
        await receipts.findGeneration(idOf(name), deadlineIn(60_000)),
        stored?.generation,
        name,
      );
      const text = (await server.read("receipts", receiptName(idOf(name)))).toString("utf8");
      assert.deepEqual(JSON.parse(text), receiptOf(name));
    }
  });

  it("are written once: whoever is second is told", async () => {
    assert.equal(await receipts.write(receiptOf("once", 1), "0", deadlineIn(60_000)), true);
    const first = await receipts.findGeneration(idOf("once"), deadlineIn(60_000));
    assert.equal(await receipts.write(receiptOf("once", 2), "0", deadlineIn(60_000)), false);
    assert.equal(await receipts.findGeneration(idOf("once"), deadlineIn(60_000)), first);
  });

  it("are replaced only in the place of the one that was seen", async () => {
    await receipts.write(receiptOf("again", 1), "0", deadlineIn(60_000));
    const seen = (await receipts.findGeneration(idOf("again"), deadlineIn(60_000))) ?? "";
    assert.equal(await receipts.write(receiptOf("again", 2), seen, deadlineIn(60_000)), true);
    assert.equal(await receipts.write(receiptOf("again", 3), seen, deadlineIn(60_000)), false);
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
        const faulty = createReceipts(own.google, "receipts");
        const spoil = (operation: "stat" | "write"): void => {
          own.server.faults.set([{ operation, nth: 1, fault }]);
        };
        spoil("stat");
        assert.equal(await faulty.findGeneration(idOf("a"), deadlineIn(60_000)), undefined);
        // A write whose response was lost is found to be there by the next attempt.
        spoil("write");
        assert.equal(await faulty.write(receiptOf("a"), "0", deadlineIn(60_000)), true);
        spoil("stat");
        assert.notEqual(await faulty.findGeneration(idOf("a"), deadlineIn(60_000)), undefined);
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
      await assert.rejects(receipts.findGeneration(idOf("x"), deadlineIn(60_000)), type);
      await assert.rejects(receipts.write(receiptOf("x"), "0", deadlineIn(60_000)), type);
    }
    server.faults.set([]);
  });

  it("fail when the bucket is not there", async () => {
    const missing = createReceipts(google, "missing");
    await assert.rejects(missing.write(receiptOf("x"), "0", deadlineIn(60_000)), UnavailableError);
  });
});

describe("a response that is not about the receipt", () => {
  const NAME = receiptName(idOf("a"));
  const TEXT = `${JSON.stringify(receiptOf("a"))}\n`;
  const STORED = { name: NAME, generation: "12", md5Hash: md5(TEXT), crc32c: crc32c(TEXT) };

  /** Receipts in a bucket that gives this response to every request. */
  const receiptsAt = async (status: number, body: string | object) => {
    const service = await startService((_, response) => {
      const [type, text] =
        typeof body === "string" ? ["text/html", body] : ["application/json", JSON.stringify(body)];
      response.writeHead(status, { "content-type": type }).end(text);
    });
    return { ...createReceipts(createStorageApi(service.url), "receipts"), service };
  };
  const find = (receipts: Receipts) => receipts.findGeneration(idOf("a"), deadlineIn(60_000));
  const write = (receipts: Receipts) => receipts.write(receiptOf("a"), "0", deadlineIn(60_000));

  it("is told from one that is", async () => {
    const receipts = await receiptsAt(200, STORED);
    assert.equal(await find(receipts), "12");
    assert.equal(await write(receipts), true);
  });

  for (const [what, body] of [
    ["a page", "<html>captive portal</html>"],
    ["nothing", ""],
    ["metadata of another object", { ...STORED, name: "another" }],
    ["metadata without a generation", { ...STORED, generation: undefined }],
    ["metadata with no number as generation", { ...STORED, generation: "new" }],
  ] as const)
    it(`finds no receipt and writes none: ${what}`, async () => {
      const receipts = await receiptsAt(200, body);
      await assert.rejects(find(receipts), UnavailableError);
      await assert.rejects(write(receipts), UnavailableError);
    });

  for (const [what, md5Hash] of [
    ["another", md5("something else")],
    ["no", undefined],
  ] as const)
    it(`writes no receipt when ${what} checksum comes back`, async () => {
      const receipts = await receiptsAt(200, { ...STORED, md5Hash });
      await assert.rejects(write(receipts), UnavailableError);
    });

  for (const [what, body] of [
    ["a page", "<html>captive portal</html>"],
    ["another checksum", { ...STORED, md5Hash: md5(""), crc32c: crc32c("") }],
  ] as const)
    it(`deletes nothing, which may be the receipt of another delivery: ${what}`, async () => {
      const receipts = await receiptsAt(200, body);
      await assert.rejects(write(receipts), UnavailableError);
      const methods = receipts.service.received.map(({ method }) => method);
      assert.equal(methods.includes("DELETE"), false, methods.join(" "));
    });

  it("is not needed to know that there is none", async () => {
    assert.equal(await find(await receiptsAt(404, "<html>")), undefined);
  });

  for (const [what, status, body, expected] of [
    ["the receipt of another delivery", 200, { ...STORED, md5Hash: md5("other") }, false],
    ["the receipt of this one", 200, STORED, true],
    ["no receipt", 404, {}, undefined],
    ["no permission", 403, {}, undefined],
  ] as const)
    it(`says that another delivery was faster, and there is ${what}`, async () => {
      const service = await startService((_, response, { method }) => {
        const [code, answer] = method === "POST" ? [412, {}] : [status, body];
        response.writeHead(code, { "content-type": "application/json" });
        response.end(JSON.stringify(answer));
      });
      const written = write(createReceipts(createStorageApi(service.url), "receipts"));
      if (expected === undefined) await assert.rejects(written, { disposition: "retry" });
      else assert.equal(await written, expected);
    });
});

describe("receipts that do not come", () => {
  it("end by the deadline, or when they are told to", async () => {
    const controller = new AbortController();
    const service = await startSilentService((attempt) => {
      if (attempt === 3) controller.abort();
    });
    const receipts = createReceipts(createStorageApi(service.url), "receipts");
    const late = { name: "UnavailableError", message: /: out of time$/ };
    await assert.rejects(receipts.findGeneration(idOf("a"), deadlineIn(100)), late);
    await assert.rejects(receipts.write(receiptOf("a"), "0", deadlineIn(100)), late);
    const untilTold = deadlineIn(60_000, 60_000, controller.signal);
    await assert.rejects(receipts.findGeneration(idOf("a"), untilTold), late);
    service.release();
  });

  it("end by the deadline when only the look at another delivery's receipt hangs", async () => {
    const silent: ServerResponse[] = [];
    const service = await startService((_, response, { method }) => {
      if (method === "POST") response.writeHead(412).end("{}");
      else silent.push(response);
    });
    const receipts = createReceipts(createStorageApi(service.url), "receipts");
    const written = receipts.write(receiptOf("a"), "0", deadlineIn(300));
    await assert.rejects(written, { name: "UnavailableError", message: /: out of time$/ });
    for (const response of silent) response.writeHead(404).end();
  });
});

/** As Cloud Storage gives it: https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
function crc32c(text: string): string {
  const checksum = new CRC32C();
  checksum.update(Buffer.from(text));
  return checksum.toString();
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("base64");
}
