import cliProgress from "cli-progress";

import type { ProgressDisplay, TerminalStream } from "./progress.ts";
import { formatCount } from "./table.ts";

/** How far a piece of work is. */
export interface Counted {
  readonly done: number;
  /** Undefined while nobody knows. */
  readonly total: number | undefined;
  /** What it waits for, if that is worth telling. */
  readonly note?: string;
}

export interface CounterOptions {
  /** What is counted, in the plural: `dead letters`. */
  readonly things: string;
  readonly look: () => Counted;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

const BAR_EVERY_MS = 200;
/** Without a terminal every state is a line that stays: a log file needs few. */
const LINE_EVERY_MS = 5000;

/** Shows a count on its way: a bar on a terminal, otherwise a line now and then. */
export function showCounter(stream: TerminalStream, options: CounterOptions): ProgressDisplay {
  const { look, now } = options;
  const startedAt = now();
  const text = (): string => describeCount(look(), options.things, (now() - startedAt) / 1000);
  const canMoveCursor = stream.isTTY === true && process.env["TERM"] !== "dumb";
  if (canMoveCursor) return showBar(stream, look, text);
  const timer = setInterval(() => {
    stream.write(`${text()}\n`);
  }, LINE_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** `12,345 of 100,000 dead letters, 1,200/s, 73 s left` */
export function describeCount(
  { done, total, note }: Counted,
  things: string,
  seconds: number,
): string {
  const rate = done / Math.max(seconds, 0.001);
  const of = total === undefined ? "" : ` of ${formatCount(total)}`;
  const shownRate = rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate));
  return [
    `${formatCount(done)}${of} ${things}`,
    ...(done === 0 ? [] : [`${shownRate}/s`]),
    ...(total === undefined || done === 0 || done >= total
      ? []
      : [`${formatDuration((total - done) / rate)} left`]),
    ...(note === undefined ? [] : [note]),
  ].join(", ");
}

/** `40 s`, `12 min`, `3 h 20 min`, `2 d 4 h` */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 120) return `${whole} s`;
  const minutes = Math.ceil(whole / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0
    ? `${Math.floor(hours / 24)} d`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function showBar(stream: TerminalStream, look: () => Counted, text: () => string): ProgressDisplay {
  const bar = new cliProgress.SingleBar({
    stream,
    format: "{bar} {text}",
    hideCursor: true,
    barsize: 20,
    // The library's own handler of Ctrl-C would end the process before anything is stopped.
    gracefulExit: false,
  });
  const update = (): void => {
    const { done, total } = look();
    // A total that is not known leaves the bar empty; one that was an estimate may be passed.
    bar.setTotal(Math.max(total ?? Infinity, done));
    bar.update(total === undefined ? 0 : done, { text: text() });
  };
  bar.start(1, 0, { text: text() });
  const timer = setInterval(update, BAR_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      update();
      bar.stop();
    },
  };
}
