import { mixpanelBackoffMs } from "../functions/http/backoff.ts";
import { createRateLimiter, type RateLimiter } from "../functions/mixpanel/rate-limiter.ts";
import { createVirtualTime, type VirtualTime } from "./virtual-time.ts";

/**
 * Simulates instances that share a project's rate limit, and do not know of each other: how much of
 * the limit do they use, and how many requests are refused? `npm run bench:rate-limiter` prints a
 * row for each phase.
 *
 * The limit is Mixpanel's: 2 GB of uncompressed JSON in any minute (https://docs.mixpanel.com/reference/import-events,
 * "Rate limits").
 */
const LIMIT_BYTES_PER_MINUTE = 2e9;
const MINUTE_MS = 60_000;
const REQUEST_BYTES = 1.3e6;
const REQUEST_MS = 300;
const MAX_IN_FLIGHT = 10;

/** Whoever waits for its turn waits until it comes. */
const NEVER_ABORTED = new AbortController().signal;

/** A phase of the simulation: so many instances under such a limit, for so long. */
interface Phase {
  readonly name: string;
  readonly instances: number;
  readonly limit: number;
  readonly minutes: number;
}

const PHASES: readonly Phase[] = [
  { name: "20 instances", instances: 20, limit: 1, minutes: 30 },
  { name: "then 1 instance", instances: 1, limit: 1, minutes: 30 },
  { name: "then 20 again", instances: 20, limit: 1, minutes: 30 },
  { name: "limit halved", instances: 20, limit: 0.5, minutes: 30 },
  { name: "limit doubled", instances: 20, limit: 2, minutes: 30 },
];

/** What happened in a phase. */
export interface PhaseResult {
  readonly name: string;
  /** Share of the limit that was used. */
  readonly used: number;
  /** Share of the requests that were refused. */
  readonly refused: number;
  /** Most requests refused in any second. */
  readonly storm: number;
}

/**
 * A project of Mixpanel with a limit over a rolling minute. Refused requests are not counted
 * towards it.
 */
function createProject(time: VirtualTime) {
  const accepted: { at: number; bytes: number }[] = [];
  const refusals: number[] = [];
  let inMinute = 0;
  let acceptedBytes = 0;
  let requests = 0;
  let limit = LIMIT_BYTES_PER_MINUTE;
  return {
    setLimit: (share: number): void => {
      limit = LIMIT_BYTES_PER_MINUTE * share;
    },
    accept: (bytes: number): boolean => {
      while (accepted[0] !== undefined && accepted[0].at <= time.now() - MINUTE_MS)
        inMinute -= accepted.shift()?.bytes ?? 0;
      requests++;
      if (inMinute + bytes > limit) {
        refusals.push(time.now());
        return false;
      }
      accepted.push({ at: time.now(), bytes });
      inMinute += bytes;
      acceptedBytes += bytes;
      return true;
    },
    take: () => {
      const taken = { acceptedBytes, requests, refusals: [...refusals], limit };
      acceptedBytes = 0;
      requests = 0;
      refusals.length = 0;
      return taken;
    },
  };
}
type Project = ReturnType<typeof createProject>;

/**
 * One instance with as much to do as it can: MAX_IN_FLIGHT workers, each with one request after the
 * other.
 */
function startInstance(project: Project, time: VirtualTime, random: () => number) {
  const limiter: RateLimiter = createRateLimiter({
    maxInFlight: MAX_IN_FLIGHT,
    blockedReason: () => undefined,
    now: time.now,
    sleep: time.sleep,
  });
  const state = { isRunning: true };
  const isStopped = (): boolean => !state.isRunning;
  const work = async (): Promise<void> => {
    while (!isStopped())
      for (let attempt = 1; ; attempt++) {
        const release = await limiter.acquire(REQUEST_BYTES, NEVER_ABORTED);
        await time.sleep(REQUEST_MS / 2);
        const isAccepted = project.accept(REQUEST_BYTES);
        await time.sleep(REQUEST_MS / 2);
        release();
        if (isAccepted || isStopped()) break;
        const delay = mixpanelBackoffMs(attempt + 1, random);
        limiter.throttled(delay);
        await time.sleep(delay);
      }
  };
  for (let worker = 0; worker < MAX_IN_FLIGHT; worker++) void work();
  return {
    stop: (): void => {
      state.isRunning = false;
    },
  };
}

/** Runs all phases with a seeded random number generator, so that the result is always the same. */
export async function simulateRateLimiters(seed = 1): Promise<readonly PhaseResult[]> {
  const time = createVirtualTime();
  const project = createProject(time);
  const random = seededRandom(seed);
  const instances: { stop: () => void }[] = [];
  const results: PhaseResult[] = [];
  for (const phase of PHASES) {
    project.setLimit(phase.limit);
    while (instances.length > phase.instances) instances.pop()?.stop();
    while (instances.length < phase.instances) instances.push(startInstance(project, time, random));
    await time.run(time.now() + phase.minutes * MINUTE_MS);
    results.push(summarise(phase, project.take()));
  }
  return results;
}

function summarise(phase: Phase, taken: ReturnType<Project["take"]>): PhaseResult {
  const perSecond = new Map<number, number>();
  for (const at of taken.refusals) {
    const second = Math.floor(at / 1000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  return {
    name: phase.name,
    used: taken.acceptedBytes / (taken.limit * phase.minutes),
    refused: taken.refusals.length / Math.max(1, taken.requests),
    storm: Math.max(0, ...perSecond.values()),
  };
}

/**
 * https://en.wikipedia.org/wiki/Linear_congruential_generator with the constants of Numerical
 * Recipes.
 */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

if (process.argv[1] === import.meta.filename)
  for (const { name, used, refused, storm } of await simulateRateLimiters())
    process.stdout.write(
      `${name.padEnd(18)} used ${(used * 100).toFixed(1).padStart(5)} % of the limit, refused ${(refused * 100).toFixed(1).padStart(5)} % of requests, at most ${storm} in a second\n`,
    );
