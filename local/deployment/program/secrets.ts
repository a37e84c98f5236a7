/**
 * The mark Pulumi puts on secrets on their way to the engine:
 * https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/runtime/rpc.ts, `specialSecretSig`.
 */
const SECRET_MARK = "4dabf18193072939515e22adb298388d";

/** Whether `value` is a wrapped secret. */
export function isSecret(value: unknown): value is { readonly value: unknown } {
  return typeof value === "object" && value !== null && SECRET_MARK in value && "value" in value;
}

/** `value` with its secrets in clear. */
export function unwrapSecrets(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item)]));
}

function unwrap(value: unknown): unknown {
  if (isSecret(value)) return unwrap(value.value);
  if (Array.isArray(value)) return value.map(unwrap);
  return isPlain(value) ? unwrapSecrets(value) : value;
}

/** Archives and the like stay what they are. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
