import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";

import type { Fault } from "../../local/bucket/faults.ts";
import { startObjectCloud } from "../support/local-cloud.ts";
import { assertComplete, eventLines, linesWith, noise, shownOf } from "./object-scenario.ts";

/** Objects are read in ranges of 4 MiB; these have two. */
const EVENTS = 60_000;
const RANGE = 4 * 1024 * 1024;

test("reading an object survives everything that storage does wrong", async (t) => {
  const cloud = await startObjectCloud(t, {
    // A request may take at most ten seconds, so a stalled one does not take thirty.
    environment: { importObject: { TIMEOUT_SECONDS: "25", TIME_BUDGET_SECONDS: "9" } },
    delivery: { importObject: { maxOutstanding: 8, maxDeliveryAttempts: 20 } },
    mixpanel: { keepEvents: 0 },
  });
  const faultsOf: Readonly<Record<string, readonly Fault[]>> = {
    "stalled before": [{ kind: "stall" }],
    "stalled halfway": [{ kind: "stall", afterBytes: 1_000_000 }],
    cut: [{ kind: "cut" }, { kind: "cut", afterBytes: 1_000_000 }],
    short: [
      { kind: "short", bytes: 1_000_000 },
      { kind: "short", bytes: 0 },
    ],
    busy: [
      { kind: "status", status: 429 },
      { kind: "status", status: 503 },
    ],
    broken: [
      { kind: "status", status: 500 },
      { kind: "status", status: 502 },
    ],
    impatient: [{ kind: "status", status: 408 }],
    // Believed when it is said three times in a row.
    forbidden: [1, 2, 3].map(() => ({ kind: "status", status: 403 })),
  };

  cloud.bucket.faults.set(
    Object.entries(faultsOf).flatMap(([object, faults]) =>
      faults.map((fault, index) => ({ object, byte: RANGE, nth: index + 1, fault })),
    ),
  );
  await Promise.all(
    Object.keys(faultsOf).map((object) => cloud.upload(object, eventLines(EVENTS, object))),
  );
  await cloud.idle();

  for (const object of Object.keys(faultsOf)) await assertComplete(cloud, object, object, EVENTS);
  assert.equal(cloud.functions.importObject.restarts(), 0);
  const critical = cloud.lines.filter(({ severity }) => severity === "CRITICAL");
  assert.equal(critical.length, 1);
  assert.match(String(critical[0]?.["error"]), /roles\/storage\.objectViewer/);
});

test("trouble while a gzip object is read neither loses a record nor ends the process", async (t) => {
  const cloud = await startObjectCloud(t, { mixpanel: { keepEvents: 0 } });
  const lines = Array.from({ length: 9000 }, (_, index) =>
    eventLines(1, "Zipped", index).replace('"pro"', JSON.stringify(noise(900, index))),
  );
  const content = zlib.gzipSync(lines.join(""), { level: 1 });
  assert.ok(content.length > RANGE);
  cloud.bucket.faults.set([
    { byte: 0, nth: 1, fault: { kind: "status", status: 503 } },
    { byte: RANGE, nth: 1, fault: { kind: "cut", afterBytes: 1000 } },
    { byte: RANGE, nth: 2, fault: { kind: "short", bytes: 1000 } },
  ]);

  await cloud.upload("zipped.gz", content);
  await cloud.idle();

  await assertComplete(cloud, "zipped.gz", "Zipped", lines.length);
  assert.equal(shownOf(cloud, "Zipped").stored, lines.length);
  assert.deepEqual(linesWith(cloud, "Import postponed"), []);
  assert.equal(cloud.functions.importObject.restarts(), 0);
});
