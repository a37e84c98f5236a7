import picomatch from "picomatch";

/** What the setting `formats` may say that an object is. */
export const CONFIGURABLE_FORMATS = [
  "ndjson",
  "json",
  "csv",
  "csv-comma",
  "csv-semicolon",
  "csv-pipe",
  "tsv",
] as const;
export type ConfigurableFormat = (typeof CONFIGURABLE_FORMATS)[number];

/** By glob on object names (picomatch's dialect). */
export type ConfiguredFormats = Readonly<Record<string, ConfigurableFormat>>;

/**
 * Makes the function that tells what the setting `formats` says of an object; undefined: nothing.
 * Of several globs the longest counts, since an object has no order that would survive the way from
 * the stack's configuration to here.
 */
export function createFormatLookup(
  formats: ConfiguredFormats,
): (object: string) => ConfigurableFormat | undefined {
  const globs = Object.entries(formats)
    .sort(([a], [b]) => b.length - a.length || (a < b ? -1 : 1))
    // In a bucket a leading dot means nothing.
    .map(([glob, format]) => ({ isMatch: picomatch(glob, { dot: true }), format }));
  return (object) => globs.find(({ isMatch }) => isMatch(object))?.format;
}

/** The setting from its JSON; what is wrong with it is added to `problems`. */
export function parseFormats(text: string, problems: string[]): ConfiguredFormats {
  if (text === "") return {};
  const value = parsed(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.push(`FORMATS must be a JSON object such as {"exports/**":"csv"}, got "${text}"`);
    return {};
  }
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  for (const [glob, format] of entries)
    if (glob.trim() === "" || !isConfigurable(format))
      problems.push(
        `FORMATS must say one of ${CONFIGURABLE_FORMATS.join(", ")} for each glob, ` +
          `got "${glob}": ${JSON.stringify(format)}`,
      );
  return Object.fromEntries(
    entries.filter((entry): entry is [string, ConfigurableFormat] => isConfigurable(entry[1])),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isConfigurable(format: unknown): format is ConfigurableFormat {
  return CONFIGURABLE_FORMATS.some((name) => name === format);
}
