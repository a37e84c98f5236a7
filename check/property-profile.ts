/** What is known of a property after all events were seen. */
export interface PropertySummary {
  readonly name: string;
  /** Events that have it. */
  readonly events: number;
  /** Of all events, 0 to 1. */
  readonly share: number;
  /** How often its value was of each type. */
  readonly types: Readonly<Partial<Record<ValueType, number>>>;
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

/** Names made of data (an id, a date) would otherwise fill the memory. */
const MAX_NAMES = 5000;

/** Counts events by name, and their properties by name and type, in bounded memory. */
export function createPropertyProfile(): PropertyProfile {
  const names = new Map<string, number>();
  const types = new Map<string, Partial<Record<ValueType, number>>>();
  let events = 0;
  let uncounted = 0;

  const countProperty = (name: string, value: unknown): void => {
    let known = types.get(name);
    if (known === undefined) {
      if (types.size >= MAX_NAMES) {
        uncounted++;
        return;
      }
      known = {};
      types.set(name, known);
    }
    const type = typeOf(value);
    known[type] = (known[type] ?? 0) + 1;
  };
  return {
    add: (name, properties) => {
      events++;
      if (names.size < MAX_NAMES || names.has(name)) names.set(name, (names.get(name) ?? 0) + 1);
      for (const key in properties) countProperty(key, properties[key]);
    },
    properties: () =>
      [...types]
        .map(([name, counts]) => {
          const having = Object.values(counts).reduce((sum, count) => sum + count, 0);
          return { name, events: having, share: having / events, types: counts };
        })
        .sort((a, b) => b.events - a.events),
    eventNames: () =>
      [...names]
        .map(([name, count]) => ({ name, events: count }))
        .sort((a, b) => b.events - a.events),
    uncounted: () => uncounted,
  };
}

function typeOf(value: unknown): ValueType {
  const type = typeof value;
  if (type === "string" || type === "number" || type === "boolean") return type;
  if (value === null) return "null";
  return Array.isArray(value) ? "list" : "object";
}
