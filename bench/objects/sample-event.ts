import type { Random } from "../random.ts";

const PAGES = ["/home", "/pricing", "/docs/quickstart", "/signup", "/settings/billing", "/report"];
const AGENTS = [
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
];
const NAMES = ["page_view", "signup", "purchase", "video_play", "search", "share"];
const SYSTEMS = ["Mac OS X", "Windows", "iOS", "Android"];
export const CITIES = ["San Francisco", "München", "São Paulo", "東京", "Paris"];
const COUNTRIES = ["US", "DE", "BR", "JP", "FR"];
export const PLANS = ["free", "pro", "enterprise"];
export const WORDS =
  "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa".split(
    " ",
  );

/**
 * An event of a web site as a line of JSON with its line feed: about 650 bytes, and `moreWords` of
 * six bytes.
 */
export function sampleEvent(random: Random, moreWords: number): string {
  const words = (count: number): string =>
    Array.from({ length: count }, () => pick(random, WORDS)).join(" ");
  const item = () => ({
    sku: `sku-${random(9999)}`,
    price: random(10_000) / 100,
    qty: 1 + random(4),
  });
  const event = {
    event: pick(random, NAMES),
    properties: {
      distinct_id: hexadecimal(random),
      $insert_id: hexadecimal(random),
      time: 1_750_000_000 + random(10_000_000),
      $browser: "Chrome",
      $os: pick(random, SYSTEMS),
      $current_url: `https://www.example.com${pick(random, PAGES)}?utm_source=${pick(random, WORDS)}&utm_campaign=${random(1000)}`,
      user_agent: pick(random, AGENTS),
      $city: pick(random, CITIES),
      mp_country_code: pick(random, COUNTRIES),
      plan: pick(random, PLANS),
      cart: Array.from({ length: random(3) }, item),
      title: words(8),
      score: random(1000),
      is_mobile: random(2) === 0,
      ...(moreWords > 0 && { text: words(moreWords) }),
    },
  };
  return `${JSON.stringify(event)}\n`;
}

/** One of them. */
export function pick(random: Random, values: readonly string[]): string {
  return values[random(values.length)] ?? "";
}

/** 128 bits. */
function hexadecimal(random: Random): string {
  return Array.from({ length: 4 }, () =>
    random(2 ** 32)
      .toString(16)
      .padStart(8, "0"),
  ).join("");
}
