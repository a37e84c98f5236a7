import type { RecordedStack } from "./recorded-stack.ts";
import type { Scene } from "./story.ts";

/** What loses messages when it is there before what they need. */
interface Rule {
  readonly opens: RegExp;
  readonly awaits: readonly RegExp[];
  readonly lost: string;
}

const NOTIFICATION = /^notification$/;
const OBJECTS = /^subscription .*-objects$/;
const EVENTS = /^subscription .*-events$/;
const DEAD_LETTERS = /^subscription .*-dead-letters$/;
/** Accounts of the stack itself, which put nothing in. */
const STRANGER = "(?!serviceAccount:.*@acme-data\\.iam\\.)";
const UPLOADER = new RegExp(`^grant roles/storage\\.object\\w+ on bucket \\S+ to ${STRANGER}`);
const PUBLISHER = new RegExp(`^grant roles/pubsub\\.publisher on topic \\S+-events to ${STRANGER}`);
/** Without them a message is refused until its attempts are used up, and then goes nowhere. */
const DELIVERY = [
  /^grant roles\/iam\.serviceAccountTokenCreator on account .* to .*@gcp-sa-pubsub\./,
  /^grant roles\/pubsub\.publisher on topic \S+-dead-letters to .*@gcp-sa-pubsub\./,
];
const calls = (fn: string): RegExp =>
  new RegExp(`^grant roles/run\\.invoker on function \\S*${fn} `);
const forwards = (name: string): RegExp =>
  new RegExp(`^grant roles/pubsub\\.subscriber on subscription \\S+-${name} `);

/**
 * Until it works a grant only delays: messages are delivered again for hours. One that is not even
 * made may stay missing, when the run ends there.
 */
const RULES: readonly Rule[] = [
  {
    opens: NOTIFICATION,
    awaits: [OBJECTS, forwards("objects")],
    lost: "objects are announced to nobody",
  },
  { opens: UPLOADER, awaits: [NOTIFICATION], lost: "what is uploaded is never announced" },
  {
    opens: PUBLISHER,
    awaits: [EVENTS, forwards("events")],
    lost: "what is published is kept for nobody",
  },
  {
    opens: OBJECTS,
    awaits: [DEAD_LETTERS, ...DELIVERY, calls("import-object")],
    lost: "what cannot be delivered is lost",
  },
  {
    opens: EVENTS,
    awaits: [DEAD_LETTERS, ...DELIVERY, calls("import-messages")],
    lost: "what cannot be delivered is lost",
  },
  { opens: /^function /, awaits: [DEAD_LETTERS], lost: "dead letters are kept for nobody" },
];

/** Where something could come in, or be given up, before there was what keeps it. */
export function lossesOf({ google }: Scene, stack: RecordedStack): string[] {
  const things = [...google.things];
  const firstOf = (pattern: RegExp): number =>
    Math.min(...things.filter(([name]) => pattern.test(name)).map(([, time]) => time));
  return RULES.flatMap(({ opens, awaits, lost }) => {
    const opened = firstOf(opens);
    return awaits
      .filter((awaited) => isOwn(awaited, stack) && opened < firstOf(awaited))
      .map((awaited) => `${String(opens)} is there before ${String(awaited)}: ${lost}`);
  });
}

/** With `manageIam` off grants are made by somebody, after a run; until then messages wait. */
function isOwn(awaited: RegExp, { commands }: RecordedStack): boolean {
  return commands.length === 0 || !awaited.source.startsWith("^grant");
}
