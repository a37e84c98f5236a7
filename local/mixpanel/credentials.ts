import { PROJECT_SECRETS_END_MS } from "./limits.ts";
import type { Project, Region } from "./project.ts";

/** What a request says about who sends it. */
export interface Credentials {
  readonly authorization: string | undefined;
  /** `project_id` of the query. */
  readonly projectId: string | null;
}

/**
 * The project a request may import into, or undefined for 401. Known are the project token, a
 * service account (base64 or, as https://docs.mixpanel.com/reference/service-accounts says, plain
 * text), and the deprecated project secret. OAuth tokens are not. The status for a token of another
 * region is not documented; 401 is inferred.
 */
export function authenticate(
  { authorization, projectId }: Credentials,
  projects: readonly Project[],
  region: Region,
  nowMs: number,
): Project | undefined {
  const encoded = /^Basic (.*)$/i.exec(authorization ?? "")?.[1] ?? "";
  const pairs = [Buffer.from(encoded, "base64").toString("utf8"), encoded].map(splitPair);
  return projects.find(
    (project) =>
      (project.settings.region ?? region) === region &&
      pairs.some(([user, password]) =>
        password === ""
          ? isProjectKey(project, user, nowMs)
          : isServiceAccount(project, user, password, projectId, nowMs),
      ),
  );
}

function splitPair(text: string): readonly [string, string] {
  const colon = text.indexOf(":");
  return colon === -1 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
}

function isProjectKey({ settings }: Project, key: string, nowMs: number): boolean {
  if (key === "") return false;
  return key === settings.token || (key === settings.apiSecret && nowMs < PROJECT_SECRETS_END_MS);
}

function isServiceAccount(
  { settings }: Project,
  user: string,
  secret: string,
  projectId: string | null,
  nowMs: number,
): boolean {
  if (projectId !== settings.id) return false;
  const account = settings.serviceAccounts?.find(
    (candidate) => candidate.user === user && candidate.secret === secret,
  );
  if (account === undefined || nowMs >= (account.expiresMs ?? Infinity)) return false;
  return account.role === "owner" || account.role === "admin";
}
