/**
 * What ES2025 calls "JSON.parse source text access"
 * (https://github.com/tc39/proposal-json-parse-with-source).
 */
interface SourceTextAccess {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}

// Node 22 and later have it; TypeScript 6.0 does not declare it yet.
const json: SourceTextAccess = JSON as unknown as SourceTextAccess;

/**
 * As JSON.parse, but an integer beyond 2^53 becomes a bigint and keeps its digits. @throws
 * SyntaxError
 */
export function parseExactly(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source }) =>
    typeof value === "number" && isLargeInteger(value, source) ? BigInt(source ?? value) : value,
  );
}

function isLargeInteger(value: number, source: string | undefined): boolean {
  return !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source);
}

/** As `stringifyExactly`; undefined for what is nested too deeply for it (some 5,000 levels). */
export function tryStringifyExactly(value: unknown): string | undefined {
  try {
    return stringifyExactly(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The inverse of `parseExactly`. */
export function stringifyExactly(value: unknown): string {
  return JSON.stringify(value, (_key, child: unknown) =>
    typeof child === "bigint" ? json.rawJSON(child.toString()) : child,
  );
}
