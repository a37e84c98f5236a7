/** Whether a version such as `3.245.0` is `least` or later; what follows a dash does not count. */
export function isAtLeast(version: string, least: string): boolean {
  const [ours, theirs] = [version, least].map((text) =>
    text.replace(/^v/, "").split(/[-+]/)[0]?.split(".").map(Number),
  );
  for (let index = 0; index < 3; index++) {
    const difference = (ours?.[index] ?? 0) - (theirs?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
