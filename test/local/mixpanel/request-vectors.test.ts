import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";

import { LEGACY_MAX_REQUEST_BYTES, MAX_REQUEST_BYTES } from "../../../local/mixpanel/limits.ts";
import { EVENT_VECTORS } from "./event-vectors.ts";
import {
  basic,
  ndjson,
  sendEvents,
  sendRequest,
  validEvent,
  validEvents,
} from "./import-client.ts";
import { OK, start, vector } from "./vector-test.ts";

const UNAUTHORIZED = { code: 401, error: "Invalid credentials", status: "Unauthorized" };
const account = { user: "importer.1.mp-service-account", secret: "s3cret" } as const;

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

it("has a test for each of the 95 vectors", async () => {
  const covered = new Set(EVENT_VECTORS.map(({ number }) => number));
  for await (const file of glob("*-vectors.test.ts", { cwd: import.meta.dirname }))
    for (const [, number] of (await readFile(join(import.meta.dirname, file), "utf8")).matchAll(
      /^ +vector\((\d+),/gm,
    ))
      covered.add(Number(number));

  const missing = Array.from({ length: 95 }, (_, index) => index + 1).filter(
    (number) => !covered.has(number),
  );

  assert.deepEqual(missing, []);
});
