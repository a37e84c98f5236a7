/**
 * The limit that the body of a 413 names: `request exceeds max limit of 2097152 bytes`,
 * https://docs.mixpanel.com/troubleshooting/errors/413-payload-too-large
 */
export function limitIn(body: Buffer): number | undefined {
  const limit = /max limit of (\d+) bytes/.exec(body.toString("utf8"))?.[1];
  return limit === undefined ? undefined : Number(limit);
}
