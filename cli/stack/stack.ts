import { UserError } from "../../functions/platform/user-error.ts";

/** A deployed stack, or a local cloud that runs, as the operator's commands need it. */
export interface Stack {
  /** For people: `the stack production`, `the local cloud`. */
  readonly title: string;
  /** Project that subscriptions and functions are in. */
  readonly project: string;
  /** Names of buckets. */
  readonly landingBucket: string;
  readonly receiptsBucket: string;
  /** `projects/P/topics/T` each; the events topic may be in another project. */
  readonly objectsTopic: string;
  readonly eventsTopic: string;
  readonly deadLetterTopic: string;
  /** `projects/P/subscriptions/S` */
  readonly deadLetterSubscription: string;
  /** Names of the functions, which their Cloud Run services share. */
  readonly importObjectFunction: string;
  readonly importMessagesFunction: string;
  /** Address of the dashboard in the console; "" where there is none. */
  readonly dashboardUrl: string;
  /** Where the services are; undefined: Google's. */
  readonly local: LocalServices | undefined;
}

/** Base URLs of the services of a local cloud, without a trailing slash. */
export interface LocalServices {
  readonly storageUrl: string;
  readonly pubsubUrl: string;
  readonly monitoringUrl: string;
  /** Of the simulator; undefined: Mixpanel runs elsewhere. */
  readonly mixpanelUrl?: string | undefined;
}

/** What the stack's outputs are called, and what each has to look like. */
const OUTPUTS = {
  bucketUrl: /^gs:\/\/([^/]+)\/?$/,
  receiptsBucket: /^([^/]+)$/,
  objectsTopic: /^(projects\/[^/]+\/topics\/[^/]+)$/,
  eventsTopic: /^(projects\/[^/]+\/topics\/[^/]+)$/,
  deadLetterTopic: /^(projects\/[^/]+\/topics\/[^/]+)$/,
  deadLetterSubscription: /^(projects\/[^/]+\/subscriptions\/[^/]+)$/,
  importObjectFunction: /^(.+)$/,
  importMessagesFunction: /^(.+)$/,
  dashboardUrl: /^(.*)$/,
} as const;

export type OutputName = keyof typeof OUTPUTS;

/** The outputs without which nothing can be operated. */
export const OUTPUT_NAMES = Object.keys(OUTPUTS) as readonly OutputName[];
const OPTIONAL: readonly OutputName[] = [
  "dashboardUrl",
  "importObjectFunction",
  "importMessagesFunction",
];

/**
 * What Pulumi prints for a secret
 * (https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_output/).
 */
const MASKED = "[secret]";

function describeProblem(value: unknown): string {
  if (value === undefined) return "missing";
  return value === MASKED
    ? "masked; print it with: pulumi stack output --json --show-secrets"
    : "not what a stack has there";
}

/**
 * A stack from its outputs (`pulumi stack output --json`).
 *
 * @param origin where they are from, for messages
 * @throws UserError naming every output that is missing or not one
 */
export function stackOf(
  outputs: Readonly<Record<string, unknown>>,
  about: Pick<Stack, "title" | "local"> & { readonly origin: string },
): Stack {
  const problems: string[] = [];
  const read = (name: OutputName): string => {
    const value = outputs[name];
    if (value === undefined && OPTIONAL.includes(name)) return "";
    const [, text] = (typeof value === "string" ? OUTPUTS[name].exec(value) : null) ?? [];
    if (text !== undefined) return text;
    problems.push(`${name}: ${describeProblem(value)}`);
    return "";
  };
  const { title, local, origin } = about;
  const deadLetterSubscription = read("deadLetterSubscription");
  const stack: Stack = {
    title,
    project: deadLetterSubscription.split("/")[1] ?? "",
    landingBucket: read("bucketUrl"),
    receiptsBucket: read("receiptsBucket"),
    objectsTopic: read("objectsTopic"),
    eventsTopic: read("eventsTopic"),
    deadLetterTopic: read("deadLetterTopic"),
    deadLetterSubscription,
    importObjectFunction: read("importObjectFunction"),
    importMessagesFunction: read("importMessagesFunction"),
    dashboardUrl: read("dashboardUrl"),
    local,
  };
  if (problems.length === 0) return stack;
  throw new UserError(
    `${origin} are not the outputs of a stack that is deployed:\n` +
      problems.map((problem) => `  ${problem}`).join("\n") +
      "\nRun pulumi up to its end, or give what is missing with --set NAME=VALUE.",
  );
}
