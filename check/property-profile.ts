/** What is known of a property after all events were seen. */
export interface PropertySummary {
  readonly name: string;
  /** Events that have it. */
  readonly events: number;
  /** Of all events, 0 to 1. */
  readonly share: number;
  /** How often its value was of each type. */
  readonly types: Readonly<Partial<Record<ValueType, number>>>;
  /** Texts that Mixpanel cuts, being longer than 255 bytes. */
  readonly cut: number;
}

export type ValueType = "string" | "number" | "boolean" | "null" | "list" | "object";

/** How often an event of that name occurred. */
export interface EventNameCount {
  readonly name: string;
  readonly events: number;
}

export interface PropertyProfile {
  add(name: string, properties: Readonly<Record<string, unknown>>): void;
  /** Most frequent first. */
  properties(): readonly PropertySummary[];
  /** Most frequent first. */
  eventNames(): readonly EventNameCount[];
  /** Names that were not counted because there are too many different ones. */
  uncounted(): number;
}

/**
 * https://docs.mixpanel.com/docs/data-structure/property-reference/data-type: longer texts are cut,
 * silently.
 */
const MAX_TEXT_BYTES = 255;
/** UTF-8 takes at most three bytes for a unit of UTF-16. */
const SURELY_SHORT = MAX_TEXT_BYTES / 3;

/** Names made of data (an id, a date) would otherwise fill the memory. */
const MAX_NAMES = 5000;

/** Counts events by name, and their properties by name and type, in bounded memory. */
export function createPropertyProfile(): PropertyProfile {
  const names = new Map<string, number>();
  const properties = new Map<string, PropertyCounts>();
  let events = 0;
  let uncounted = 0;

  const countProperty = (name: string, value: unknown): void => {
    let known = properties.get(name);
    if (known === undefined) {
      if (properties.size >= MAX_NAMES) {
        uncounted++;
        return;
      }
      known = { types: {}, cut: 0 };
      properties.set(name, known);
    }
    const type = typeOf(value);
    known.types[type] = (known.types[type] ?? 0) + 1;
    if (typeof value === "string" && isTooLong(value)) known.cut++;
  };
  return {
    add: (name, values) => {
      events++;
      if (names.size < MAX_NAMES || names.has(name)) names.set(name, (names.get(name) ?? 0) + 1);
      for (const key in values) countProperty(key, values[key]);
    },
    properties: () =>
      [...properties]
        .map(([name, { types, cut }]) => {
          const having = Object.values(types).reduce((sum, count) => sum + count, 0);
          return { name, events: having, share: having / events, types, cut };
        })
        .sort((a, b) => b.events - a.events),
    eventNames: () =>
      [...names]
        .map(([name, count]) => ({ name, events: count }))
        .sort((a, b) => b.events - a.events),
    uncounted: () => uncounted,
  };
}

interface PropertyCounts {
  readonly types: Partial<Record<ValueType, number>>;
  cut: number;
}

function isTooLong(text: string): boolean {
  return text.length > SURELY_SHORT && Buffer.byteLength(text) > MAX_TEXT_BYTES;
}

function typeOf(value: unknown): ValueType {
  const type = typeof value;
  if (type === "string" || type === "number" || type === "boolean") return type;
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : "object";
}
