import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import { startServiceFront } from "../../local/deployment/service-front.ts";
import { listenOnLoopback } from "../../local/http-server.ts";
import { createPushToken } from "../../local/pubsub/push-token.ts";
import { record } from "../infra/support/run-program.ts";
import { until } from "../support/until.ts";

const INVOKER = "invoker@p.iam.gserviceaccount.com";
const AUDIENCE = "https://f-42.us-central1.run.app";

/** A front of concurrency 1, before a target that answers when it is told to. */
async function setUp(t: TestContext) {
  const answers: (() => void)[] = [];
  const target = await listenOnLoopback((_request, response) => {
    answers.push(() => {
      response.writeHead(204).end();
    });
  });
  const front = await startServiceFront({
    audience: AUDIENCE,
    mayInvoke: (email) => email === INVOKER,
    backend: { target: target.url, concurrency: 1, timeoutSeconds: 60 },
  });
  t.after(async () => {
    await front.stop();
    await target.stop();
  });
  const send = (serviceAccountEmail: string, audience: string, signal?: AbortSignal) => {
    const token = createPushToken({ serviceAccountEmail, audience });
    const headers = { authorization: `Bearer ${token}` };
    return fetch(front.url, { method: "POST", headers, signal: signal ?? null });
  };
  const post = async (audience: string, signal?: AbortSignal): Promise<number> =>
    (await send(INVOKER, audience, signal)).status;
  return { send, post, answers, url: front.url };
}

test("whoever has no token, or one for something else, is not let through", async (t) => {
  const { post, answers, url } = await setUp(t);
  assert.equal((await fetch(url, { method: "POST" })).status, 401);
  assert.equal(await post(`${AUDIENCE}/`), 401);
  assert.deepEqual(answers, []);
});

/** What is wrong with the claims of a token that is right otherwise. */
const BAD_CLAIMS: readonly Readonly<Record<string, unknown>>[] = [
  { exp: Math.floor(Date.now() / 1000) - 1 },
  { exp: undefined },
  { exp: "9999999999" },
  { iss: "https://accounts.example.com" },
  { iss: undefined },
  { email_verified: false },
  { email_verified: undefined },
  { email: undefined },
  { aud: [AUDIENCE] },
];

test("a token that has expired, is not Google's or of no verified address is not let through", async (t) => {
  const { answers, url } = await setUp(t);
  const token = createPushToken({ serviceAccountEmail: INVOKER, audience: AUDIENCE });
  const [header = "", claims = ""] = token.split(".");
  const right: unknown = JSON.parse(Buffer.from(claims, "base64url").toString());
  for (const bad of BAD_CLAIMS) {
    const payload = Buffer.from(JSON.stringify({ ...record(right), ...bad })).toString("base64url");
    const headers = { authorization: `Bearer ${header}.${payload}.` };
    const { status } = await fetch(url, { method: "POST", headers });
    assert.equal(status, 401, JSON.stringify(bad));
  }
  assert.deepEqual(answers, []);
});

test("an account that may not invoke the service is not let through, as Cloud Run says it", async (t) => {
  const { send, answers } = await setUp(t);
  const response = await send("objects@p.iam.gserviceaccount.com", AUDIENCE);
  assert.equal(response.status, 403);
  assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
  assert.match(
    await response.text(),
    /<h1>Error: Forbidden<\/h1>\n<h2>Your client does not have permission to get URL <code>\/<\/code>/,
  );
  assert.deepEqual(answers, []);
});

test("requests wait for their turn, and one that gives up meanwhile leaves its place", async (t) => {
  const { post, answers } = await setUp(t);
  const first = post(AUDIENCE);
  await until(() => answers.length === 1, "the first request at the target");
  const controller = new AbortController();
  const second = post(AUDIENCE, controller.signal);
  // What the front answers later it has seen later: first the second request, then its end.
  await post("another audience");
  controller.abort();
  await assert.rejects(second);
  await post("another audience");
  answers[0]?.();
  assert.equal(await first, 204);
  const third = post(AUDIENCE);
  await until(() => answers.length === 2, "the third request at the target");
  answers[1]?.();
  assert.equal(await third, 204);
});
