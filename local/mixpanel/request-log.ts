import type { EndpointName } from "./endpoint-name.ts";

/** One request to an endpoint of Mixpanel's, with its response. */
export interface LoggedRequest {
  /** From 1, in the order of arrival. */
  readonly number: number;
  /** Arrival, by the simulator's clock. */
  readonly atMs: number;
  readonly endpoint: EndpointName;
  /** HTTP status, `reset`, `hang`, or `aborted` when the client left first. */
  readonly status: string;
  /** Events in it; 0 when it was refused unread. */
  readonly events: number;
  /** Updates of profiles in it; 0 when it was refused unread. */
  readonly updates: number;
  /** Records, events or updates, that were imported. */
  readonly imported: number;
  readonly rejected: number;
  /** Inflated. */
  readonly bytes: number;
  readonly wireBytes: number;
  readonly durationMs: number;
  readonly userAgent: string;
  /** The fault that struck it, or "". */
  readonly fault: string;
}

/** What happened in one second, or in several. */
export interface Throughput {
  readonly requests: number;
  readonly events: number;
  readonly bytes: number;
  /** Responses with 429. */
  readonly refused: number;
}

/** Throughput of one second, by the simulator's clock. */
export interface Second extends Throughput {
  /** Since 1970. */
  readonly second: number;
}

/** Sums over all requests since the start or `clear`. */
export interface RequestTotals {
  readonly requests: number;
  readonly requestsByStatus: Readonly<Record<string, number>>;
  readonly inFlight: number;
  readonly mostInFlight: number;
  /** Events read from requests that were not refused as a whole. */
  readonly eventsReceived: number;
  /** Updates of profiles read from such requests. */
  readonly updatesReceived: number;
  readonly bytes: number;
  readonly wireBytes: number;
  /** The last 600 seconds in which a request arrived. */
  readonly perSecond: readonly Second[];
  readonly lastMinute: Throughput;
  readonly busiestSecond: Throughput;
  readonly busiestMinute: Throughput;
}

/** What is known of a request once it has its response. */
export type FinishedRequest = Omit<LoggedRequest, "number" | "atMs" | "durationMs">;

/** Counts requests. */
export interface RequestLog {
  /** Counts a request in and returns its number and how to count it out. */
  start(): { readonly number: number; readonly finish: (request: FinishedRequest) => void };
  totals(): RequestTotals;
  /** The last 1,000. */
  recent(): readonly LoggedRequest[];
  clear(): void;
}

const KEEP_REQUESTS = 1_000;
const KEEP_SECONDS = 600;
const NO_THROUGHPUT: Throughput = { requests: 0, events: 0, bytes: 0, refused: 0 };

/** @param now milliseconds since 1970, by the simulator's clock */
export function createRequestLog(now: () => number): RequestLog {
  const perSecond = createThroughputLog();
  let sums = newSums();
  let inFlight = 0;
  let recent: LoggedRequest[] = [];
  let byStatus = new Map<string, number>();

  const finish = (logged: LoggedRequest): void => {
    inFlight -= 1;
    sums.eventsReceived += logged.events;
    sums.updatesReceived += logged.updates;
    sums.bytes += logged.bytes;
    sums.wireBytes += logged.wireBytes;
    byStatus.set(logged.status, (byStatus.get(logged.status) ?? 0) + 1);
    perSecond.add(logged.atMs, logged);
    recent.push(logged);
    if (recent.length > KEEP_REQUESTS) recent.shift();
  };

  return {
    start: () => {
      sums.requests += 1;
      inFlight += 1;
      sums.mostInFlight = Math.max(sums.mostInFlight, inFlight);
      const number = sums.requests;
      const atMs = now();
      const startedMs = performance.now();
      return {
        number,
        finish: (request) => {
          const durationMs = Math.round(performance.now() - startedMs);
          finish({ number, atMs, ...request, durationMs });
        },
      };
    },
    totals: () => ({
      ...sums,
      ...perSecond.totals(now()),
      inFlight,
      requestsByStatus: Object.fromEntries(byStatus),
    }),
    recent: () => [...recent],
    clear: () => {
      sums = newSums();
      recent = [];
      perSecond.clear();
      byStatus = new Map();
    },
  };
}

function newSums() {
  return {
    requests: 0,
    mostInFlight: 0,
    eventsReceived: 0,
    updatesReceived: 0,
    bytes: 0,
    wireBytes: 0,
  };
}

/** What happened second by second, and the busiest of them. */
function createThroughputLog() {
  let seconds: Second[] = [];
  let busiestSecond = NO_THROUGHPUT;
  let busiestMinute = NO_THROUGHPUT;
  return {
    add: (atMs: number, request: FinishedRequest): void => {
      const second = Math.floor(atMs / 1000);
      const position = seconds.findLastIndex((candidate) => candidate.second === second);
      const added = plus(seconds[position] ?? NO_THROUGHPUT, throughputOf(request));
      if (position === -1) seconds.push({ second, ...added });
      else seconds[position] = { second, ...added };
      if (seconds.length > KEEP_SECONDS) seconds.shift();
      busiestSecond = busier(busiestSecond, added);
      busiestMinute = busier(busiestMinute, minuteUntil(seconds, second));
    },
    totals: (nowMs: number) => ({
      perSecond: [...seconds],
      lastMinute: minuteUntil(seconds, Math.floor(nowMs / 1000)),
      busiestSecond,
      busiestMinute,
    }),
    clear: (): void => {
      seconds = [];
      busiestSecond = NO_THROUGHPUT;
      busiestMinute = NO_THROUGHPUT;
    },
  };
}

function throughputOf({ events, bytes, status }: FinishedRequest): Throughput {
  return { requests: 1, events, bytes, refused: status === "429" ? 1 : 0 };
}

function plus(a: Throughput, b: Throughput): Throughput {
  return {
    requests: a.requests + b.requests,
    events: a.events + b.events,
    bytes: a.bytes + b.bytes,
    refused: a.refused + b.refused,
  };
}

/** The larger of each figure, which need not be of the same time. */
function busier(a: Throughput, b: Throughput): Throughput {
  return {
    requests: Math.max(a.requests, b.requests),
    events: Math.max(a.events, b.events),
    bytes: Math.max(a.bytes, b.bytes),
    refused: Math.max(a.refused, b.refused),
  };
}

function minuteUntil(seconds: readonly Second[], last: number): Throughput {
  return seconds
    .slice(-60)
    .filter(({ second }) => second > last - 60 && second <= last)
    .reduce<Throughput>(plus, NO_THROUGHPUT);
}
