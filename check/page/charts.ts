import type { Timeline, TimelineBar } from "../timeline.ts";
import { html, shortText, type Markup } from "./markup.ts";

const WIDTH = 720;
const HEIGHT = 200;
const BOTTOM = 1;
const TOP = 2;
/** More than these would be thinner than a line. */
const MAX_BARS = 90;
const DAY_MS = 86_400_000;
/** Of the names that have no colour of their own. */
const OTHERS = 6;

/** Events over time as stacked bars, with a key of the names. */
export function timelineChart(timeline: Timeline): Markup {
  const { bars, firstMs, lastMs, names } = timeline;
  if (bars.length === 0 || firstMs === undefined || lastMs === undefined)
    return html`<p class="dim">No event has a time.</p>`;
  const { columns, widthMs } = toColumns(timeline);
  const most = Math.max(...columns.map((column) => column?.events ?? 0));
  const step = WIDTH / columns.length;
  const shapes = columns.flatMap((column, index) =>
    column === undefined ? [] : stack(column, { x: index * step, width: step, most, widthMs }),
  );
  const hasOthers = bars.some((bar) => othersOf(bar) > 0);
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Events over time">
      <line
        x1="0"
        x2="${WIDTH}"
        y1="${HEIGHT - BOTTOM}"
        y2="${HEIGHT - BOTTOM}"
        stroke="var(--line)"
      />
      ${shapes}
    </svg>
    <p class="dim axis">
      <span>${formatTime(firstMs, widthMs)}</span
      ><span>at most ${most.toLocaleString("en-US")} a bar</span
      ><span>${formatTime(lastMs, widthMs)}</span>
    </p>
    <div class="key">
      ${names.map((name, index) => keyOf(name, index))}${hasOthers ? keyOf("others", OTHERS) : html``}
    </div>
    <p class="dim">A bar is ${describeWidth(widthMs)}, UTC.</p>`;
}

/** A bar from the left, `share` (0 to 1) of the width. */
export function shareBar(share: number): Markup {
  const width = Math.max(share * 100, share > 0 ? 1 : 0).toFixed(1);
  return html`<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect width="100" height="10" fill="var(--line)" />
    <rect width="${width}" height="10" fill="var(--s0)" />
  </svg>`;
}

/** `2026-01-31`, with the hour when it matters. */
export function formatTime(ms: number, widthMs = DAY_MS): string {
  // Beyond, Date has none (https://tc39.es/ecma262/#sec-time-values-and-time-range).
  if (Math.abs(ms) > 8.64e15) return "?";
  const text = new Date(ms).toISOString();
  return widthMs < DAY_MS ? text.slice(0, -8).replace("T", " ") : text.slice(0, text.indexOf("T"));
}

/** Bars at even distances, as many as can be told apart. */
function toColumns({ bars, widthMs }: Timeline): {
  readonly columns: readonly (TimelineBar | undefined)[];
  readonly widthMs: number;
} {
  const start = bars[0]?.startMs ?? 0;
  const spanned = Math.round(((bars.at(-1)?.startMs ?? 0) - start) / widthMs) + 1;
  const factor = Math.ceil(spanned / MAX_BARS);
  const columns = Array.from<TimelineBar | undefined>({ length: Math.ceil(spanned / factor) });
  for (const bar of bars) {
    const index = Math.floor(Math.round((bar.startMs - start) / widthMs) / factor);
    const known = columns[index];
    columns[index] =
      known === undefined
        ? bar
        : {
            startMs: known.startMs,
            events: known.events + bar.events,
            byName: known.byName.map((count, at) => count + (bar.byName[at] ?? 0)),
          };
  }
  return { columns, widthMs: widthMs * factor };
}

interface ColumnPlace {
  readonly x: number;
  readonly width: number;
  readonly most: number;
  readonly widthMs: number;
}

function stack(bar: TimelineBar, { x, width, most, widthMs }: ColumnPlace): Markup[] {
  const scale = (HEIGHT - BOTTOM - TOP) / Math.max(most, 1);
  let y = HEIGHT - BOTTOM;
  const title = `${formatTime(bar.startMs, widthMs)}: ${bar.events.toLocaleString("en-US")} events`;
  return [...bar.byName, othersOf(bar)].flatMap((count, index, { length }) => {
    if (count === 0) return [];
    y -= count * scale;
    const colour = index === length - 1 ? OTHERS : index;
    return [
      html`<rect
        x="${x.toFixed(1)}"
        y="${y.toFixed(1)}"
        width="${Math.max(width - 1, 1).toFixed(1)}"
        height="${(count * scale).toFixed(1)}"
        fill="var(--s${colour})"
        ><title>${title}</title></rect
      >`,
    ];
  });
}

function othersOf({ events, byName }: TimelineBar): number {
  return events - byName.reduce((total, count) => total + count, 0);
}

function keyOf(name: string, index: number): Markup {
  return html`<span
    ><i style="background:var(--s${index})"></i><bdi>${shortText(name, 60)}</bdi></span
  >`;
}

function describeWidth(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours < 24) return hours === 1 ? "an hour" : `${hours} hours`;
  return hours === 24 ? "a day" : `${hours / 24} days`;
}
