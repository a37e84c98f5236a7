import {
  createGoogleApi,
  type GoogleApi,
  type GoogleApiOptions,
} from "../../../functions/google/google-api.ts";
import { systemClock } from "../../../functions/platform/clock.ts";
import { createTestClient } from "./http-service.ts";

const OPTIONS: GoogleApiOptions = {
  project: "p",
  pubsubEmulator: "http://pubsub.test",
  maxSockets: 4,
  ...systemClock,
  random: () => 0,
};

/** Google's APIs without credentials, retried after milliseconds; `parts` replaces some of it. */
export function createTestApi(parts: Partial<GoogleApi> = {}): GoogleApi {
  return {
    ...createGoogleApi(OPTIONS),
    send: createTestClient({ attemptTimeoutMs: 300 }),
    ...parts,
  };
}

/** The same with Cloud Storage at `url`, as the functions have it with an emulator. */
export function createStorageApi(url: string, attemptTimeoutMs = 5000): GoogleApi {
  process.env["STORAGE_EMULATOR_HOST"] = url;
  try {
    return createTestApi({ send: createTestClient({ attemptTimeoutMs }) });
  } finally {
    delete process.env["STORAGE_EMULATOR_HOST"];
  }
}
