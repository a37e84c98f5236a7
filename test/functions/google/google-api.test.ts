import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";

import { UnavailableError } from "../../../functions/platform/errors.ts";
import { createGoogleApi, type GoogleApi } from "../../../functions/google/google-api.ts";

const VARIABLES = ["STORAGE_EMULATOR_HOST", "GOOGLE_APPLICATION_CREDENTIALS"] as const;

function createApi(
  environment: Partial<Record<(typeof VARIABLES)[number], string>>,
  pubsubEmulator = "",
): GoogleApi {
  Object.assign(process.env, environment);
  return createGoogleApi({
    project: "p",
    pubsubEmulator,
    maxSockets: 1,
    now: Date.now,
    random: () => 0,
  });
}

describe("access to Google's APIs", () => {
  afterEach(() => {
    for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
  });

  it("is to the real services without emulators", () => {
    const { storageUrl, pubsubUrl } = createApi({});
    assert.equal(storageUrl, "https://storage.googleapis.com/storage/v1");
    assert.equal(pubsubUrl, "https://pubsub.googleapis.com");
  });

  it("asks for no credentials at an emulator", async () => {
    const credentials = "/nowhere/credentials.json";
    const google = createApi(
      {
        STORAGE_EMULATOR_HOST: "http://127.0.0.1:9023",
        GOOGLE_APPLICATION_CREDENTIALS: credentials,
      },
      "http://127.0.0.1:8085",
    );
    assert.deepEqual(await google.authorize(`${google.storageUrl}/b/landing/o/a`), {});
    assert.deepEqual(
      await google.authorize(`${google.pubsubUrl}/v1/projects/p/topics/t:publish`),
      {},
    );
    await assert.rejects(google.authorize("https://pubsub.googleapis.com/v1/x"));
  });

  it("fails for now, and not for ever, when credentials cannot be had", async () => {
    const google = createApi({ GOOGLE_APPLICATION_CREDENTIALS: "/nowhere/credentials.json" });
    await assert.rejects(google.authorize("https://storage.googleapis.com/x"), (error) => {
      assert.ok(error instanceof UnavailableError);
      assert.match(error.message, /^credentials for Google's APIs cannot be had: /);
      return true;
    });
  });
});
