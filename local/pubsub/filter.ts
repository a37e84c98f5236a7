import { ServiceError } from "./service-error.ts";

/** Whether a message with these attributes is delivered. */
export type Filter = (attributes: Readonly<Record<string, string>>) => boolean;

/** Limit of the service, in bytes: https://cloud.google.com/pubsub/quotas#resource_limits. */
const MAX_BYTES = 256;

/** White space, quoted texts, operators, and words (keys, functions, AND, OR, NOT). */
const TOKEN = /\s*("(?:[^"\\]|\\.)*"|!=|[-=:.,()]|[A-Za-z_][A-Za-z0-9_]*)/y;

/**
 * A filter of the service, of attributes only as there: `attributes:k`, `attributes.k = "v"`, `!=`,
 * `hasPrefix(attributes.k, "v")`, `NOT` or `-`, parentheses, and `AND` or `OR`, which are not mixed
 * without parentheses. "" lets everything pass.
 * https://cloud.google.com/pubsub/docs/subscription-message-filter#filtering_syntax
 *
 * @throws ServiceError INVALID_ARGUMENT
 */
export function parseFilter(text: string): Filter {
  if (text.trim() === "") return () => true;
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw new ServiceError("INVALID_ARGUMENT", `The filter has over ${MAX_BYTES} bytes.`);
  const parser = new FilterParser(text);
  return parser.whole();
}

/** One method for each rule of the grammar, from the whole down. */
class FilterParser {
  readonly #text: string;
  #tokens: readonly string[];

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text) ?? [];
  }

  whole(): Filter {
    const filter = this.#expression();
    return this.#tokens.length === 0 ? filter : this.#refuse();
  }

  #expression(): Filter {
    const terms = [this.#term()];
    const [operator = ""] = this.#tokens;
    while (/^(AND|OR)$/.test(operator) && this.#take(operator)) terms.push(this.#term());
    if (operator === "OR") return (attributes) => terms.some((term) => term(attributes));
    return (attributes) => terms.every((term) => term(attributes));
  }

  #term(): Filter {
    if (this.#take("NOT") || this.#take("-")) {
      const negated = this.#term();
      return (attributes) => !negated(attributes);
    }
    if (this.#take("(")) {
      const inner = this.#expression();
      this.#need(")");
      return inner;
    }
    return this.#take("hasPrefix") ? this.#prefix() : this.#comparison();
  }

  #prefix(): Filter {
    this.#need("(");
    this.#need("attributes");
    this.#need(".");
    const key = this.#key();
    this.#need(",");
    const prefix = this.#value();
    this.#need(")");
    return (attributes) => attributes[key]?.startsWith(prefix) ?? false;
  }

  #comparison(): Filter {
    this.#need("attributes");
    if (this.#take(":")) {
      const key = this.#key();
      return (attributes) => attributes[key] !== undefined;
    }
    this.#need(".");
    const key = this.#key();
    if (this.#take("=")) {
      const value = this.#value();
      return (attributes) => attributes[key] === value;
    }
    this.#need("!=");
    const value = this.#value();
    return (attributes) => attributes[key] !== value;
  }

  /** A word, or any text in quotes. */
  #key(): string {
    const [token = ""] = this.#tokens;
    if (token.startsWith('"')) return this.#value();
    if (!/^\w+$/.test(token)) return this.#refuse();
    this.#need(token);
    return token;
  }

  #value(): string {
    const [token = ""] = this.#tokens;
    if (!token.startsWith('"')) return this.#refuse();
    this.#need(token);
    return token.slice(1, -1).replace(/\\(.)/g, "$1");
  }

  #take(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens = this.#tokens.slice(1);
    return true;
  }

  #need(token: string): void {
    if (!this.#take(token)) this.#refuse();
  }

  #refuse(): never {
    throw new ServiceError("INVALID_ARGUMENT", `Invalid filter: ${this.#text}`);
  }
}

/** undefined when something in the text is no token. */
function tokensOf(text: string): string[] | undefined {
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
