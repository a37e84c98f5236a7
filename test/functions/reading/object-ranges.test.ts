import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";

import { systemClock } from "../../../functions/platform/clock.ts";
import { CredentialsError, UnavailableError } from "../../../functions/platform/errors.ts";
import { readStoredBytes } from "../../../functions/reading/object-ranges.ts";
import { ObjectGoneError, RANGE_BYTES } from "../../../functions/reading/read-range.ts";
import type { FaultRule } from "../../../local/bucket/faults.ts";
import { deadlineIn } from "../../support/deadlines.ts";
import { AWKWARD_NAMES, startLocalBucket } from "../support/local-bucket.ts";

/** Two whole ranges and a bit. */
const LARGE = randomBytes(2 * RANGE_BYTES + 12_345);
const OPTIONS = { start: 0, size: undefined, now: systemClock.now };

describe("reading an object", async () => {
  const { server, google } = await startLocalBucket(250);

  const put = async (name: string, bytes: Uint8Array, contentEncoding = ""): Promise<string> => {
    const properties = contentEncoding === "" ? {} : { contentEncoding };
    return (await server.put("landing", name, bytes, properties)).generation;
  };
  const read = async (
    object: string,
    generation: string,
    start = 0,
    during = deadlineIn(10_000),
  ) => {
    const stored = readStoredBytes(
      google,
      { bucket: "landing", object, generation },
      { ...OPTIONS, start, deadline: during },
    );
    const chunks: Buffer[] = [];
    for await (const chunk of stored.chunks) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks), size: stored.size(), chunks: chunks.length };
  };
  const readWithFaults = async (rules: readonly FaultRule[], object = "large", start = 0) => {
    server.faults.set(rules);
    try {
      return await read(object, large, start);
    } finally {
      server.faults.set([]);
    }
  };
  const large = await put("large", LARGE);

  it("gives its bytes, range by range, and its size", async () => {
    const { bytes, size, chunks } = await read("large", large);
    assert.equal(bytes.equals(LARGE), true);
    assert.deepEqual([size, chunks], [LARGE.length, 3]);
  });

  it("starts anywhere", async () => {
    for (const start of [1, RANGE_BYTES, LARGE.length - 1, LARGE.length]) {
      const { bytes, size } = await read("large", large, start);
      assert.equal(bytes.equals(LARGE.subarray(start)), true);
      assert.equal(size, LARGE.length);
    }
  });

  it("ends exactly where a range does", async () => {
    const generation = await put("exact", LARGE.subarray(0, RANGE_BYTES));
    const { bytes, chunks } = await read("exact", generation);
    assert.deepEqual([bytes.length, chunks], [RANGE_BYTES, 1]);
  });

  it("gives nothing of an empty object", async () => {
    const { bytes, size } = await read("empty", await put("empty", Buffer.alloc(0)));
    assert.deepEqual([bytes.length, size], [0, 0]);
  });

  it("gives the stored bytes, though they are declared to be encoded", async () => {
    const stored = gzipSync("plain text");
    const { bytes } = await read("encoded", await put("encoded", stored, "gzip"));
    assert.equal(bytes.equals(stored), true);
  });

  it("finds an object whatever it is called", async () => {
    for (const name of AWKWARD_NAMES) {
      const { bytes } = await read(name, await put(name, Buffer.from(name)));
      assert.equal(bytes.toString("utf8"), name);
    }
  });

  it("reads a range again that is refused, stalled, cut or short", async () => {
    for (const fault of [
      { kind: "status", status: 503 },
      { kind: "status", status: 429, retryAfter: "0" },
      { kind: "status", status: 500 },
      { kind: "status", status: 408 },
      { kind: "stall" },
      { kind: "stall", afterBytes: 1000 },
      { kind: "cut" },
      { kind: "cut", afterBytes: 1_000_000 },
      { kind: "short", bytes: 0 },
      { kind: "short", bytes: 4_000_000 },
    ] as const)
      for (const byte of [0, RANGE_BYTES, LARGE.length - 1]) {
        const { bytes } = await readWithFaults([{ byte, nth: 1, fault }]);
        assert.equal(bytes.equals(LARGE), true, JSON.stringify([byte, fault]));
      }
  });

  it("gives up when it does not get better in time", async () => {
    for (const fault of [
      { kind: "status", status: 503 },
      { kind: "stall" },
      { kind: "cut" },
    ] as const) {
      server.faults.set([{ byte: RANGE_BYTES, fault }]);
      await assert.rejects(read("large", large, 0, deadlineIn(600)), UnavailableError);
    }
    server.faults.set([]);
  });

  it("keeps to the generation it was asked for", async () => {
    const first = await put("versions", Buffer.from("first"));
    const second = await put("versions", Buffer.from("second"));
    assert.equal((await read("versions", first)).bytes.toString("utf8"), "first");
    await server.delete("landing", "versions", first);
    await assert.rejects(read("versions", first), ObjectGoneError);
    assert.equal((await read("versions", second)).bytes.toString("utf8"), "second");
  });

  it("says that an object is gone, also halfway", async () => {
    await assert.rejects(read("never there", "1"), ObjectGoneError);
    await assert.rejects(
      readWithFaults([{ byte: LARGE.length - 1, fault: { kind: "status", status: 404 } }]),
      ObjectGoneError,
    );
  });

  it("says that it is not allowed, or that a response makes no sense", async () => {
    for (const [status, type] of [
      [401, CredentialsError],
      [403, CredentialsError],
      [400, UnavailableError],
    ] as const)
      await assert.rejects(readWithFaults([{ fault: { kind: "status", status } }]), type);
  });

  it("ends at once when it is told to", async () => {
    const controller = new AbortController();
    server.faults.set([{ byte: 0, fault: { kind: "status", status: 503 } }]);
    const reading = read("large", large, 0, deadlineIn(10_000, 10_000, controller.signal));
    controller.abort();
    await assert.rejects(reading, UnavailableError);
    server.faults.set([]);
  });

  it("leaves no failure behind when nobody reads on", async () => {
    server.faults.set([{ byte: RANGE_BYTES, fault: { kind: "status", status: 404 } }]);
    const stored = readStoredBytes(
      google,
      { bucket: "landing", object: "large", generation: large },
      { ...OPTIONS, deadline: deadlineIn(10_000) },
    );
    for await (const chunk of stored.chunks) {
      assert.equal(chunk.length, RANGE_BYTES);
      await new Promise((resolve) => setImmediate(resolve));
      break;
    }
    server.faults.set([]);
  });
});
