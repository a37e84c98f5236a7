/** What the parts of the local cloud are called, as full names where Google Cloud has them. */
export const CLOUD_NAMES = {
  project: "local",
  landingBucket: "local-landing",
  receiptsBucket: "local-receipts",
  objectsTopic: "projects/local/topics/objects",
  eventsTopic: "projects/local/topics/events",
  deadLetterTopic: "projects/local/topics/dead-letters",
  objectsSubscription: "projects/local/subscriptions/objects",
  eventsSubscription: "projects/local/subscriptions/events",
  deadLetterSubscription: "projects/local/subscriptions/dead-letters",
  /** A second reader of dead letters, for runs that leave the first to an operator. */
  deadLetterReport: "projects/local/subscriptions/dead-letter-report",
} as const;

/** The subscriptions that push to the functions. */
export const PUSH_SUBSCRIPTIONS = [
  CLOUD_NAMES.objectsSubscription,
  CLOUD_NAMES.eventsSubscription,
] as const;
