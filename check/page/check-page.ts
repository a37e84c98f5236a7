import { acceptedIn, refusedIn } from "../check-counts.ts";
import type { CheckSummary, FileSummary } from "../check-summary.ts";
import type { ProblemCount } from "../problem-tally.ts";
import { formatTime, shareBar, timelineChart } from "./charts.ts";
import { costSection } from "./cost-section.ts";
import { html, shortText, type Markup } from "./markup.ts";
import { STYLE } from "./style.ts";

const MAX_ROWS = { problems: 50, names: 100, properties: 300, files: 100, places: 5 } as const;

/** What a page says besides the summary. */
export interface PageOptions {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Paragraphs of what the files will meet besides refusals. */
  readonly notes: readonly string[];
}

/**
 * A page to look at before importing years of history: one file that loads nothing, whatever the
 * data is below 1 MB, with every text of it escaped.
 */
export function checkPage(summary: CheckSummary, { nowMs, notes }: PageOptions): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <title>Dry run: ${describeFiles(summary.files)}</title>
        <link rel="icon" href="data:," />
        <style>
          ${{ markup: STYLE }}
        </style>
      </head>
      <body>
        <p class="dim">mixpanel-gcp check, ${formatTime(nowMs, 0)} UTC. Nothing was sent.</p>
        <h1>${describeFiles(summary.files)}</h1>
        ${verdict(summary)} ${tiles(summary)}
        ${notes.map((note) => html`<p class="panel doubt">${shortText(note)}</p>`)}
        <h2>Events over time</h2>
        <div class="panel">${timelineChart(summary.timeline)}</div>
        ${problemSection(summary.problems)} ${nameSection(summary)} ${propertySection(summary)}
        ${costSection(summary)} ${fileSection(summary.files)}
      </body>
    </html> `;
  return page.markup;
}

/** `1,234` */
function count(number: number): string {
  return number.toLocaleString("en-US");
}

function describeFiles(files: readonly FileSummary[]): string {
  const [only] = files;
  return files.length === 1 && only !== undefined
    ? shortText(only.file, 120)
    : `${count(files.length)} files`;
}

function verdict(summary: CheckSummary): Markup {
  const { ok, records } = summary;
  if (records.read === 0) return html`<p class="doubt"><b>There is no record to look at.</b></p>`;
  const refused = refusedIn(summary);
  const kind = ok ? (refused === 0 ? "good" : "doubt") : "bad";
  return html`<p class="${kind}">
    <b
      >${count(acceptedIn(summary))} of ${count(records.read)} would be imported, ${count(refused)}
      refused, ${count(records.dropped)} left out.</b
    >
  </p>`;
}

function tiles(summary: CheckSummary): Markup {
  const { records, events, profiles, groups, users, timeline, sending } = summary;
  const days = [timeline.firstMs, timeline.lastMs].map((ms) =>
    ms === undefined ? "-" : formatTime(ms),
  );
  const facts = [
    ["records", count(records.read)],
    ["events", count(events.produced)],
    ...(profiles > 0 ? [["updates of users", count(profiles)] as const] : []),
    ...(groups > 0 ? [["updates of groups", count(groups)] as const] : []),
    ["refused", count(refusedIn(summary))],
    ["users, about", count(users)],
    ["from", days[0] ?? "-"],
    ["to", days[1] ?? "-"],
    ["requests", count(sending.requests)],
  ] as const;
  return html`<div class="tiles">
    ${facts.map(([name, value]) => html`<div class="tile"><span class="dim">${name}</span><b>${value}</b></div>`)}
  </div>`;
}

function more(all: number, shown: number): Markup {
  return all > shown ? html`<p class="dim">and ${count(all - shown)} more</p>` : html``;
}

function problemSection(problems: readonly ProblemCount[]): Markup {
  if (problems.length === 0)
    return html`<h2>Refused</h2>
      <p>Nothing would be refused.</p>`;
  return html`<h2>Refused, and why</h2>
    ${problems.slice(0, MAX_ROWS.problems).map(problemPanel)}${more(problems.length, MAX_ROWS.problems)}`;
}

function problemPanel({ reason, field, error, records, places, examples }: ProblemCount): Markup {
  const what = [field, error].filter((text) => text !== "").join(": ");
  const where = places
    .slice(0, MAX_ROWS.places)
    .map(({ file, lines }) => `${shortText(file, 120)}, line ${shortText(lines, 60)}`);
  const rest =
    places.length > where.length ? `; ${count(places.length - where.length)} more files` : "";
  return html`<div class="panel">
    <b class="bad">${count(records)}</b> <b>${reason}</b> <bdi>${shortText(what)}</bdi>
    <p class="dim"><bdi>${where.join("; ")}${rest}</bdi></p>
    ${examples.map(({ line, text }) => html`<pre><span class="dim">${line}</span> <bdi>${shortText(text)}</bdi></pre>`)}
  </div>`;
}

function nameSection({ eventNames, events }: CheckSummary): Markup {
  const shown = eventNames.slice(0, MAX_ROWS.names);
  if (shown.length === 0)
    return html`<h2>Events by name</h2>
      <p class="dim">There is no event.</p>`;
  const rows = shown.map(({ name, events: number }) => {
    const share = number / Math.max(events.produced, 1);
    return html`<tr>
      <td class="name"><bdi>${shortText(name, 120)}</bdi></td>
      <td class="n">${count(number)}</td>
      <td>${shareBar(share)}</td>
    </tr>`;
  });
  return html`<h2>Events by name</h2>
    <div class="panel scroll">
      <table>
        <tr>
          <th>event</th>
          <th class="n">events</th>
          <th></th>
        </tr>
        ${rows}
      </table>
      ${more(eventNames.length, shown.length)}
    </div>`;
}

function propertySection({ properties }: CheckSummary): Markup {
  const shown = properties.slice(0, MAX_ROWS.properties);
  if (shown.length === 0)
    return html`<h2>Properties</h2>
      <p class="dim">There is no property.</p>`;
  const rows = shown.map(({ name, share, types, cut }) => {
    const kinds = Object.entries(types)
      .map(([type, number]) => `${type} ${count(number)}`)
      .join(", ");
    const warning =
      cut > 0 ? html` <span class="doubt">${count(cut)} cut at 255 bytes</span>` : html``;
    return html`<tr>
      <td class="name"><bdi>${shortText(name, 120)}</bdi></td>
      <td class="n">${(share * 100).toFixed(1)} %</td>
      <td>${shareBar(share)}</td>
      <td>${kinds}${warning}</td>
    </tr>`;
  });
  return html`<h2>Properties</h2>
    <div class="panel scroll">
      <table>
        <tr>
          <th>property</th>
          <th class="n">of events</th>
          <th></th>
          <th>types</th>
        </tr>
        ${rows}
      </table>
      ${more(properties.length, shown.length)}
    </div>`;
}

function fileSection(files: readonly FileSummary[]): Markup {
  const shown = files.slice(0, MAX_ROWS.files);
  const rows = shown.map((summary) => {
    const { file, bytes, records, isQuarantined, isUnreadable, error } = summary;
    const state = isUnreadable
      ? "unreadable"
      : error !== undefined
        ? "cut off"
        : isQuarantined
          ? "quarantined"
          : records.read === 0
            ? "no record"
            : "";
    return html`<tr>
      <td class="name"><bdi>${shortText(file, 200)}</bdi> <span class="bad">${state}</span></td>
      <td class="n">${count(records.read)}</td>
      <td class="n">${count(acceptedIn(summary))}</td>
      <td class="n">${count(refusedIn(summary))}</td>
      <td class="n">${count(records.dropped)}</td>
      <td class="n">${count(bytes)}</td>
    </tr>`;
  });
  return html`<h2>Files</h2>
    <div class="panel scroll">
      <table>
        <tr>
          <th>file</th>
          <th class="n">read</th>
          <th class="n">accepted</th>
          <th class="n">refused</th>
          <th class="n">left out</th>
          <th class="n">bytes</th>
        </tr>
        ${rows}
      </table>
      ${more(files.length, shown.length)}
    </div>`;
}
