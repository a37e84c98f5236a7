import type { Random } from "../random.ts";
import { CITIES, PLANS, pick, WORDS } from "./sample-event.ts";

/** Users that the updates are about: most are updated several times, as in a daily export. */
const USERS = 100_000;

/**
 * An update of a user's profile as a line of JSON with its line feed, about 300 bytes: seven of ten
 * set what is known of the user now, the others what was first known (`$set_once`) and what adds up
 * (`$union`).
 */
export function sampleUpdate(random: Random): string {
  const user = random(USERS);
  const update = {
    $distinct_id: `user-${String(user).padStart(8, "0")}`,
    $time: 1_750_000_000 + random(10_000_000),
    ...operation(random, user),
  };
  return `${JSON.stringify(update)}\n`;
}

function operation(random: Random, user: number): object {
  const kind = random(20);
  if (kind < 14) return { $set: currentProperties(random, user) };
  if (kind < 17) return { $set_once: firstProperties(random) };
  return { $union: { features: words(random, 4), campaigns: words(random, 2) } };
}

function currentProperties(random: Random, user: number): object {
  return {
    $name: `${pick(random, WORDS)} ${pick(random, WORDS)}`,
    $email: `user-${user}@example.com`,
    $city: pick(random, CITIES),
    plan: pick(random, PLANS),
    company: `Company ${user % 5000} of ${pick(random, CITIES)}`,
    seats: 1 + random(500),
    lifetime_value: random(1_000_000) / 100,
    is_trial: random(5) === 0,
    last_invoice: `2026-${String(1 + random(12)).padStart(2, "0")}-01T00:00:00`,
    tags: words(random, 3),
    notes: words(random, 12).join(" "),
  };
}

function firstProperties(random: Random): object {
  return {
    $created: `2025-${String(1 + random(12)).padStart(2, "0")}-15T12:00:00`,
    first_referrer: `https://www.example.com/${pick(random, WORDS)}?utm_source=${pick(random, WORDS)}`,
    first_campaign: words(random, 6).join("-"),
  };
}

function words(random: Random, count: number): readonly string[] {
  return Array.from({ length: count }, () => pick(random, WORDS));
}
