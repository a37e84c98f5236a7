import { configured, type Planted } from "./faults-before.ts";
import { deployed, SECRET, serviceOf } from "./healthy.ts";
import type { Fault } from "./stand-in.ts";

type Changes = Readonly<Record<string, unknown>>;

const functions = (object: object, messages: object = deployed("messages")): Fault => ({
  replies: { "/locations/-/functions": { functions: [object, messages] } },
});

const importObject = (changes: Changes): Fault => functions({ ...deployed("object"), ...changes });

const config = (changes: Changes): Fault => {
  const { serviceConfig } = deployed("object");
  return importObject({ serviceConfig: { ...serviceConfig, ...changes } });
};

/** Of the function that has nothing but the least variables. */
const variable = (name: string, value: string): Fault => {
  const { serviceConfig, ...rest } = deployed("messages");
  const environmentVariables = { ...serviceConfig.environmentVariables, [name]: value };
  return functions(deployed("object"), {
    ...rest,
    serviceConfig: { ...serviceConfig, environmentVariables },
  });
};

const token = (changes: Changes): Fault => {
  const [own] = deployed("object").serviceConfig.secretEnvironmentVariables;
  return config({ secretEnvironmentVariables: [{ ...own, ...changes }] });
};

const service = (changes: Changes): Fault => ({
  replies: {
    "/services/mixpanel-import-dev-import-object": { ...serviceOf("object"), ...changes },
  },
});

const container = (name: string, value: string): Fault => {
  const { template } = serviceOf("object");
  const [{ env } = { env: [] }] = template.containers;
  const others = env.filter((one) => one.name !== name);
  return service({
    template: { ...template, containers: [{ env: [...others, { name, value }] }] },
  });
};

const pinned = { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "r-1" };
const version = `/secrets/${SECRET}/versions/3`;

/** What was changed, and what finds it. */
const CHANGED: readonly (readonly [
  fault: string,
  id: string,
  given: Fault,
  detail: RegExp,
  status?: "failed" | "warning",
])[] = [
  [
    "a function that could not be made",
    "functions",
    importObject({ state: "FAILED", stateMessages: [{ message: "no quota" }] }),
    /import-object is FAILED \(no quota\)/,
  ],
  [
    "a function that Google warns of",
    "functions",
    importObject({ stateMessages: [{ severity: "WARNING", message: "runtime ends" }] }),
    /import-object: runtime ends/,
    "warning",
  ],
  ["no token", "functions", config({ secretEnvironmentVariables: [] }), /MIXPANEL_TOKEN is not/],
  [
    "dead letters to elsewhere",
    "environment",
    variable("DEAD_LETTER_TOPIC", "projects/x/topics/y"),
    /import-messages: DEAD_LETTER_TOPIC is projects\/x\/topics\/y, not projects\/my-project/,
  ],
  [
    "receipts to elsewhere",
    "environment",
    config({ environmentVariables: { RECEIPTS_BUCKET: "nope" } }),
    /import-object: RECEIPTS_BUCKET is nope, not receipts/,
  ],
  [
    "another region of Mixpanel",
    "environment",
    variable("MIXPANEL_REGION", "eu"),
    /MIXPANEL_REGION is eu, not us/,
  ],
  [
    "another address of Mixpanel",
    "environment",
    variable("MIXPANEL_URL", "https://x.example"),
    /import-messages: MIXPANEL_URL is set/,
  ],
  [
    "an emulator",
    "environment",
    variable("PUBSUB_EMULATOR_HOST", "localhost:8085"),
    /PUBSUB_EMULATOR_HOST is set/,
  ],
  [
    "settings by hand",
    "environment",
    variable("BATCH_EVENTS", "10"),
    /import-messages: BATCH_EVENTS is 10, not 2000/,
    "warning",
  ],
  [
    "settings that are not deployed",
    "environment",
    { programs: configured({ includeObjects: '["a/**","b/*"]' }) },
    /INCLUDE_OBJECTS is not set, not a\/\*\*,b\/\*/,
    "warning",
  ],
  [
    "fewer instances",
    "environment",
    config({ maxInstanceCount: 1 }),
    /maxInstanceCount is 1, not 20/,
    "warning",
  ],
  [
    "reachable from outside",
    "environment",
    config({ ingressSettings: "ALLOW_ALL" }),
    /ingressSettings is ALLOW_ALL/,
    "warning",
  ],
  [
    "another entry point",
    "environment",
    importObject({ buildConfig: { entryPoint: "helloWorld", runtime: "nodejs24" } }),
    /import-object: its entry point is helloWorld, not importObject/,
  ],
  [
    "another runtime",
    "environment",
    importObject({ buildConfig: { entryPoint: "importObject", runtime: "nodejs12" } }),
    /import-object runs on nodejs12, not on nodejs24/,
    "warning",
  ],
  [
    "a secret that is destroyed",
    "secret",
    { replies: { [version]: { state: "DESTROYED" } } },
    /DESTROYED/,
  ],
  [
    "a secret that is disabled",
    "secret",
    { replies: { [version]: { state: "DISABLED" } } },
    /DISABLED/,
  ],
  [
    "a secret of another project",
    "secret",
    token({ projectId: "other-project" }),
    /import-object: MIXPANEL_TOKEN is a secret of the project other-project/,
  ],
  [
    "the secret of another stack",
    "secret",
    token({ secret: "mixpanel-import-prod-token" }),
    /MIXPANEL_TOKEN is the secret mixpanel-import-prod-token, not mixpanel-import-dev-token/,
  ],
  [
    "a revision that is not ready",
    "revisions",
    service({ terminalCondition: { state: "CONDITION_FAILED", message: "exit 1" } }),
    /not ready: exit 1/,
  ],
  [
    "a revision that does not start",
    "revisions",
    service({ latestCreatedRevision: "r-3" }),
    /newest revision does not start/,
  ],
  [
    "calls to an old revision",
    "revisions",
    service({ traffic: [{ ...pinned, percent: 100 }] }),
    /import-object sends 100 % of its calls to r-1/,
  ],
  [
    "some calls to an old revision",
    "revisions",
    service({
      traffic: [
        { ...pinned, percent: 10 },
        { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 90 },
      ],
    }),
    /sends 10 % of its calls to r-1/,
  ],
  [
    "scaled to nothing",
    "revisions",
    service({ scaling: { scalingMode: "MANUAL", manualInstanceCount: 0 } }),
    /import-object is scaled by hand, to 0 instances/,
  ],
  [
    "scaled by hand",
    "revisions",
    service({ scaling: { scalingMode: "MANUAL", manualInstanceCount: 2 } }),
    /scaled by hand, to 2 instances/,
    "warning",
  ],
  [
    "no instances",
    "revisions",
    service({ scaling: { maxInstanceCount: 0 } }),
    /import-object may have 0 instances/,
  ],
  [
    "a service that goes",
    "revisions",
    service({ deleteTime: "2026-11-01T00:00:00Z" }),
    /import-object: its service is being deleted/,
  ],
  [
    "a service that asks nobody who he is",
    "revisions",
    service({ invokerIamDisabled: true }),
    /anybody may call .*import-object/,
    "warning",
  ],
  [
    "a service that was changed behind the function",
    "revisions",
    container("DEAD_LETTER_TOPIC", "projects/x/topics/y"),
    /the service of .*import-object: DEAD_LETTER_TOPIC is projects\/x\/topics\/y/,
  ],
  [
    "a service with a variable of its own",
    "revisions",
    container("MIXPANEL_URL", "https://x.example"),
    /the service of .*import-object: MIXPANEL_URL is set/,
  ],
  [
    "a token in the open",
    "revisions",
    container("MIXPANEL_TOKEN", "abc"),
    /MIXPANEL_TOKEN is not set, not the secret/,
  ],
];

const REMEDIES: Readonly<Record<string, RegExp>> = {
  "a revision that is not ready": /severity ERROR/,
  "a revision that does not start": /severity ERROR/,
  "calls to an old revision": /update-traffic mixpanel-import-dev-import-object --to-latest/,
  "some calls to an old revision": /update-traffic/,
  "scaled to nothing": /services update .*import-object --scaling auto --region us-central1/,
  "scaled by hand": /--scaling auto/,
};

/** Of the functions and their services. */
export const FAULTS_OF_FUNCTIONS: readonly Planted[] = CHANGED.map(
  ([fault, id, given, detail, status = "failed"]) => ({
    ...{ fault, id, given, detail, status },
    remedy: REMEDIES[fault] ?? /pulumi up/,
  }),
);
