import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";

import { buildFunction } from "../../local/run/build-function.ts";
import { event, ndjson } from "../support/factories.ts";
import { type DeadLetter, startTestCloud, type TestCloud } from "../support/local-cloud.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type RecordingMixpanel, startRecordingMixpanel } from "./recording-mixpanel.ts";

/** In every value that must not get out. */
const PLANTED = "planted";

const STEPS = fileURLToPath(new URL("../../functions/transforms/steps.ts", import.meta.url));

/**
 * Removes every planted value, each by another step; throws for some records, in the steps' own
 * words.
 */
const TRANSFORM = `
import {
  allowProperties, compose, dropEvents, dropIdentifyingValues, dropProperties, hashProperties, timeFrom,
} from ${JSON.stringify(STEPS)};
export const transform = compose(
  dropEvents("Secret"),
  timeFrom("sent", "seconds"),
  dropProperties("name", "sent"),
  hashProperties(["distinct_id", "customer"], { hmacKey: "0123456789abcdef0123456789abcdef" }),
  dropIdentifyingValues(),
  allowProperties({ "*": ["customer", "contact", "tags", "plan"] }),
);
`;

/** `count` records of each kind, every one with planted values. */
function plantedRecords(prefix: string, count: number): unknown[] {
  return Array.from({ length: count }, (_, index) => {
    const properties = (more: Record<string, unknown> = {}) => ({
      time: undefined,
      sent: 1_760_000_000 + index,
      distinct_id: `${PLANTED}-user-${index}`,
      $insert_id: `${prefix}-${index}`,
      customer: `${PLANTED}-customer`,
      name: `${PLANTED} name`,
      contact: { mail: `${PLANTED}@example.com`, call: `${PLANTED} +43 660 1234567`, plan: "pro" },
      tags: ["a", `from 203.0.113.9 ${PLANTED}`],
      unlisted: PLANTED,
      ...more,
    });
    return [
      { ...event({ properties: properties() }), note: PLANTED },
      event({ event: "Secret", properties: properties() }),
      // Thrown by a step, refused by our checks, refused by Mixpanel.
      event({ properties: properties({ sent: `${PLANTED} yesterday` }) }),
      event({ event: " ", properties: properties() }),
      event({ properties: properties({ tags: Array.from({ length: 300 }, () => "x") }) }),
    ];
  }).flat();
}

/** A line that is no JSON. */
const MALFORMED = `{"event": ${PLANTED}`;

interface Outcome {
  readonly mixpanel: RecordingMixpanel;
  readonly cloud: TestCloud;
  readonly deadLetters: readonly DeadLetter[];
}

/** Both paths, with answers that fail, break off and refuse a part. */
async function importPlanted(t: TestContext, contents: "bytes" | "reference"): Promise<Outcome> {
  const folder = await temporaryFolder(t);
  const transform = path.join(folder, "transform.ts");
  await writeFile(transform, TRANSFORM);
  const functionSource = path.join(folder, "function");
  await buildFunction(transform, functionSource);
  const mixpanel = await startRecordingMixpanel({
    faults: [
      { kind: "status", status: 503, match: { nth: [1, 4] } },
      { kind: "resetAfterStore", match: { nth: 2 } },
      { kind: "refuseBatch", records: "none", match: { nth: 3 } },
    ],
  });
  t.after(() => mixpanel.stop());
  const environment = { DEAD_LETTER_CONTENTS: contents, MIXPANEL_URL: mixpanel.url };
  const cloud = await startTestCloud(t, {
    functionSource,
    token: mixpanel.token,
    environment: { importObject: environment, importMessages: environment },
  });
  const lines = [...plantedRecords("object", 20)];
  await cloud.upload("planted.ndjson", `${ndjson(lines)}${MALFORMED}\n`);
  cloud.publish(
    ...plantedRecords("message", 20).map((record) => JSON.stringify(record)),
    MALFORMED,
  );
  await cloud.idle();
  return { mixpanel, cloud, deadLetters: cloud.deadLetters() };
}

async function assertNothingPlanted({ mixpanel, cloud, deadLetters }: Outcome): Promise<void> {
  const requests = mixpanel.requests.join("\n");
  // What was to be sent was sent, or nothing could be found in it.
  assert.match(requests, /"plan":"pro"/);
  assert.match(requests, /"distinct_id":"[0-9a-f]{64}"/);
  const receipts = await cloud.receipts();
  assert.equal(receipts.get("planted.ndjson")?.records.read, 101);
  const places = {
    requests,
    logs: JSON.stringify(cloud.lines),
    receipts: JSON.stringify([...receipts.values()]),
    attributes: JSON.stringify(
      deadLetters.map(({ attributes }) => ({ ...attributes, source: "", objectId: "" })),
    ),
  };
  for (const [place, text] of Object.entries(places))
    assert.ok(
      !text.replaceAll("planted.ndjson", "").includes(PLANTED),
      `a planted value is in the ${place}`,
    );
}

test("what the steps remove is in no request, log or receipt; the dead letter holds the original", async (t) => {
  const outcome = await importPlanted(t, "bytes");

  await assertNothingPlanted(outcome);
  const reasons = new Set(outcome.deadLetters.map(({ attributes }) => attributes["reason"]));
  assert.deepEqual([...reasons].sort(), ["invalid", "malformed", "rejected", "transform-failed"]);
  for (const { data } of outcome.deadLetters) assert.ok(data.includes(PLANTED));
});

test("with references only, the dead letter tells where the record is and holds nothing of it", async (t) => {
  const outcome = await importPlanted(t, "reference");

  await assertNothingPlanted(outcome);
  assert.notEqual(outcome.deadLetters.length, 0);
  for (const { data, attributes } of outcome.deadLetters) {
    assert.equal(data.length, 0);
    assert.ok(attributes["lines"] !== undefined || attributes["messageId"] !== undefined);
  }
});
