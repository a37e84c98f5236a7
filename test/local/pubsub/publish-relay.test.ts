import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";

import { listenOnLoopback, readBody, sendJson } from "../../../local/http-server.ts";
import type { Caller } from "../../../local/caller.ts";
import {
  type AnnouncePublish,
  createPublishRelay,
} from "../../../local/pubsub/emulator/publish-relay.ts";

const TOPIC = "projects/p/topics/events";
const PATH = `/v1/${TOPIC}:publish`;

/** A relay before a server whose response is always `status` and `body`. */
async function setUp(t: TestContext, status: number, body: unknown, caller?: Caller) {
  const asked: { request: string; body: string }[] = [];
  const emulator = await listenOnLoopback(async (request, response) => {
    const { method = "", url = "" } = request;
    asked.push({ request: `${method} ${url}`, body: (await readBody(request)).toString("utf8") });
    sendJson(response, status, body);
  });
  const told: unknown[] = [];
  const announce: AnnouncePublish = (topic, count) => {
    told.push({ topic, count });
    return (messageIds) => told.push(messageIds);
  };
  const relay = createPublishRelay(new URL(emulator.url).host, announce, caller);
  const server = await listenOnLoopback(relay);
  t.after(() => Promise.all([server.stop(), emulator.stop()]));
  const send = async (method: string, path: string, body?: string) => {
    const response = await fetch(server.url + path, {
      method,
      ...(body !== undefined && { body }),
    });
    return { status: response.status, text: await response.text() };
  };
  return { send, asked, told, stopEmulator: () => emulator.stop() };
}

test("what is published is passed on as it is, and told before and after", async (t) => {
  const { send, asked, told } = await setUp(t, 200, { messageIds: ["7", "8"] });
  const body = '{"messages":[{"data":"MQ=="},{"data":"Mg=="}]}';

  const response = await send("POST", PATH, body);

  assert.deepEqual(response, { status: 200, text: '{"messageIds":["7","8"]}' });
  assert.deepEqual(asked, [{ request: `POST ${PATH}`, body }]);
  assert.deepEqual(told, [{ topic: TOPIC, count: 2 }, ["7", "8"]]);
});

test("a publish request that is refused published nothing", async (t) => {
  const { send, told } = await setUp(t, 400, { error: { code: 400 } });

  const response = await send("POST", PATH, "no JSON");

  assert.equal(response.status, 400);
  assert.deepEqual(told, [{ topic: TOPIC, count: 0 }, []]);
});

test("a publish request that nobody responds to published nothing", async (t) => {
  const { send, told, stopEmulator } = await setUp(t, 200, {});
  await stopEmulator();

  const response = await send("POST", PATH, '{"messages":[{"data":"MQ=="}]}');

  assert.equal(response.status, 500);
  assert.deepEqual(told, [{ topic: TOPIC, count: 1 }, []]);
});

test("other requests are passed on without being told", async (t) => {
  const { send, asked, told } = await setUp(t, 200, { name: TOPIC });

  const response = await send("GET", `/v1/${TOPIC}`);

  assert.deepEqual(response, { status: 200, text: JSON.stringify({ name: TOPIC }) });
  assert.deepEqual(asked, [{ request: `GET /v1/${TOPIC}`, body: "" }]);
  assert.deepEqual(told, []);
});

test("who may not publish to a topic is refused as by the service, and nothing is passed on", async (t) => {
  const caller: Caller = {
    email: "function@p.iam.gserviceaccount.com",
    may: (permission, resource) => permission === "pubsub.topics.publish" && resource === TOPIC,
  };
  const { send, asked, told } = await setUp(t, 200, { messageIds: ["7"] }, caller);
  const body = '{"messages":[{"data":"MQ=="}]}';

  assert.equal((await send("POST", PATH, body)).status, 200);
  const before = told.length;
  for (const path of [
    "/v1/projects/p/topics/other:publish",
    "/v1/projects/p/subscriptions/s:pull",
  ]) {
    const { status, text } = await send("POST", path, body);
    assert.equal(status, 403, path);
    assert.match(text, /User not authorized to perform this action/);
  }
  assert.equal(asked.length, 1);
  assert.equal(told.length, before);
});
