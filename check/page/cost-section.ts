import type { CheckSummary } from "../check-summary.ts";
import { DOLLARS, PER_GIGABYTE } from "../cost-figures.ts";
import { html, type Markup } from "./markup.ts";

/** What sending takes: size, requests, time at Mixpanel's rate limit, cost. */
export function costSection({ sending, events, notes }: CheckSummary): Markup {
  const gigabytes = sending.bytes / 1e9;
  const instanceSeconds = gigabytes * PER_GIGABYTE.instanceSeconds;
  const billed = events.accepted - Math.min(notes.identityEvents, events.accepted);
  const rows = [
    [
      "Size, uncompressed",
      `${(sending.bytes / 1e6).toLocaleString("en-US", { maximumFractionDigits: 1 })} MB`,
    ],
    ["Requests to Mixpanel", sending.requests.toLocaleString("en-US")],
    ["Time, at least, at Mixpanel's rate limit", describeSeconds(sending.seconds)],
    [
      "Google Cloud, one instance's time",
      `${describeSeconds(instanceSeconds, "about ")}, ${describeDollars(instanceSeconds * DOLLARS.instanceSecond)}`,
    ],
    ["Events that Mixpanel counts for its plans", billed.toLocaleString("en-US")],
  ] as const;
  return html`<h2>What sending takes</h2>
    <div class="panel scroll">
      <table>
        ${rows.map(
          ([name, value]) =>
            html`<tr>
              <td>${name}</td>
              <td class="n">${value}</td>
            </tr>`,
        )}
      </table>
      <p class="dim">
        Mixpanel's limit is 2 GB or 1.8 million events a minute for a project. Google's prices are
        list prices without the free tier; what Mixpanel's plans cost is at mixpanel.com/pricing.
      </p>
    </div>`;
}

function describeSeconds(seconds: number, prefix = ""): string {
  if (seconds < 1) return "less than a second";
  if (seconds < 120) return `${prefix}${Math.ceil(seconds)} s`;
  if (seconds < 7200) return `${prefix}${Math.ceil(seconds / 60)} min`;
  return `${prefix}${(seconds / 3600).toFixed(1)} h`;
}

function describeDollars(dollars: number): string {
  return dollars < 0.01 ? "less than $0.01" : `$${dollars.toFixed(2)}`;
}
