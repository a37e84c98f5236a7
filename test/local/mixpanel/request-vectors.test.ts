import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { gzipSync } from "node:zlib";

import { LEGACY_MAX_REQUEST_BYTES, MAX_REQUEST_BYTES } from "../../../local/mixpanel/limits.ts";
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../../local/mixpanel/simulator.ts";
import { EVENT_VECTORS } from "./event-vectors.ts";
import {
  basic,
  ndjson,
  NOW,
  NOW_MS,
  sendEvents,
  sendRequest,
  validEvent,
  validEvents,
} from "./import-client.ts";

const OK = (imported: number) => ({ code: 200, num_records_imported: imported, status: "OK" });
const UNAUTHORIZED = { code: 401, error: "Invalid credentials", status: "Unauthorized" };
const IDENTITY_REFUSED =
  "identity events are not allowed when project is using simplified identity management";
const BAD_EVENT = validEvent({ time: undefined });
const account = { user: "importer.1.mp-service-account", secret: "s3cret" } as const;

let running: Simulator | undefined;
const covered: number[] = EVENT_VECTORS.map(({ number }) => number);

async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  running = await startSimulator({ now: () => NOW_MS, ...options });
  return running;
}

/** A test of one vector; its number is remembered, so that none can be forgotten. */
function vector(number: number, mark: string, title: string, run: () => Promise<void>): void {
  covered.push(number);
  it(`vector ${number} [${mark}] ${title}`, run);
}

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

describe("size of a request", () => {
  vector(2, "D", "accepts 2000 events", async () => {
    assert.deepEqual((await sendEvents(await start(), validEvents(2000))).json, OK(2000));
  });

  vector(3, "D limit, I status", "refuses 2001 events and stores none", async () => {
    const simulator = await start();
    assert.equal((await sendEvents(simulator, validEvents(2001))).status, 413);
    simulator.setSwitches({ tooManyEvents: 400 });
    assert.equal((await sendEvents(simulator, validEvents(2001))).status, 400);
    assert.equal(simulator.stats().eventsStored, 0);
  });

  vector(75, "D", "accepts gzip", async () => {
    const simulator = await start();
    assert.deepEqual((await sendEvents(simulator, validEvents(3), { gzip: true })).json, OK(3));
    const { bytes, wireBytes } = simulator.stats();
    assert.ok(bytes > wireBytes);
  });

  vector(76, "I", "refuses a body that is not the gzip it says", async () => {
    const simulator = await start();
    const headers = { "content-encoding": "gzip" };
    const corrupt = gzipSync(ndjson(validEvents(50)));
    corrupt.fill(0, 40, 80);
    for (const body of [ndjson([validEvent()]), corrupt])
      assert.equal((await sendRequest(simulator, { body, headers })).status, 400);
    assert.equal(simulator.stats().eventsStored, 0);
  });

  vector(77, "I", "refuses another encoding", async () => {
    const headers = { "content-encoding": "zstd" };
    const response = await sendRequest(await start(), { body: ndjson([validEvent()]), headers });
    assert.equal(response.status, 415);
  });

  vector(78, "D", "judges the size after inflation", async () => {
    const events = validEvents(12, { k: "x".repeat(1_000_000) });
    const response = await sendEvents(await start(), events, { gzip: true });
    assert.deepEqual(response.json, {
      code: 413,
      error: "request exceeds max limit of 10485760 bytes",
      status: "Request Entity Too Large",
    });
  });

  for (const maxRequestBytes of [MAX_REQUEST_BYTES, LEGACY_MAX_REQUEST_BYTES]) {
    vector(79, "D/I", `has its limit at ${maxRequestBytes} bytes`, async () => {
      const simulator = await start({ switches: { maxRequestBytes } });
      const event = ndjson([validEvent()]);
      const atLimit = event.padEnd(maxRequestBytes, "\n");
      for (const gzip of [false, true]) {
        const accepted = await sendRequest(simulator, { body: atLimit, gzip });
        const refused = await sendRequest(simulator, { body: `${atLimit}\n`, gzip });
        assert.deepEqual(accepted.json, OK(1));
        assert.equal(refused.status, 413);
        assert.match(refused.text, new RegExp(`max limit of ${maxRequestBytes} bytes`));
      }
    });
  }
});

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

describe("credentials", () => {
  const withAccount = (role: "owner" | "admin" | "analyst") =>
    start({
      projects: [{ id: "42", token: "t", serviceAccounts: [{ ...account, role }] }],
    });
  const byAccount = { authorization: basic(account.user, account.secret) };
  const body = ndjson([validEvent()]);

  vector(80, "D", "are refused when missing or wrong", async () => {
    const simulator = await start();
    const wrong = ["", "Basic", basic("other"), basic(""), basic(simulator.token, "x"), "Bearer t"];
    for (const authorization of wrong) {
      const response = await sendRequest(simulator, { body, headers: { authorization } });
      assert.equal(response.status, 401, authorization);
      assert.deepEqual(response.json, UNAUTHORIZED);
    }
  });

  vector(81, "D", "are the token alone, without project_id", async () => {
    assert.deepEqual((await sendRequest(await start(), { body })).json, OK(1));
  });

  vector(82, "D", "of a service account need its project_id", async () => {
    const simulator = await withAccount("admin");
    const send = (query: string, headers: Readonly<Record<string, string>> = byAccount) =>
      sendRequest(simulator, { body, query, headers });
    assert.deepEqual((await send("?strict=1")).json, UNAUTHORIZED);
    assert.deepEqual((await send("?strict=1&project_id=43")).json, UNAUTHORIZED);
    assert.deepEqual((await send("?strict=1&project_id=42")).json, OK(1));
    const plain = { authorization: `Basic ${account.user}:${account.secret}` };
    assert.deepEqual((await send("?strict=1&project_id=42", plain)).json, OK(1));
  });

  vector(83, "D", "of a service account need the role of owner or admin", async () => {
    const simulator = await withAccount("analyst");
    const query = "?strict=1&project_id=42";
    const response = await sendRequest(simulator, { body, query, headers: byAccount });
    assert.deepEqual(response.json, UNAUTHORIZED);
  });

  vector(84, "D/I", "of another region's project are refused", async () => {
    const simulator = await start({
      region: "us",
      projects: [{ id: "1", token: "eu-token", region: "eu" }],
    });
    const response = await sendRequest(simulator, { body });
    assert.deepEqual(response.json, UNAUTHORIZED);
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

describe("refusals of the whole request", () => {
  vector(88, "D", "respond with 429 past the rate, without Retry-After", async () => {
    const simulator = await start({ rateLimit: { eventsPerSecond: 1 } });
    await sendEvents(simulator, validEvents(60));
    const response = await sendEvents(simulator, validEvents(1));
    assert.equal(response.status, 429);
    assert.equal(response.headers.get("retry-after"), null);
    assert.deepEqual(response.json, {
      code: 429,
      error: "Project exceeded rate limits. Please retry the request with exponential backoff.",
      status: "Too Many Requests",
    });
  });

  for (const status of [502, 503]) {
    vector(93, "D", `respond with ${status} with HTML`, async () => {
      const simulator = await start({ faults: [{ kind: "status", status, match: { count: 1 } }] });
      const failed = await sendEvents(simulator, validEvents(1));
      assert.equal(failed.status, status);
      assert.match(failed.headers.get("content-type") ?? "", /^text\/html/);
      assert.equal((await sendEvents(simulator, validEvents(1))).status, 200);
    });
  }
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

it("has a test for each of the 95 vectors", () => {
  const missing = Array.from({ length: 95 }, (_, index) => index + 1).filter(
    (number) => !covered.includes(number),
  );
  assert.deepEqual(missing, []);
});
