/** White space, quoted texts, operators, and words (keys, functions, AND, OR, NOT). */
const TOKEN = /\s*("(?:[^"\\]|\\.)*"|!=|[-=:.,()]|\w[\w-]*)/y;
const KEY = /^([\w-]+|".*")$/s;
const VALUE = /^".*"$/s;
/** Words of one comparison, as patterns of its tokens. */
const COMPARISONS: readonly (readonly RegExp[])[] = [
  [/^attributes$/, /^:$/, KEY],
  [/^attributes$/, /^\.$/, KEY, /^!?=$/, VALUE],
  [/^hasPrefix$/, /^\($/, /^attributes$/, /^\.$/, KEY, /^,$/, VALUE, /^\)$/],
];

/**
 * Whether Pub/Sub may take a text as a subscription's filter
 * (https://cloud.google.com/pubsub/docs/subscription-message-filter#filtering_syntax). It says so
 * itself only when the subscription that another filter replaces is deleted already, with what
 * waits in it. Keys without quotes may have more characters here than there.
 */
export function isMessageFilter(text: string): boolean {
  const tokens = tokensOf(text);
  return tokens !== undefined && endOfExpression(tokens, 0) === tokens.length;
}

/** Where an expression that starts at `at` ends; undefined: there is none. */
function endOfExpression(tokens: readonly string[], at: number): number | undefined {
  let end = endOfTerm(tokens, at);
  const operator = end === undefined ? undefined : tokens[end];
  if (operator !== "AND" && operator !== "OR") return end;
  // The two are not mixed without parentheses.
  while (end !== undefined && tokens[end] === operator) end = endOfTerm(tokens, end + 1);
  return end;
}

function endOfTerm(tokens: readonly string[], at: number): number | undefined {
  const token = tokens[at];
  if (token === "NOT" || token === "-") return endOfTerm(tokens, at + 1);
  if (token === "(") {
    const end = endOfExpression(tokens, at + 1);
    return end !== undefined && tokens[end] === ")" ? end + 1 : undefined;
  }
  const found = COMPARISONS.find((words) =>
    words.every((word, index) => word.test(tokens[at + index] ?? "")),
  );
  return found && at + found.length;
}

/** undefined when something in the text is no token. */
function tokensOf(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  const source = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const [, token] = TOKEN.exec(source) ?? [];
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
}
