import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { RULES } from "../../../local/mixpanel/rules.ts";
import { startSimulator, type Simulator } from "../../../local/mixpanel/simulator.ts";
import { EVENT_VECTORS, type EventVector } from "./event-vectors.ts";
import { ndjson, NOW_MS, sendRequest, validEvent } from "./import-client.ts";

/** The event between two good ones: a refused one must not take its neighbours with it. */
function batchAround(event: EventVector["event"]): Buffer {
  const neighbour = (id: string): Buffer => Buffer.from(ndjson([validEvent({ $insert_id: id })]));
  const own =
    Buffer.isBuffer(event) || typeof event === "string"
      ? Buffer.from(event)
      : Buffer.from(JSON.stringify(event));
  const newline = Buffer.from("\n");
  return Buffer.concat([neighbour("before"), newline, own, newline, neighbour("after")]);
}

/** The response without the words that nobody has seen, and without the id, which differs. */
function withoutUnknownWords(json: unknown, hasMessage: boolean): unknown {
  const text = JSON.stringify(json, (key: string, value: unknown) =>
    key === "insert_id" || (key === "message" && !hasMessage) ? undefined : value,
  );
  return JSON.parse(text);
}

describe("one event of a strict request", () => {
  const simulators = new Map<string, Simulator>();

  before(async () => {
    for (const identityMode of ["simplified", "original"] as const)
      simulators.set(identityMode, await startSimulator({ identityMode, now: () => NOW_MS }));
  });
  after(() => Promise.all([...simulators.values()].map((simulator) => simulator.stop())));

  for (const { number, mark, title, event, expected, identityMode } of EVENT_VECTORS) {
    const verb = expected === "accept" ? "accepts" : "refuses";
    it(`vector ${number} [${mark}] ${verb} ${title}`, async () => {
      const simulator = simulators.get(identityMode ?? "simplified");
      assert.ok(simulator);

      const response = await sendRequest(simulator, { body: batchAround(event) });

      if (expected === "accept") {
        assert.deepEqual(response.json, { code: 200, num_records_imported: 3, status: "OK" });
        return;
      }
      assert.equal(response.status, 400);
      assert.deepEqual(withoutUnknownWords(response.json, expected.message !== undefined), {
        code: 400,
        error: "some data points in the request failed validation",
        status: "Bad Request",
        num_records_imported: 2,
        failed_records: [{ index: 1, ...expected }],
      });
    });
  }

  it("leaves no rule of a single event untried", () => {
    const tried = [...simulators.values()].flatMap((simulator) =>
      simulator.rejects().reasons.map(({ rule }) => rule),
    );
    const ofWholeRequests = ["malformed", "identity-event"];
    const ofTrack = ["token-missing", "tracked-too-old"];
    assert.deepEqual(
      new Set([...tried, ...ofWholeRequests, ...ofTrack]),
      new Set(Object.keys(RULES)),
    );
  });
});
