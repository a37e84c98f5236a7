import type { EndpointName } from "./endpoint-name.ts";
import type { DecidingEffect, Fault, FaultMatch, StrikingFaults } from "./faults.ts";
import type { RequestContents } from "./incoming-request.ts";

/** The faults in force, asked once for every request. */
export interface FaultSchedule {
  /** Replaces all faults and starts to count requests anew. */
  set(faults: readonly Fault[], seed?: number): void;
  /**
   * Counts a request, and returns a function that chooses what strikes it, once it is known what is
   * in it.
   */
  next(endpoint: EndpointName): (contents: RequestContents) => StrikingFaults;
  list(): readonly Fault[];
}

/** A fault, with what has happened since it was set. */
interface ArmedFault {
  readonly fault: Fault;
  /** Requests to its endpoint. */
  requests: number;
  strikes: number;
}

export function createFaultSchedule(initial: readonly Fault[] = []): FaultSchedule {
  let armed: readonly ArmedFault[] = [];
  let seed = 1;

  const set: FaultSchedule["set"] = (faults, newSeed = 1) => {
    armed = faults.map((fault) => ({ fault, requests: 0, strikes: 0 }));
    seed = newSeed;
  };

  /** The number that a request has for each fault; undefined for a fault of another endpoint. */
  const count = (endpoint: EndpointName): readonly (number | undefined)[] =>
    armed.map((entry) => {
      const { endpoint: only = endpoint } = entry.fault.match ?? {};
      if (only !== endpoint) return undefined;
      entry.requests += 1;
      return entry.requests;
    });

  const choose = (
    candidates: readonly ArmedFault[],
    numbers: readonly (number | undefined)[],
    contents: RequestContents,
  ): StrikingFaults => {
    let latencyMs = 0;
    let effect: DecidingEffect | undefined;
    candidates.forEach((entry, position) => {
      const { fault } = entry;
      const request = numbers[position];
      if (request === undefined || (effect !== undefined && fault.kind !== "latency")) return;
      if (!matches(entry, request, chance(seed, position, request), contents)) return;
      entry.strikes += 1;
      if (fault.kind === "latency") latencyMs += fault.ms;
      else effect = fault;
    });
    return { latencyMs, effect };
  };

  set(initial);
  return {
    set,
    next: (endpoint) => {
      const candidates = armed;
      const numbers = count(endpoint);
      return (contents) => choose(candidates, numbers, contents);
    },
    list: () => armed.map(({ fault }) => fault),
  };
}

/** @param chance from 0 to 1 */
function matches(
  { fault, strikes }: ArmedFault,
  request: number,
  chance: number,
  { eventNames, profileIds }: RequestContents,
): boolean {
  const { nth, count, fraction, event, id }: FaultMatch = fault.match ?? {};
  if (count !== undefined && strikes >= count) return false;
  if (nth !== undefined && ![nth].flat().includes(request)) return false;
  if (fraction !== undefined && chance >= fraction) return false;
  if (event !== undefined && !eventNames().has(event)) return false;
  return id === undefined || profileIds().has(id);
}

/** A number from 0 to 1 that depends on its arguments only (the mixing function of MurmurHash3). */
function chance(seed: number, position: number, request: number): number {
  let mixed =
    Math.imul(seed, 0x9e3779b1) ^
    Math.imul(position + 1, 0x27d4eb2f) ^
    Math.imul(request, 0x165667b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
