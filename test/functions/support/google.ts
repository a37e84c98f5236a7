import { createGoogleApi, type GoogleApi } from "../../../functions/google/google-api.ts";
import { createTestClient } from "./http-service.ts";

/** Google's APIs without credentials, retried after milliseconds; `parts` replaces some of it. */
export function createTestApi(parts: Partial<GoogleApi> = {}): GoogleApi {
  return {
    ...createGoogleApi({
      project: "p",
      pubsubEmulator: "http://pubsub.test",
      maxSockets: 4,
      now: Date.now,
      random: () => 0,
    }),
    send: createTestClient({ attemptTimeoutMs: 300 }),
    ...parts,
  };
}
