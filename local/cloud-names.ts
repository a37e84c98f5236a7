import {
  LOCAL_PROJECT,
  DEFAULT_PROGRAM,
  type RecordedProgram,
} from "./deployment/recorded-program.ts";

/** What the parts of a local cloud are called, as full names where Google Cloud has them. */
export interface CloudNames {
  readonly landingBucket: string;
  readonly receiptsBucket: string;
  readonly objectsTopic: string;
  readonly eventsTopic: string;
  readonly deadLetterTopic: string;
  readonly objectsSubscription: string;
  readonly eventsSubscription: string;
  readonly deadLetterSubscription: string;
}

/** A second reader of dead letters, for runs that leave the first to an operator. */
export const DEAD_LETTER_REPORT = `projects/${LOCAL_PROJECT.project}/subscriptions/dead-letter-report`;

/**
 * What a program calls its parts.
 *
 * @throws Error when it lacks one
 */
export function namesOf({ outputs, resources }: RecordedProgram): CloudNames {
  const output = (name: string): string => {
    const value = outputs[name];
    if (value === undefined) throw new Error(`The program exports no ${name}.`);
    return value;
  };
  const subscriptionOf = (topic: string): string => {
    const found = resources.find(
      ({ type, inputs }) =>
        type === "gcp:pubsub/subscription:Subscription" && inputs["topic"] === topic,
    );
    if (found === undefined) throw new Error(`The program subscribes nothing to ${topic}.`);
    return `projects/${LOCAL_PROJECT.project}/subscriptions/${String(found.inputs["name"])}`;
  };
  const [objectsTopic, eventsTopic] = [output("objectsTopic"), output("eventsTopic")];
  return {
    landingBucket: output("bucketUrl").replace("gs://", ""),
    receiptsBucket: output("receiptsBucket"),
    objectsTopic,
    eventsTopic,
    deadLetterTopic: output("deadLetterTopic"),
    objectsSubscription: subscriptionOf(objectsTopic),
    eventsSubscription: subscriptionOf(eventsTopic),
    deadLetterSubscription: output("deadLetterSubscription"),
  };
}

/** Those of a stack that nobody has configured. */
export const CLOUD_NAMES = namesOf(DEFAULT_PROGRAM);
