import type { ProfileKind, ProfileUpdate } from "../../../event/profile-update.ts";
import type { HttpResponse } from "../../../http/http-request.ts";
import type { MixpanelClient } from "../../mixpanel-client.ts";
import type { Destination } from "../destination.ts";
import { additionsOf, encodedBytes, encodeUpdates, tokenMember } from "./encode-updates.ts";
import { contradictionIn, interpretResponse } from "./response.ts";

/**
 * Most updates in one request. https://docs.mixpanel.com/reference/user-profile-limits,
 * https://docs.mixpanel.com/reference/limits-1 (groups)
 */
export const MAX_UPDATES_PER_REQUEST = 2000;

/**
 * Fewer of those that are given up together when one of them is refused; so many are in Mixpanel's
 * own examples. https://docs.mixpanel.com/docs/data-structure/user-profiles
 */
export const MAX_UNREPEATABLE_PER_REQUEST = 200;

const PATHS: Readonly<Record<ProfileKind, string>> = { profiles: "/engage", groups: "/groups" };

export interface ProfileDestinationOptions {
  readonly kind: ProfileKind;
  readonly client: MixpanelClient;
  readonly token: string;
  /** Lets Mixpanel locate updates by the address of the request. */
  readonly locateByRequest: boolean;
}

/** What a response says of an update goes into dead letters: it may repeat the update as sent. */
function withoutToken(response: HttpResponse, token: string): HttpResponse {
  if (!response.body.includes(token)) return response;
  return { ...response, body: Buffer.from(response.body.toString("utf8").replaceAll(token, "…")) };
}

/** Updates that go into one request together. */
export type UpdateBatch = readonly ProfileUpdate[];

/**
 * Profiles of users or groups: a JSON array, not compressed ("not supported",
 * https://docs.mixpanel.com/reference/profile-set). The token, which these endpoints do not check
 * (https://docs.mixpanel.com/troubleshooting/errors/401-unauthorized), is put in here and is
 * nowhere else. `strict=1` is the only way to be told a count.
 */
export function createProfileDestination(
  options: ProfileDestinationOptions,
): Destination<UpdateBatch> {
  const token = tokenMember(options.token);
  const additions = additionsOf(token, false);
  const besideLocated = additionsOf(token, true);
  return {
    lengthOf: ({ length }) => length,
    bytesOf: (batch) => batch.reduce((sum, update) => sum + encodedBytes(update, token), 2),
    pick: (batch, indexes) =>
      // Nearly always all of them.
      indexes.length === batch.length ? batch : indexes.flatMap((index) => batch[index] ?? []),
    fingerprintOf: (batch) =>
      Buffer.concat(batch.map(({ bytes, start, end }) => bytes.subarray(start, end))),
    post: async (batch, deadline) => {
      const hasLocated = !options.locateByRequest && batch.some(({ hasIp }) => hasIp);
      const body = encodeUpdates(batch, hasLocated ? besideLocated : additions);
      const isLocated = options.locateByRequest || hasLocated;
      return await options.client({
        // Documented with two defaults, 0 and 1: it is always said.
        path: `${PATHS[options.kind]}?verbose=1&strict=1&ip=${isLocated ? 1 : 0}`,
        headers: { "Content-Type": "application/json" },
        body,
        weight: body.length,
        deadline,
        contradiction: contradictionIn,
      });
    },
    interpret: (response, { length }) =>
      interpretResponse(withoutToken(response, options.token), length),
  };
}
