import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { CredentialsError, UnavailableError } from "../../../functions/platform/errors.ts";
import {
  createGenerationLookup,
  type GenerationState,
} from "../../../functions/reading/generation-lookup.ts";
import { deadlineIn } from "../../support/deadlines.ts";
import { createStorageApi } from "../support/google.ts";
import { startService, startSilentService } from "../support/http-service.ts";
import { startLocalBucket } from "../support/local-bucket.ts";

const OBJECT = { bucket: "landing", object: "dir/a.json", generation: "7" };

/** A response of the metadata server: a status without metadata, or a body. */
type Answer = number | string;

function metadata(generation: string, name = OBJECT.object): string {
  return JSON.stringify({ kind: "storage#object", bucket: OBJECT.bucket, name, generation });
}

/** Looks up generation 7 at a Cloud Storage that gives these responses, the last one for ever. */
async function lookUp(...answers: readonly Answer[]) {
  const service = await startService((attempt, response) => {
    const answer = answers[Math.min(attempt, answers.length) - 1] ?? 500;
    const [status, body] = typeof answer === "number" ? [answer, "{}"] : [200, answer];
    const type = body.startsWith("{") ? "application/json" : "text/html";
    response.writeHead(status, { "content-type": type }).end(body);
  });
  const state = createGenerationLookup(createStorageApi(service.url))(OBJECT, deadlineIn(60_000));
  return { state, received: service.received };
}

describe("looking up a generation", () => {
  const cases: readonly (readonly [string, GenerationState, number, readonly Answer[]])[] = [
    ["is there", "present", 1, [metadata("7")]],
    ["is gone, and another one is live", "superseded", 2, [404, metadata("8")]],
    ["is the live one after all", "present", 2, [404, metadata("7")]],
    ["is gone, and nothing is live, at both looks", "deleted", 4, [404]],
    ["is there at the second look", "present", 3, [404, 404, metadata("7")]],
    ["is superseded at the second look", "superseded", 4, [404, 404, 404, metadata("8")]],
  ];
  for (const [what, expected, requests, answers] of cases)
    it(`tells that it ${what}`, async () => {
      const { state, received } = await lookUp(...answers);
      assert.equal(await state, expected);
      assert.equal(received.length, requests);
    });

  it("asks for the generation first, and for the live one then", async () => {
    const { state, received } = await lookUp(404, metadata("8"));
    await state;
    const asked = received.map(({ url }) =>
      new URL(url, "http://x").searchParams.get("generation"),
    );
    assert.deepEqual(asked, ["7", null]);
  });

  for (const [what, ...answers] of [
    ["a page", "<html>captive portal</html>"],
    ["nothing", ""],
    ["metadata of another object", metadata("7", "another")],
    ["metadata of another generation", metadata("8")],
    ["metadata without a generation", JSON.stringify({ name: OBJECT.object })],
    ["a page in place of the live one", 404, "<html>"],
    ["metadata of an older one as the live one", 404, metadata("6")],
    ["a refusal without a reason", 400],
  ] as const)
    it(`does not believe ${what}`, async () => {
      const { state } = await lookUp(...answers);
      await assert.rejects(state, UnavailableError);
    });

  for (const status of [401, 403])
    it(`says that it is not allowed to look (${status})`, async () => {
      const { state } = await lookUp(status);
      await assert.rejects(state, (error) => {
        assert.ok(error instanceof CredentialsError);
        assert.equal(error.status, status);
        return true;
      });
    });

  it("ends by its deadline when there is no response, or when it is told to", async () => {
    const controller = new AbortController();
    const service = await startSilentService((attempt) => {
      if (attempt === 2) controller.abort();
    });
    const look = createGenerationLookup(createStorageApi(service.url));
    const late = { name: "UnavailableError", message: "looking for the object: out of time" };
    await assert.rejects(look(OBJECT, deadlineIn(100)), late);
    await assert.rejects(look(OBJECT, deadlineIn(60_000, 60_000, controller.signal)), late);
    service.release();
  });

  it("tells the truth about a bucket", async () => {
    const { server, google } = await startLocalBucket();
    const look = createGenerationLookup(google);
    const stateOf = (generation: string) => look({ ...OBJECT, generation }, deadlineIn(60_000));
    const put = async (text: string) =>
      (await server.put("landing", OBJECT.object, Buffer.from(text))).generation;

    const first = await put("first");
    assert.equal(await stateOf(first), "present");
    const second = await put("second");
    await server.delete("landing", OBJECT.object, first);
    assert.deepEqual([await stateOf(first), await stateOf(second)], ["superseded", "present"]);
    await server.delete("landing", OBJECT.object, second);
    assert.equal(await stateOf(second), "deleted");
  });
});
