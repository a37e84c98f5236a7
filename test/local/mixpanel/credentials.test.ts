import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { authenticate } from "../../../local/mixpanel/credentials.ts";
import { createProject } from "../../../local/mixpanel/project.ts";
import { startSimulator } from "../../../local/mixpanel/simulator.ts";
import { basic, NOW_MS, sendEvents, validEvent } from "./import-client.ts";

const PROJECT = createProject(
  {
    id: "42",
    token: "token",
    apiSecret: "project-secret",
    serviceAccounts: [
      { user: "own", secret: "s:1", role: "owner" },
      { user: "adm", secret: "s2", role: "admin", expiresMs: NOW_MS },
      { user: "ana", secret: "s3", role: "analyst" },
      { user: "con", secret: "s4", role: "consumer" },
    ],
  },
  { keepEvents: 0, keepProfiles: 0, keepBytes: 0 },
  () => NOW_MS,
  undefined,
);

interface Attempt {
  readonly title: string;
  readonly authorization: string | undefined;
  readonly projectId?: string;
  readonly nowMs?: number;
  readonly passes: boolean;
}

const ATTEMPTS: readonly Attempt[] = [
  { title: "the token", authorization: basic("token"), passes: true },
  {
    title: "the token with a project_id",
    authorization: basic("token"),
    projectId: "42",
    passes: true,
  },
  {
    title: "the token in lower-case basic",
    authorization: basic("token").replace("B", "b"),
    passes: true,
  },
  { title: "the token with a password", authorization: basic("token", "x"), passes: false },
  { title: "the token as a password", authorization: basic("", "token"), passes: false },
  { title: "the token as a bearer", authorization: "Bearer token", passes: false },
  { title: "nothing", authorization: undefined, passes: false },
  { title: "the project secret", authorization: basic("project-secret"), passes: true },
  {
    title: "the project secret on the day before its end",
    authorization: basic("project-secret"),
    nowMs: Date.UTC(2027, 2, 3) - 1,
    passes: true,
  },
  {
    title: "the project secret after its end",
    authorization: basic("project-secret"),
    nowMs: Date.UTC(2027, 2, 3),
    passes: false,
  },
  {
    title: "an owner, colon in the secret",
    authorization: basic("own", "s:1"),
    projectId: "42",
    passes: true,
  },
  {
    title: "an owner in plain text",
    authorization: "Basic own:s:1",
    projectId: "42",
    passes: true,
  },
  {
    title: "an owner with a wrong secret",
    authorization: basic("own", "s"),
    projectId: "42",
    passes: false,
  },
  { title: "an owner without project_id", authorization: basic("own", "s:1"), passes: false },
  {
    title: "an owner of another project",
    authorization: basic("own", "s:1"),
    projectId: "7",
    passes: false,
  },
  {
    title: "an admin before its expiry",
    authorization: basic("adm", "s2"),
    projectId: "42",
    nowMs: NOW_MS - 1,
    passes: true,
  },
  { title: "an expired admin", authorization: basic("adm", "s2"), projectId: "42", passes: false },
  { title: "an analyst", authorization: basic("ana", "s3"), projectId: "42", passes: false },
  { title: "a consumer", authorization: basic("con", "s4"), projectId: "42", passes: false },
];

describe("authentication", () => {
  for (const { title, authorization, projectId, nowMs = NOW_MS, passes } of ATTEMPTS) {
    it(`${passes ? "lets in" : "keeps out"} ${title}`, () => {
      const credentials = { authorization, projectId: projectId ?? null };
      const found = authenticate(credentials, [PROJECT], "us", nowMs);
      assert.equal(found, passes ? PROJECT : undefined);
    });
  }

  it("sends each token's events to its own project", async (t) => {
    const simulator = await startSimulator({
      now: () => NOW_MS,
      projects: [
        { id: "1", token: "one" },
        { id: "2", token: "two", identityMode: "original" },
      ],
    });
    t.after(() => simulator.stop());
    const events = [validEvent({ distinct_id: undefined })];
    const send = (token: string) => sendEvents({ url: simulator.url, token }, events);

    assert.equal((await send("one")).status, 200);
    assert.equal((await send("two")).status, 400);
    assert.equal(simulator.stats("1").eventsStored, 1);
    assert.equal(simulator.stats("2").eventsStored, 0);
    assert.equal(simulator.token, "one");
  });

  it("takes a European token on the European host", async (t) => {
    const simulator = await startSimulator({
      now: () => NOW_MS,
      region: "eu",
      projects: [
        { id: "1", token: "eu" },
        { id: "2", token: "us", region: "us" },
      ],
    });
    t.after(() => simulator.stop());
    const send = async (token: string) =>
      (await sendEvents({ url: simulator.url, token }, [validEvent()])).status;
    assert.deepEqual([await send("eu"), await send("us")], [200, 401]);
  });
});
