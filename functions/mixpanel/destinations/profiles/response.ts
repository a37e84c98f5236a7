import type { HttpResponse } from "../../../http/http-request.ts";
import { isObject, parseJson } from "../../../platform/json.ts";
import type { FailedRow, Meaning } from "../../meaning.ts";
import { meaningOfStatus } from "../status-meaning.ts";

/**
 * Body of /engage and /groups with `verbose=1&strict=1`. `errors` and `num_good_events` are not in
 * Mixpanel's documents; they were seen where nothing is refused: `{"error":null,"errors":{},
 * "num_good_events":1,"status":1}`. https://docs.mixpanel.com/reference/profile-set, "Responses";
 * https://github.com/NangoHQ/integration-templates/pull/575
 */
interface ProfileBody {
  readonly status?: unknown;
  readonly error?: unknown;
  readonly errors?: unknown;
  readonly num_good_events?: unknown;
}

const NO_REASON = "refused without a reason";

/**
 * Why a response cannot be believed, or says "not now" although its status is final; then it is
 * asked again. Undefined: it can.
 */
export function contradictionIn({ status, body }: HttpResponse): string | undefined {
  if (status !== 200 && status !== 400) return undefined;
  const value = parseJson(body);
  if (isObject(value)) return isRateLimited(value) ? "Mixpanel's rate limit" : undefined;
  return isBare(value) ? undefined : "the response is not JSON";
}

/** An older form of a 429: https://docs.mixpanel.com/reference/rate-limits */
function isRateLimited({ status, error }: ProfileBody): boolean {
  return status !== 1 && typeof error === "string" && /rate limit/i.test(error);
}

/** What Mixpanel says to a request that is not verbose. */
function isBare(value: unknown): value is 0 | 1 {
  return value === 0 || value === 1;
}

/** What a response to a request of so many updates says. 200 is no success: the body is. */
export function interpretResponse(response: HttpResponse, sent: number): Meaning {
  if (response.status === 200) return interpretBody(parseJson(response.body), sent);
  if (response.status === 400) return interpretRefusal(parseJson(response.body), sent);
  return meaningOfStatus(response);
}

/** Of a 400, too, some updates may be stored. */
function interpretRefusal(value: unknown, sent: number): Meaning {
  if (!isObject(value)) return unexplained(value);
  const count = countIn(value, sent);
  return isEmpty(value["errors"])
    ? withCount(unexplained(value), count)
    : interpretErrors(value, count, sent);
}

/** How many are stored; undefined, too, when it cannot be so many: that is no count. */
function countIn({ num_good_events: count }: ProfileBody, sent: number): number | undefined {
  const isCount = typeof count === "number" && Number.isInteger(count);
  return isCount && count >= 0 && count <= sent ? count : undefined;
}

function interpretBody(value: unknown, sent: number): Meaning {
  if (value === 1) return { kind: "unconfirmed" };
  if (!isObject(value)) return unexplained(value);
  const body: ProfileBody = value;
  const count = countIn(body, sent);
  if (!isEmpty(body.errors)) return interpretErrors(body, count, sent);
  if (body.status === 0 || !isEmpty(body.error)) return withCount(unexplained(body), count);
  if (body.status !== 1) return { kind: "unknown", status: 200 };
  if (count === undefined) return { kind: "unconfirmed" };
  return count === sent
    ? { kind: "imported", rows: [] }
    : { kind: "miscounted", rows: [], imported: count };
}

/** Names are believed when all of them are places in the request, and the count fits. */
function interpretErrors(body: ProfileBody, count: number | undefined, sent: number): Meaning {
  const rows = rowsIn(body.errors, sent);
  if (rows === undefined || count !== sent - rows.length)
    return withCount(unexplained(body), count);
  return { kind: "imported", rows };
}

/** By place, from "0"; undefined when a key is anything else. */
function rowsIn(errors: unknown, sent: number): readonly FailedRow[] | undefined {
  // The places of a list are not those of what is in it.
  if (!isObject(errors)) return undefined;
  const rows = Object.entries(errors).map(([key, value]) => ({
    index: /^(0|[1-9]\d*)$/.test(key) ? Number(key) : sent,
    field: "",
    error: textOf(value) ?? NO_REASON,
  }));
  return rows.every(({ index }) => index < sent) ? rows : undefined;
}

type Unexplained = Extract<Meaning, { kind: "unexplained" }>;

/** What is stored must not be sent again, or called rejected, if it must not be repeated. */
function withCount(meaning: Unexplained, count: number | undefined): Unexplained {
  return count === undefined ? meaning : { ...meaning, imported: count };
}

function unexplained(value: unknown): Unexplained {
  const body: ProfileBody = isObject(value) ? value : {};
  const error = textOf(body.error) ?? textOf(body.errors) ?? NO_REASON;
  return { kind: "unexplained", rows: [], error, isWhole: false };
}

function isEmpty(errors: unknown): boolean {
  if (errors === undefined || errors === null || errors === "") return true;
  if (errors === false || errors === 0) return true;
  return typeof errors === "object" && Object.keys(errors).length === 0;
}

/** Deeper than anything seen; of something deeper nothing is said. */
const MAX_DEPTH = 4;

/** Whatever shape it has: a text, or the first one in it. */
function textOf(value: unknown, depth = 0): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value.toWellFormed();
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return undefined;
  return Object.values(value)
    .map((member) => textOf(member, depth + 1))
    .find((text) => text !== undefined);
}
