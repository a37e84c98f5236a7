import { isAboutTheEvent, REFUSED_EVENT } from "../../functions/mixpanel/profiles/token-proof.ts";
import { messageOf } from "../../functions/platform/errors.ts";
import { operatorDeadline } from "../google/rest.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  ok,
  type Outcome,
  unknown,
  warning,
} from "./check.ts";
import { pulumi } from "./pulumi.ts";

/** Which of Mixpanel's hosts takes the token. */
export const TOKEN_CHECK: Check = {
  ...{ id: "token", title: "Mixpanel token and region", phase: "before" },
  origins: ["pulumi", "outputs"],
  needs: ["config"],
  run: checkToken,
};

const REGIONS = ["us", "eu", "in"] as const;
type Region = (typeof REGIONS)[number];

/** What a host says of the token. */
type Verdict = "accepted" | "refused" | { readonly unclear: string };

const SET_TOKEN = "pulumi config set --secret mixpanelToken (Mixpanel: Project Settings, Overview)";

async function checkToken(context: CheckContext, facts: Facts): Promise<Outcome> {
  const token = await readToken(context);
  if (token === "")
    return unknown(
      "could not check: there is no token to be read.",
      "Set MIXPANEL_TOKEN for this command; without the stack's passphrase its token is not readable.",
    );
  if (/\s/.test(token))
    return failed("it is not one: there is white space in it.", `Run: ${SET_TOKEN}`);
  const verdicts = await Promise.all(
    REGIONS.map(async (region): Promise<[Region, Verdict]> => [
      region,
      await ask(context, region, token),
    ]),
  );
  return conclude(new Map(verdicts), facts.settings?.get("mixpanelRegion"));
}

/** Trimmed, as the stack does it; "" when nobody says. */
async function readToken(context: CheckContext): Promise<string> {
  const given = (context.environment["MIXPANEL_TOKEN"] ?? "").trim();
  if (given !== "" || context.origin !== "pulumi") return given;
  const { code, stdout } = await pulumi(context, ["config", "get", "mixpanelToken"]);
  return code === 0 ? stdout.trim() : "";
}

/**
 * An event that is certain to be refused, and stores nothing: a 400 that names it has passed the
 * check of the token, a wrong one is a 401. That the other regions' hosts refuse it is not
 * documented (https://docs.mixpanel.com/docs/privacy/eu-residency), so it is not relied upon.
 */
async function ask(context: CheckContext, region: Region, token: string): Promise<Verdict> {
  try {
    const { status, body } = await context.google.send({
      name: `Mixpanel (${region})`,
      method: "POST",
      url: `${context.urls.mixpanel[region]}/import?strict=1`,
      headers: { "Content-Type": "application/json" },
      auth: { username: token, password: "" },
      body: REFUSED_EVENT,
      maxResponseBytes: 1_000_000,
      deadline: operatorDeadline(context.signal, context.requestMs),
    });
    if (status === 400 && isAboutTheEvent(body)) return "accepted";
    return status === 401 || status === 403
      ? "refused"
      : { unclear: `Mixpanel (${region}) responded with ${status}` };
  } catch (error) {
    return { unclear: messageOf(error) };
  }
}

function conclude(verdicts: ReadonlyMap<Region, Verdict>, configured: string | undefined): Outcome {
  const accepting = REGIONS.filter((region) => verdicts.get(region) === "accepted");
  const unclear = [...verdicts.values()].flatMap((verdict) =>
    typeof verdict === "string" ? [] : [verdict.unclear],
  );
  if (configured !== undefined && !REGIONS.some((region) => region === configured))
    return failed(
      `mixpanelRegion is ${configured}.`,
      "Run: pulumi config set mixpanelRegion us (or eu, in)",
    );
  const expected = configured ?? "us";
  if (accepting.some((region) => region === expected))
    return ok(`${hostOf(expected)} takes the token.`);
  const [other] = accepting;
  if (other !== undefined && verdicts.get(expected as Region) === "refused")
    return failed(
      `the token is of a project in region ${other}; mixpanelRegion is ${expected}.`,
      `Run: pulumi config set mixpanelRegion ${other}, or ${SET_TOKEN}`,
    );
  if (unclear.length > 0)
    return warning(
      `could not check: ${unclear.join("; ")}.`,
      "Run doctor again; https://www.mixpanelstatus.com.",
    );
  return failed("Mixpanel refuses the token in every region (401).", `Run: ${SET_TOKEN}`);
}

function hostOf(region: string): string {
  return region === "us" ? "api.mixpanel.com" : `api-${region}.mixpanel.com`;
}
