import { RefusedError } from "../google/rest.ts";
import { type Check, type CheckContext, type Facts, known, type Outcome } from "./check.ts";
import { type Finding, outcomeOfFindings } from "./findings.ts";
import { callersOf } from "./needed-grants.ts";
import { objectOf, textOf } from "./resource.ts";

/** Whether the accounts that call, and that the functions run as, may be used. */
export const ACCOUNTS_CHECK: Check = {
  ...{ id: "accounts", title: "service accounts", phase: "after", origins: ["pulumi", "outputs"] },
  needs: ["subscriptions", "functions"],
  run: checkAccounts,
};

async function checkAccounts(context: CheckContext, facts: Facts): Promise<Outcome> {
  const running = known(facts, "functions").map(({ resource }) =>
    textOf(objectOf(resource["serviceConfig"])["serviceAccountEmail"]),
  );
  const emails = [...new Set([...callersOf(facts), ...running])].filter((email) => email !== "");
  const findings = await Promise.all(emails.map((email) => lookUp(context, email)));
  return outcomeOfFindings(findings.flat(), `all ${emails.length} are enabled.`);
}

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/get */
async function lookUp({ rest, urls }: CheckContext, email: string): Promise<readonly Finding[]> {
  try {
    const url = `${urls.iam}/v1/projects/-/serviceAccounts/${email}`;
    const { disabled } = await rest.get(`looking up ${email}`, url);
    return disabled === true
      ? [
          {
            detail: `${email} is disabled: whatever it does is refused.`,
            remedy: `Run:\n  gcloud iam service-accounts enable ${email}`,
          },
        ]
      : [];
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404)
      return [{ detail: `there is no account ${email}.` }];
    throw error;
  }
}
