/**
 * The responses of Pub/Sub that are not 2xx:
 * https://cloud.google.com/pubsub/docs/reference/error-codes.
 */
const HTTP_STATUS = {
  INVALID_ARGUMENT: 400,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  UNIMPLEMENTED: 501,
} as const;

export type ServiceCode = keyof typeof HTTP_STATUS;

/** A request that Pub/Sub refuses. `status` is the HTTP status of the REST interface. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: ServiceCode;
  readonly status: number;

  constructor(code: ServiceCode, message: string) {
    super(message);
    this.code = code;
    this.status = HTTP_STATUS[code];
  }
}

/**
 * The JSON body Google's REST interfaces send with errors
 * (https://cloud.google.com/apis/design/errors).
 */
export function errorBody({ status, code, message }: ServiceError): object {
  return { error: { code: status, message, status: code } };
}
