/** What events will meet that is no refusal of theirs, or one of some projects only. */
export interface EventNotes {
  /**
   * `$identify`, `$create_alias`, `$merge`: refused by projects with Simplified ID Merge
   * (https://docs.mixpanel.com/docs/tracking-methods/id-management).
   */
  readonly identityEvents: number;
  /** Events that projects with Original ID Merge refuse. */
  readonly withoutDistinctId: number;
  /**
   * Of these, events without `$user_id` and `$device_id` too: Mixpanel makes a user up from the
   * address of the request
   * (https://docs.mixpanel.com/troubleshooting/errors/server-side-events-without-a-user).
   */
  readonly withoutUser: number;
  /** Different `$token`s of updates, at most MAX_TOKENS; here nobody knows which is the stack's. */
  readonly tokens: number;
}

/** Nobody has so many projects. */
const MAX_TOKENS = 1000;

export interface EventNoteTally {
  add(properties: Readonly<Record<string, unknown>>, isIdentity: boolean): void;
  /** Of an update; it is told apart from others, and never shown. */
  addToken(token: string): void;
  notes(): EventNotes;
}

/** Counts what is worth a note. */
export function createEventNotes(): EventNoteTally {
  const tokens = new Set<string>();
  let identityEvents = 0;
  let withoutDistinctId = 0;
  let withoutUser = 0;
  return {
    add: (properties, isIdentity) => {
      if (isIdentity) {
        identityEvents++;
        return;
      }
      if (isPresent(properties["distinct_id"])) return;
      withoutDistinctId++;
      if (!isPresent(properties["$user_id"]) && !isPresent(properties["$device_id"])) withoutUser++;
    },
    addToken: (token) => {
      if (tokens.size < MAX_TOKENS) tokens.add(token);
    },
    notes: () => ({ identityEvents, withoutDistinctId, withoutUser, tokens: tokens.size }),
  };
}

function isPresent(id: unknown): boolean {
  return id !== undefined && id !== null;
}
