import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";

import { systemClock } from "../../../functions/platform/clock.ts";
import { UnavailableError } from "../../../functions/platform/errors.ts";
import { createGoogleApi, type GoogleApi } from "../../../functions/google/google-api.ts";
import { deadlineIn, NO_DEADLINE } from "../../support/deadlines.ts";

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
    ...systemClock,
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
    assert.deepEqual(await google.authorize(`${google.storageUrl}/b/landing/o/a`, NO_DEADLINE), {});
    assert.deepEqual(
      await google.authorize(`${google.pubsubUrl}/v1/projects/p/topics/t:publish`, NO_DEADLINE),
      {},
    );
    await assert.rejects(google.authorize("https://pubsub.googleapis.com/v1/x", NO_DEADLINE));
  });

  it("fails for now, and not for ever, when it cannot obtain credentials", async () => {
    const google = createApi({ GOOGLE_APPLICATION_CREDENTIALS: "/nowhere/credentials.json" });
    await assert.rejects(
      google.authorize("https://storage.googleapis.com/x", NO_DEADLINE),
      (error) => {
        assert.ok(error instanceof UnavailableError);
        assert.match(error.message, /^cannot obtain credentials for Google's APIs: /);
        return true;
      },
    );
  });
});

describe("a call of the client library", () => {
  const google = createApi({});

  it("gives what it gives, and throws what it throws, within its deadline", async () => {
    assert.equal(await google.within("asking", deadlineIn(60_000), () => Promise.resolve(5)), 5);
    const failed = new TypeError("a bug");
    await assert.rejects(
      google.within("asking", deadlineIn(60_000), () => Promise.reject(failed)),
      failed,
    );
  });

  it("ends by its deadline, or when it is told to, and what comes of it afterwards is ignored", async () => {
    let fail: (error: Error) => void = () => undefined;
    const hang = () =>
      new Promise<never>((_resolve, reject) => {
        fail = reject;
        // A signal's timer does not keep the process alive.
        setTimeout(() => undefined, 200);
      });
    const late = { name: "UnavailableError", message: "asking: out of time" };
    await assert.rejects(google.within("asking", deadlineIn(20), hang), late);
    fail(new Error("too late"));
    const told = deadlineIn(60_000, 60_000, AbortSignal.abort());
    await assert.rejects(google.within("asking", told, hang), late);
  });
});
