import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

import type { InputFile, RunInput } from "./run-input.ts";

/** What a newcomer's first run imports. */
export interface Sample {
  /** Lines of a file, good and bad ones. */
  readonly web: readonly string[];
  readonly mobile: readonly string[];
  readonly messages: readonly string[];
}

const DAY_SECONDS = 86_400;
const EVENTS = ["Page viewed", "Signed up", "Purchase", "Video played", "Search", "Shared"];
const PAGES = ["/", "/pricing", "/docs/quickstart", "/signup", "/settings/billing", "/blog"];
const PLACES = [
  ["San Francisco", "US"],
  ["München", "DE"],
  ["São Paulo", "BR"],
  ["東京", "JP"],
  ["Paris", "FR"],
] as const;
const PLANS = ["free", "pro", "enterprise"];
const SYSTEMS = ["Mac OS X", "Windows", "iOS", "Android", "Linux"];

/**
 * A few hundred realistic events of the 30 days before `now`, always the same ones for the same
 * `now`, among them some that are completed on the way (ids) and some of every kind that cannot be
 * imported.
 *
 * @param now seconds since the epoch
 */
export function createSample(now: number): Sample {
  const random = createRandom(7);
  const make = (): SampleEvent => sampleEvent(random, now);
  const lines = (count: number): string[] =>
    Array.from({ length: count }, () => JSON.stringify(make()));
  return {
    web: spread(
      lines(240),
      [...incomplete(make), ...unusable(make, now)].map((line) => line),
    ),
    mobile: spread(lines(120), [JSON.stringify(tooManyProperties(make()))]),
    messages: spread(lines(50), [JSON.stringify([make(), make(), make()]), "this is not JSON"]),
  };
}

/** Writes the sample to `folder`: two files, one of them gzipped, and one of messages. */
export async function writeSample(folder: string, now: number): Promise<RunInput> {
  const sample = createSample(now);
  const toText = (lines: readonly string[]): string => `${lines.join("\n")}\n`;
  await mkdir(folder, { recursive: true });
  const write = async (name: string, content: string | Buffer): Promise<InputFile> => {
    const file = path.join(folder, name);
    await writeFile(file, content);
    return { name, path: file, bytes: Buffer.byteLength(content) };
  };
  return {
    files: [
      await write("web-events.ndjson", toText(sample.web)),
      await write("mobile-events.ndjson.gz", gzipSync(toText(sample.mobile))),
    ],
    messageFiles: [await write("messages.ndjson", toText(sample.messages))],
  };
}

interface SampleEvent {
  readonly event: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

function sampleEvent(random: () => number, now: number): SampleEvent {
  const pick = <T>(items: readonly T[]): T | undefined =>
    items[Math.floor(random() * items.length)];
  const id = (): string =>
    Math.floor(random() * 2 ** 48)
      .toString(16)
      .padStart(12, "0");
  const event = pick(EVENTS) ?? "Page viewed";
  const [city, country] = pick(PLACES) ?? PLACES[0];
  const cart = { currency: "EUR", amount: Math.round(random() * 20_000) / 100 };
  return {
    event,
    properties: {
      time: Math.floor(now - random() * 30 * DAY_SECONDS),
      distinct_id: `user-${Math.floor(random() * 80)}`,
      $insert_id: `${id()}-${id()}`,
      $os: pick(SYSTEMS),
      $current_url: `https://www.example.com${pick(PAGES) ?? "/"}?utm_campaign=${Math.floor(random() * 100)}`,
      $city: city,
      mp_country_code: country,
      plan: pick(PLANS),
      ...(event === "Purchase" && { cart }),
      ...(event === "Search" && { terms: ["größe 42", "naïve café", "🎧"] }),
    },
  };
}

/** Ids that Mixpanel would not take; they are replaced on the way. */
function incomplete(make: () => SampleEvent): string[] {
  return ["2024-01-01T00:00:00:1", "x".repeat(40), undefined, 12_345].map((insertId) =>
    JSON.stringify(withProperties(make(), { $insert_id: insertId })),
  );
}

function unusable(make: () => SampleEvent, now: number): string[] {
  const { properties } = make();
  return [
    '{"event": "Cut off in the mid',
    "[1, 2, 3]",
    JSON.stringify({ properties }),
    JSON.stringify({ event: "No properties" }),
    JSON.stringify(withProperties(make(), { time: undefined })),
    JSON.stringify(withProperties(make(), { time: now + 3 * DAY_SECONDS })),
    JSON.stringify(withProperties(make(), { distinct_id: "anonymous" })),
  ];
}

/**
 * "Events must have fewer than 255 properties": https://docs.mixpanel.com/reference/import-events.
 */
function tooManyProperties(event: SampleEvent): SampleEvent {
  const many = Array.from({ length: 300 }, (_, index) => [`property ${index}`, index]);
  return withProperties(event, Object.fromEntries(many) as Readonly<Record<string, unknown>>);
}

function withProperties(
  event: SampleEvent,
  properties: Readonly<Record<string, unknown>>,
): SampleEvent {
  return { ...event, properties: { ...event.properties, ...properties } };
}

/** Puts `some` among `lines`, evenly. */
function spread(lines: readonly string[], some: readonly string[]): string[] {
  const every = Math.floor(lines.length / (some.length + 1));
  return lines.flatMap((line, index) => {
    const next = (index + 1) % every === 0 ? some[(index + 1) / every - 1] : undefined;
    return next === undefined ? [line] : [line, next];
  });
}

/**
 * Mulberry32, a small generator of numbers in [0, 1): the sample must not change from run to run.
 */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
