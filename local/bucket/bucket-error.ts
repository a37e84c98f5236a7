/**
 * A request Cloud Storage refuses: an HTTP status, the reason code of its error body and the
 * message (https://cloud.google.com/storage/docs/json_api/v1/status-codes).
 */
export class BucketError extends Error {
  override readonly name = "BucketError";
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    reason: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.headers = headers;
  }
}

/** The error body every client of the JSON API reads. */
export function errorBody(error: BucketError): unknown {
  const { status: code, reason, message } = error;
  return { error: { code, message, errors: [{ message, domain: "global", reason }] } };
}

/** 400: the request itself is wrong. */
export function invalidRequest(message: string): BucketError {
  return new BucketError(400, "invalid", message);
}

/** 404 for an object or one of its generations. */
export function noSuchObject(bucket: string, name: string, generation?: number): BucketError {
  const suffix = generation === undefined ? "" : `#${generation}`;
  return new BucketError(404, "notFound", `No such object: ${bucket}/${name}${suffix}`);
}

/** 412. */
export function conditionNotMet(): BucketError {
  return new BucketError(
    412,
    "conditionNotMet",
    "At least one of the pre-conditions you specified did not hold.",
  );
}
