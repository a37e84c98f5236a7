/**
 * Stands in for the stack's `transformSecret` where none is given; known to everybody, so of no use
 * against anybody.
 */
export const TEST_TRANSFORM_SECRET = "a test secret that everybody knows";

/** What to tell when the test secret is used. */
export const TEST_SECRET_NOTE =
  "TRANSFORM_SECRET is not set: transforms get a test secret, and hashes differ from the deployed ones.";

/**
 * `context.secret` of transforms on this machine: TRANSFORM_SECRET of the environment, else the
 * test secret.
 */
export function localTransformSecret(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const secret = (environment["TRANSFORM_SECRET"] ?? "").trim();
  return secret === "" ? TEST_TRANSFORM_SECRET : secret;
}
