import assert from "node:assert/strict";
import { describe } from "node:test";

import { ndjson, NOW, sendEvents, sendRequest, validEvent, validEvents } from "./import-client.ts";
import { OK, start, vector } from "./vector-test.ts";

const IDENTITY_REFUSED =
  "identity events are not allowed when project is using simplified identity management";
const BAD_EVENT = validEvent({ time: undefined });

describe("a batch", () => {
  vector(69, "D+O", "imports what is good and lists what is not", async () => {
    const simulator = await start();
    const [first, last] = [validEvent(), validEvent({ $insert_id: "id-3" })];
    const response = await sendEvents(simulator, [first, BAD_EVENT, last]);
    assert.equal(response.status, 400);
    assert.deepEqual(response.json, {
      code: 400,
      error: "some data points in the request failed validation",
      status: "Bad Request",
      num_records_imported: 2,
      failed_records: [
        {
          index: 1,
          insert_id: "id-1",
          field: "properties.time",
          message: "'properties.time' is invalid: must not be missing",
        },
      ],
    });
    assert.deepEqual(
      [...simulator.events()].map(({ properties }) => properties["$insert_id"]),
      ["id-1", "id-3"],
    );
  });

  vector(70, "D", "lists every event when all are bad", async () => {
    const { json } = await sendEvents(await start(), [BAD_EVENT, BAD_EVENT, BAD_EVENT]);
    assert.ok(typeof json === "object" && json !== null && "failed_records" in json);
    assert.ok("num_records_imported" in json && json.num_records_imported === 0);
    assert.ok(Array.isArray(json.failed_records) && json.failed_records.length === 3);
  });

  vector(71, "I", "refuses an empty array", async () => {
    const headers = { "content-type": "application/json" };
    assert.equal((await sendRequest(await start(), { body: "[]", headers })).status, 400);
  });

  vector(72, "I", "accepts lines with a newline at the end", async () => {
    const body = `${ndjson(validEvents(2))}\n`;
    assert.deepEqual((await sendRequest(await start(), { body })).json, OK(2));
  });

  vector(73, "I", "refuses a request for one malformed line, or only that line", async () => {
    const simulator = await start();
    const body = `${ndjson([validEvent()])}\n{"event":\n${ndjson([validEvent()])}`;
    const whole = await sendRequest(simulator, { body });
    assert.equal(whole.status, 400);
    assert.doesNotMatch(whole.text, /failed_records/);
    assert.equal(simulator.stats().eventsStored, 0);

    simulator.setSwitches({ malformedLine: "record" });
    const line = await sendRequest(simulator, { body });
    assert.equal(line.status, 400);
    assert.match(line.text, /"num_records_imported":2,"failed_records":\[\{"index":1,/);
  });

  vector(74, "I", "refuses a body that is no JSON", async () => {
    const simulator = await start();
    for (const contentType of ["application/json", "application/x-ndjson"]) {
      const headers = { "content-type": contentType };
      const response = await sendRequest(simulator, { body: "hello", headers });
      assert.equal(response.status, 400);
      assert.doesNotMatch(response.text, /failed_records/);
    }
  });

  vector(89, "O", "is refused whole for an identity event, simplified", async () => {
    const simulator = await start();
    const response = await sendEvents(simulator, [validEvent(), validEvent({}, "$identify")]);
    assert.equal(response.status, 400);
    assert.match(response.text, /"num_records_imported":0/);
    assert.match(response.text, new RegExp(`"failed_records":\\["${IDENTITY_REFUSED}"\\]`));
    assert.equal(simulator.stats().eventsStored, 0);

    simulator.setSwitches({ identityEvents: "ignore" });
    const ignored = await sendEvents(simulator, [validEvent(), validEvent({}, "$identify")]);
    assert.deepEqual(ignored.json, OK(1));
  });

  vector(90, "O", "takes identity events, original", async () => {
    const merge = { event: "$merge", properties: { $distinct_ids: ["a", "b"] } };
    const simulator = await start({ identityMode: "original" });
    const response = await sendEvents(simulator, [validEvent({}, "$identify"), merge]);
    assert.deepEqual(response.json, OK(2));
  });

  vector(95, "D both", "names the id by either key", async () => {
    const simulator = await start({ switches: { failedRecordKey: "$insert_id" } });
    const { text } = await sendEvents(simulator, [BAD_EVENT]);
    assert.match(text, /"\$insert_id":"id-1"/);
    assert.doesNotMatch(text, /"insert_id"/);
  });
});

describe("what is stored", () => {
  vector(85, "D", "has a repeated event twice, and shows it once", async () => {
    const simulator = await start();
    for (const k of [1, 2])
      assert.deepEqual((await sendEvents(simulator, [validEvent({ k })])).json, OK(1));
    assert.deepEqual(simulator.counts(), [
      { event: "e", day: "2026-11-20", stored: 2, distinct: 1 },
    ]);
    const shown = [...simulator.events({ distinct: true })].map(
      ({ properties }) => properties["k"],
    );
    assert.deepEqual(shown, [2]);
    assert.equal([...simulator.events()].length, 2);
  });

  vector(86, "D", "shows events of different times apart", async () => {
    const simulator = await start();
    await sendEvents(simulator, [validEvent(), validEvent({ time: NOW - 1 })]);
    assert.equal(simulator.stats().distinctEvents, 2);
  });

  vector(87, "D", "shows events of different names apart", async () => {
    const simulator = await start();
    await sendEvents(simulator, [validEvent(), validEvent({}, "other")]);
    assert.equal(simulator.stats().distinctEvents, 2);
  });

  vector(91, "D", "renames what is over 200,000 events of a user and day", async () => {
    const simulator = await start({ keepEvents: 0 });
    for (let sent = 0; sent < 200_000; sent += 2000) {
      const batch = Array.from({ length: 2000 }, (_, index) =>
        validEvent({ distinct_id: "bot", $insert_id: `${sent + index}x` }),
      );
      await sendEvents(simulator, batch);
    }
    await sendEvents(simulator, [validEvent({ distinct_id: "bot" })]);
    assert.deepEqual(simulator.counts(), [
      { event: "e", day: "2026-11-20", stored: 200_000, distinct: 200_000 },
      { event: "$hotshard_events", day: "2026-11-20", stored: 1, distinct: 1 },
    ]);
  });

  vector(94, "D", "survives a reset, and a repetition adds nothing to see", async () => {
    const simulator = await start({ faults: [{ kind: "resetAfterStore", match: { nth: 1 } }] });
    await assert.rejects(sendEvents(simulator, validEvents(3)));
    assert.deepEqual((await sendEvents(simulator, validEvents(3))).json, OK(3));
    const { eventsStored, distinctEvents } = simulator.stats();
    assert.deepEqual({ eventsStored, distinctEvents }, { eventsStored: 6, distinctEvents: 3 });
  });
});

describe("strict=0", () => {
  vector(92, "C", "says 1 whatever happens", async () => {
    const simulator = await start();
    const send = (query: string) =>
      sendEvents(simulator, [validEvent(), { event: "e" }, BAD_EVENT], { query });
    assert.equal((await send("?strict=0")).text, "1");
    const verbose = await send("?strict=0&verbose=1");
    assert.deepEqual(verbose.json, { code: 200, num_records_imported: 2, status: 1 });
    assert.equal(verbose.status, 200);
    assert.equal(simulator.stats().eventsRejected, 0);
    assert.equal(simulator.stats().eventsStored, 4);
  });
});
