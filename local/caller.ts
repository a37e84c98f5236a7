/** Who sends a request to one of Google's services, and what that account may do. */
export interface Caller {
  /** Address of the account, for messages. */
  readonly email: string;
  /**
   * @param permission `pubsub.topics.publish`
   * @param resource full name: `projects/P/topics/T`, `projects/_/buckets/B/objects/O`
   */
  may(permission: string, resource: string): boolean;
}

/** Whoever the machine belongs to: nobody is asked for credentials on it. */
export const OWNER: Caller = { email: "owner", may: () => true };
