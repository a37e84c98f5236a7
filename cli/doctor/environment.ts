import { isObject } from "../../functions/platform/json.ts";
import {
  type Check,
  type CheckContext,
  type Facts,
  type FunctionFacts,
  known,
  type Outcome,
} from "./check.ts";
import { type Finding, outcomeOfFindings } from "./findings.ts";
import {
  comparable,
  CONFIGURED,
  configuredValue,
  FOREIGN,
  type Variable,
  variablesOf,
} from "./function-variables.ts";
import { objectOf, textOf } from "./resource.ts";
import { RUNTIME } from "./stack-values.ts";

/** Whether the functions run what the stack made, with what it gave to them. */
export const ENVIRONMENT_CHECK: Check = {
  ...{ id: "environment", title: "settings of the functions", phase: "after" },
  origins: ["pulumi", "outputs"],
  needs: ["functions"],
  run: checkEnvironment,
};

function checkEnvironment(_context: CheckContext, facts: Facts): Promise<Outcome> {
  const { importObjectFunction } = known(facts, "stack");
  const findings = known(facts, "functions").flatMap((one) => {
    const isImportObject = one.name === importObjectFunction;
    return [
      ...findingsInBuild(one, isImportObject),
      ...findingsInOutputs(one, facts, isImportObject),
      ...findingsInForeign(one),
      ...(facts.settings === undefined
        ? []
        : [
            ...findingsInSettings(one, facts.settings),
            ...findingsInService(one, facts.settings, isImportObject),
          ]),
    ];
  });
  return Promise.resolve(
    outcomeOfFindings(findings, "both have what the stack says, and nothing else."),
  );
}

/** The variables of a function. */
export function environmentOf({ resource }: FunctionFacts): Readonly<Record<string, unknown>> {
  return objectOf(objectOf(resource["serviceConfig"])["environmentVariables"]);
}

function findingsInBuild(
  { name, resource }: FunctionFacts,
  isImportObject: boolean,
): readonly Finding[] {
  const { entryPoint, runtime } = objectOf(resource["buildConfig"]);
  const own = isImportObject ? "importObject" : "importMessages";
  return [
    ...(entryPoint === undefined || entryPoint === own
      ? []
      : [{ detail: `${name}: its entry point is ${textOf(entryPoint)}, not ${own}.` }]),
    ...(runtime === undefined || runtime === RUNTIME
      ? []
      : [{ isWarning: true, detail: `${name} runs on ${textOf(runtime)}, not on ${RUNTIME}.` }]),
  ];
}

function findingsInOutputs(
  one: FunctionFacts,
  facts: Facts,
  isImportObject: boolean,
): readonly Finding[] {
  const environment = environmentOf(one);
  const wanted = Object.entries(variablesOf(known(facts, "stack"), isImportObject));
  return wanted.flatMap(([variable, should]) => {
    const is = textOf(environment[variable]);
    return is === should ? [] : [{ detail: `${one.name}: ${differs(variable, is, should)}` }];
  });
}

/** `BATCH_EVENTS is 10, not 2000.` */
export function differs(variable: string, is: string, should: string): string {
  const [told, wanted] = [is, should].map((text) => (text === "" ? "not set" : text));
  return `${variable} is ${told}, not ${wanted}.`;
}

/** Their values are not told: one may be the token. */
function findingsInForeign(one: FunctionFacts): readonly Finding[] {
  const environment = environmentOf(one);
  return FOREIGN.filter((variable) => textOf(environment[variable]) !== "").map((variable) => ({
    detail: `${one.name}: ${variable} is set, which no stack does.`,
  }));
}

/** What decides where events go. */
const VITAL: readonly Variable[] = ["MIXPANEL_REGION"];

function findingsInSettings(
  one: FunctionFacts,
  settings: ReadonlyMap<string, string>,
): readonly Finding[] {
  const environment = environmentOf(one);
  return Object.entries(CONFIGURED).flatMap(([variable, source]) => {
    const is = comparable(textOf(environment[variable]));
    const should = configuredValue(source, settings);
    if (is === should) return [];
    const isWarning = !VITAL.some((vital) => vital === variable);
    return [{ isWarning, detail: `${one.name}: ${differs(variable, is, should)}` }];
  });
}

/** What the service is given besides; what it does not tell is not compared. */
function findingsInService(
  { name, resource }: FunctionFacts,
  settings: ReadonlyMap<string, string>,
  isImportObject: boolean,
): readonly Finding[] {
  const wanted: Readonly<Record<string, string>> = {
    timeoutSeconds: settings.get("timeoutSeconds") ?? CONFIGURED.TIMEOUT_SECONDS.standard,
    maxInstanceCount: settings.get("maxInstances") ?? "20",
    // One object can fill an instance.
    maxInstanceRequestConcurrency: isImportObject
      ? "1"
      : (settings.get("messageConcurrency") ?? "250"),
    ingressSettings: "ALLOW_INTERNAL_ONLY",
  };
  const config = isObject(resource["serviceConfig"]) ? resource["serviceConfig"] : {};
  return Object.entries(wanted).flatMap(([field, should]) => {
    const value = config[field];
    if (typeof value !== "string" && typeof value !== "number") return [];
    const is = String(value);
    return is === should
      ? []
      : [{ isWarning: true, detail: `${name}: ${differs(field, is, should)}` }];
  });
}
